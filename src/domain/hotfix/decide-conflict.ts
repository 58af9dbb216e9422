import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { ConflictDecision, Hotfix, NewHotfixEvent } from './hotfix.ts'

/** What a source of main lacks of a hotfix. */
export interface Uncarried {
  /** `kind:key`. */
  readonly component: string
  /** Paths in it that both sides changed; empty where nothing could be merged, or where it is simply not there. */
  readonly conflicts: readonly string[]
  /** Whether bringing the hotfix would still change it: that is open whatever was decided of conflicts. */
  readonly isToBring: boolean
}

/**
 * The word of who answers for the solution that main's say holds over the hotfix's in one component that both changed, or that nobody could
 * merge. It is of the release of the hotfix that was merged: another one asks anew.
 */
export function decideConflict(
  { hotfix, actor, configuration }: { readonly hotfix: Hotfix; readonly actor: PersonId; readonly configuration: Configuration },
  said: { readonly component: string; readonly reason: string },
): Result<readonly NewHotfixEvent[]> {
  const { hotfixId, solution, shipped, merge } = hotfix
  const owner = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())?.owner
  if (actor !== owner) {
    const message = `${actor} may not decide what holds in ${solution}: production would lose what the hotfix mended there.`
    return refuse(
      'hotfix.not-owner',
      message,
      owner === undefined ? 'Govern the solution in drover.yaml again.' : `Ask ${owner}, who owns it.`,
    )
  }
  if (said.reason.trim() === '')
    return refuse('hotfix.no-reason', 'It takes a reason to go on without what a hotfix mended.', 'Say how main has it mended instead.')
  const found = findConflict(hotfix, said.component)
  if (shipped === undefined || merge?.state !== 'done' || merge.releaseId !== shipped.releaseId || found === undefined) {
    const message = `No conflict of hotfix ${hotfixId} in ${said.component} is known.`
    return refuse(
      'hotfix.no-conflict',
      message,
      `See \`drover hotfix show ${hotfixId}\`; \`drover hotfix merge ${hotfixId}\` looks for conflicts anew.`,
    )
  }
  if (isSettled(hotfix, { ...found, isToBring: false })) {
    return refuse('hotfix.decided-already', `It is decided already what holds in ${found.component}.`, 'Nothing has to be done.')
  }
  const data = { component: found.component, conflicts: found.conflicts, of: shipped.releaseId, reason: said.reason.trim() }
  return accept([{ type: 'hotfix-conflict-decided', data, key: `conflict:${merge.workId}:${found.component.toLowerCase()}` }])
}

/** Whether all that is lacking in a component was decided to stay as main has it. */
export function isSettled({ decisions, shipped }: Pick<Hotfix, 'decisions' | 'shipped'>, lacking: Uncarried): boolean {
  if (lacking.isToBring) return false
  return (decisions ?? []).some(
    (decision) =>
      decision.of === shipped?.releaseId &&
      decision.component.toLowerCase() === lacking.component.toLowerCase() &&
      lacking.conflicts.every((where) => decision.conflicts.includes(where)),
  )
}

function findConflict({ merge }: Hotfix, component: string): Pick<ConflictDecision, 'component' | 'conflicts'> | undefined {
  const name = component.toLowerCase()
  const conflicts = (merge?.conflicts ?? []).filter((each) => each.component.toLowerCase() === name)
  const told = merge?.components.find((each) => each.component.toLowerCase() === name && ['conflict', 'cannot'].includes(each.outcome))
  const named = told?.component ?? conflicts[0]?.component
  return named === undefined ? undefined : { component: named, conflicts: conflicts.map(({ where }) => where) }
}
