import type { DescribedComponent } from '#domain/difference'
import type { Count } from '#domain/environment'
import type { PlannedLoss } from '#domain/plan'
import { idOf, isListedKind } from '#domain/plan'
import type { RecoveryWay } from './recovery.ts'
import { subjectWords } from './subject-words.ts'

/** What going back would leave behind by an update, and destroy by an upgrade. */
export interface ReturnForecast {
  /** In words: "column hand_boat.hand_mast"; parts of an added table are left with it, and not named one by one. */
  readonly leftBehind: readonly string[] | 'unknown'
  readonly losses: RecoveryWay['losses']
}

/**
 * Holds the file that is left against the one that is gone back to. How much data will be in what was added cannot be counted before it is
 * there; the plan of the recovery itself counts it in the target. Undefined: that file is not at hand, so nothing can be told.
 */
export function forecastReturn(of: {
  readonly leaving: readonly DescribedComponent[] | undefined
  readonly good: readonly DescribedComponent[] | undefined
}): ReturnForecast {
  const { leaving, good } = of
  if (leaving === undefined || good === undefined) return { leftBehind: 'unknown', losses: untold }
  const kept = new Set(good.map(idOf))
  const added = leaving.filter((component) => isListedKind(component.kind) && component.isUnmodified !== true && !kept.has(idOf(component)))
  const tables = new Set(added.filter(isTable).map(idOf))
  const losses = added.flatMap((component) => {
    const lost = lossesIn(component, tables)
    return lost.length === 0 ? [] : [{ subject: `${component.kind}:${component.key}`, losses: lost }]
  })
  const whole = added.filter(({ parent }) => parent === undefined || !tables.has(parent.toLowerCase()))
  return { leftBehind: whole.map(({ kind, key }) => subjectWords(`${kind}:${key}`)), losses }
}

const enteredLater: Count = { kind: 'unknown', why: 'It is entered after the release, and is counted when going back is planned.' }
const untold: ReturnForecast['losses'] = [
  {
    subject: 'the release',
    losses: [{ kind: 'rows', count: { kind: 'unknown', why: 'A file that would tell what was added is not at hand.' } }],
  },
]

/** Columns and links of a table that goes are gone with its rows. */
function lossesIn(component: DescribedComponent, tables: ReadonlySet<string>): readonly PlannedLoss[] {
  if (isTable(component)) return [{ kind: 'rows', count: enteredLater }]
  const owners = [component.parent, ...(component.goesWith ?? [])].filter((owner) => owner !== undefined)
  if (owners.some((owner) => tables.has(owner.toLowerCase()))) return []
  if (component.kind === 'Attribute') return [{ kind: 'values', count: enteredLater }]
  if (component.kind === 'Role') return [{ kind: 'role-assignments', count: enteredLater }]
  const isManyToMany = component.facts.some((fact) => fact.path === 'EntityRelationshipType' && /manytomany/i.test(fact.value))
  return component.kind === 'EntityRelationship' && isManyToMany ? [{ kind: 'links', count: enteredLater }] : []
}

function isTable({ kind }: DescribedComponent): boolean {
  return kind === 'Entity'
}
