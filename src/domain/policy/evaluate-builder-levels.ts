import type { Reason } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/** Solutions whose owner may, by how far they build, own only those of a lower tier (TIER-10). Of whom no level is known, none is capped. */
export function evaluateBuilderLevels(configuration: Configuration, { tierScoring }: Policy): Reason[] {
  const { value: mayOwn, source } = tierScoring.mayOwn
  return configuration.solutions.flatMap(({ uniqueName, owner, tier }) => {
    const person = findPerson(configuration.people, owner)
    const highest = person?.builderLevel === undefined ? undefined : mayOwn[person.builderLevel]
    if (person === undefined || highest === undefined || tier <= highest) return []
    const message = `TIER-10: its owner ${person.name} is a builder of level ${person.builderLevel ?? ''}, who may own up to Tier ${highest}; it is Tier ${tier} (${source}).`
    return [{ subject: `solution ${uniqueName}`, message }]
  })
}
