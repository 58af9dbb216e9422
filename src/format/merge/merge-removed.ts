import { leaveOut } from '../leave-out.ts'
import type { ComponentPart, SolutionPackage } from '../package.ts'
import type { MergedComponent } from './merge-source.ts'
import { isSamePart } from './merge-source.ts'
import type { MergeConflict } from './pick.ts'

interface Sides {
  readonly base: SolutionPackage
  readonly theirs: SolutionPackage
  readonly ours: SolutionPackage
}

/** What became of components that one side took out. */
export interface RemovedParts {
  /** Ours without those that only they took out. */
  readonly package: SolutionPackage
  /** `kind:key` of those. */
  readonly removed: readonly string[]
  readonly components: readonly MergedComponent[]
  readonly conflicts: readonly MergeConflict[]
}

/**
 * Takes out of ours what they took out since `base` and ours left as it was, with all that lives in it; what ours changed meanwhile, or uses where
 * it did not before, stays and is told as a conflict. `saysTheSame`: whether two of them differ in nothing but noise.
 */
export async function mergeRemoved(
  sides: Sides,
  parts: readonly ComponentPart[],
  saysTheSame: (a: ComponentPart, b: ComponentPart) => Promise<boolean>,
): Promise<RemovedParts> {
  const known = knownOf(sides, parts)
  const judged = await Promise.all(parts.map(async (part) => ({ part, why: await whyItStays(known, part, saysTheSame) })))
  const there = judged.filter(({ why }) => why !== 'gone')
  const kept = new Set(there.flatMap(({ part, why }) => (why === undefined ? [] : [nameOf(part)])))
  // What lives in something goes and stays with it: an owner that stays keeps what it has.
  const stays = ({ part }: (typeof there)[number]): boolean => ownersOf(known.base, part).some((owner) => kept.has(owner))
  const removed = there.filter((one) => one.why === undefined && !stays(one)).map(({ part }) => nameOf(part))
  return {
    package: removed.length === 0 ? sides.ours : leaveOut(sides.ours, removed).package,
    removed,
    components: judged.map((one) => outcomeOf(one.part, one.why ?? (stays(one) ? 'What it is a part of stays.' : undefined))),
    conflicts: judged.flatMap(({ part, why }) =>
      why === undefined || why === 'gone' ? [] : [{ component: nameOf(part), where: 'the whole of it', ...saidBy(known, part) }],
    ),
  }
}

/** Parts by their names in lower case. */
type ByName = ReadonlyMap<string, ComponentPart>

/** What each question after a part that went needs of the whole: a large solution has ten thousands of parts, so all of it is looked through once. */
interface Known {
  readonly base: ByName
  readonly ours: ByName
  /** What ours made since: its name, by the name of what it is in. */
  readonly madeIn: ReadonlyMap<string, string>
  /** What is not as it was in base, with what it says and what it said. */
  readonly changed: readonly ChangedPart[]
}

interface ChangedPart {
  readonly name: string
  readonly says: string
  readonly said: string
}

function knownOf({ base: was, ours: is }: Sides, gone: readonly ComponentPart[]): Known {
  const [base, ours] = [byName(was), byName(is)]
  if (gone.length === 0) return { base, ours, madeIn: new Map(), changed: [] }
  const madeIn = new Map<string, string>()
  const going = new Set(gone.map(nameOf))
  const changed: ChangedPart[] = []
  for (const [key, part] of ours) {
    const before = base.get(key)
    const name = nameOf(part)
    if (before === undefined) for (const owner of ownersOf(ours, part)) if (!madeIn.has(owner)) madeIn.set(owner, name)
    if (going.has(name) || (before !== undefined && isSamePart(before, part))) continue
    changed.push({ name, says: textOf(part), said: before === undefined ? '' : textOf(before) })
  }
  return { base, ours, madeIn, changed }
}

function byName({ parts }: SolutionPackage): ByName {
  return new Map(parts.map((part) => [nameOf(part).toLowerCase(), part]))
}

/** Undefined where nothing keeps it; `gone` where ours does not have it either; else the reason, in a sentence. */
async function whyItStays(
  known: Known,
  part: ComponentPart,
  saysTheSame: (a: ComponentPart, b: ComponentPart) => Promise<boolean>,
): Promise<string | undefined> {
  const name = nameOf(part)
  const now = known.ours.get(name.toLowerCase())
  if (now === undefined) return 'gone'
  if (!isSamePart(part, now) && !(await saysTheSame(part, now))) return 'Dev changed it meanwhile; Dev’s stays.'
  const made = known.madeIn.get(name)
  if (made !== undefined) return `Dev made ${made} in it meanwhile; Dev’s stays.`
  const owners = ownersOf(known.base, part)
  const word = part.key.slice(part.key.lastIndexOf('.') + 1).toLowerCase()
  // By its name in the text, which rather finds too much.
  const user = known.changed.find((other) => !owners.includes(other.name) && other.says.includes(word) && !other.said.includes(word))
  return user === undefined ? undefined : `Dev uses it in ${user.name} since; Dev’s stays.`
}

function outcomeOf(part: ComponentPart, why: string | undefined): MergedComponent {
  const component = nameOf(part)
  if (why === 'gone') return { component, outcome: 'carried', note: '' }
  if (why === undefined) return { component, outcome: 'merged', note: 'It is taken out.' }
  return { component, outcome: 'conflict', note: `It was taken out there. ${why}` }
}

function saidBy({ base, ours }: Known, part: ComponentPart): Pick<MergeConflict, 'base' | 'theirs' | 'ours'> {
  const titleIn = (side: ByName): string | undefined => {
    const found = side.get(nameOf(part).toLowerCase())
    return found && (found.displayName ?? found.key)
  }
  return { base: titleIn(base), theirs: undefined, ours: titleIn(ours) }
}

/** Names of all that a part lives in. */
function ownersOf(side: ByName, { parent }: Pick<ComponentPart, 'parent'>): readonly string[] {
  if (parent === undefined) return []
  const owner = side.get(parent.toLowerCase())
  return owner === undefined ? [parent] : [nameOf(owner), ...ownersOf(side, owner)]
}

function textOf({ xml, files }: ComponentPart): string {
  const decoder = new TextDecoder()
  return [JSON.stringify(xml), ...files.map(({ bytes }) => decoder.decode(bytes))].join('\n').toLowerCase()
}

function nameOf({ kind, key }: Pick<ComponentPart, 'kind' | 'key'>): string {
  return `${kind}:${key}`
}
