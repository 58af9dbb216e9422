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
  const judged = await Promise.all(parts.map(async (part) => ({ part, why: await whyItStays(sides, { part, gone: parts, saysTheSame }) })))
  const there = judged.filter(({ why }) => why !== 'gone')
  const kept = new Set(there.flatMap(({ part, why }) => (why === undefined ? [] : [nameOf(part)])))
  // What lives in something goes and stays with it: an owner that stays keeps what it has.
  const stays = ({ part }: (typeof there)[number]): boolean => ownersOf(sides.base, part).some((owner) => kept.has(owner))
  const removed = there.filter((one) => one.why === undefined && !stays(one)).map(({ part }) => nameOf(part))
  return {
    package: removed.length === 0 ? sides.ours : leaveOut(sides.ours, removed).package,
    removed,
    components: judged.map((one) => outcomeOf(one.part, one.why ?? (stays(one) ? 'What it is a part of stays.' : undefined))),
    conflicts: judged.flatMap(({ part, why }) =>
      why === undefined || why === 'gone' ? [] : [{ component: nameOf(part), where: 'the whole of it', ...saidBy(sides, part) }],
    ),
  }
}

/** Undefined where nothing keeps it; `gone` where ours does not have it either; else the reason, in a sentence. */
async function whyItStays(
  { base, ours }: Sides,
  of: {
    readonly part: ComponentPart
    readonly gone: readonly ComponentPart[]
    readonly saysTheSame: (a: ComponentPart, b: ComponentPart) => Promise<boolean>
  },
): Promise<string | undefined> {
  const { part, gone, saysTheSame } = of
  const now = partNamed(ours, nameOf(part))
  if (now === undefined) return 'gone'
  if (!isSamePart(part, now) && !(await saysTheSame(part, now))) return 'Dev changed it meanwhile; Dev’s stays.'
  const made = ours.parts.find((other) => ownersOf(ours, other).includes(nameOf(part)) && partNamed(base, nameOf(other)) === undefined)
  if (made !== undefined) return `Dev made ${nameOf(made)} in it meanwhile; Dev’s stays.`
  const going = new Set(gone.map(nameOf))
  const user = ours.parts.find((other) => !going.has(nameOf(other)) && isNewUse(base, { other, of: part }))
  return user === undefined ? undefined : `Dev uses it in ${nameOf(user)} since; Dev’s stays.`
}

/** Whether a part names another one and did not before; by its name in the text, which rather finds too much. */
function isNewUse(base: SolutionPackage, { other, of }: { readonly other: ComponentPart; readonly of: ComponentPart }): boolean {
  if (nameOf(other) === nameOf(of) || ownersOf(base, of).includes(nameOf(other))) return false
  const word = of.key.slice(of.key.lastIndexOf('.') + 1).toLowerCase()
  const before = partNamed(base, nameOf(other))
  return textOf(other).includes(word) && (before === undefined || !textOf(before).includes(word))
}

function outcomeOf(part: ComponentPart, why: string | undefined): MergedComponent {
  const component = nameOf(part)
  if (why === 'gone') return { component, outcome: 'carried', note: '' }
  if (why === undefined) return { component, outcome: 'merged', note: 'It is taken out.' }
  return { component, outcome: 'conflict', note: `It was taken out there. ${why}` }
}

function saidBy({ base, ours }: Sides, part: ComponentPart): Pick<MergeConflict, 'base' | 'theirs' | 'ours'> {
  const titleIn = (side: SolutionPackage): string | undefined => {
    const found = partNamed(side, nameOf(part))
    return found && (found.displayName ?? found.key)
  }
  return { base: titleIn(base), theirs: undefined, ours: titleIn(ours) }
}

/** Lower-case names of all that a part lives in. */
function ownersOf(pkg: SolutionPackage, { parent }: Pick<ComponentPart, 'parent'>): readonly string[] {
  if (parent === undefined) return []
  const owner = partNamed(pkg, parent)
  return [owner === undefined ? parent : nameOf(owner), ...(owner === undefined ? [] : ownersOf(pkg, owner))]
}

function partNamed({ parts }: SolutionPackage, name: string): ComponentPart | undefined {
  const wanted = name.toLowerCase()
  return parts.find((part) => nameOf(part).toLowerCase() === wanted)
}

function textOf({ xml, files }: ComponentPart): string {
  const decoder = new TextDecoder()
  return [JSON.stringify(xml), ...files.map(({ bytes }) => decoder.decode(bytes))].join('\n').toLowerCase()
}

function nameOf({ kind, key }: Pick<ComponentPart, 'kind' | 'key'>): string {
  return `${kind}:${key}`
}
