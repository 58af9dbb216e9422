import { diffSolutions } from '#domain/difference'
import { describeSolution } from '../describe/index.ts'
import { isRootOf } from '../leave-out.ts'
import type { ComponentPart, SolutionPackage, XmlElement, XmlNode } from '../package.ts'
import { readPackage } from '../read-package.ts'
import { mergeRemoved } from './merge-removed.ts'
import type { MergedComponent } from './merge-source.ts'
import { isSamePart, mergeParts, tellDifference } from './merge-source.ts'
import type { MergeConflict } from './pick.ts'

/** What one line of a solution changed, brought to another line. */
export interface SolutionMerge {
  /** Ours, with what they changed. */
  readonly package: SolutionPackage
  /** `kind:key` of the components of it that differ from ours. */
  readonly changed: readonly string[]
  /** `kind:key` of what ours has and it has not: only they took that out. */
  readonly removed: readonly string[]
  /** Every component that they changed, and what became of it. */
  readonly components: readonly MergedComponent[]
  readonly conflicts: readonly MergeConflict[]
  /** What changes in ours, in plain words, a line each. */
  readonly difference: readonly string[]
}

/**
 * Brings all that one line of a solution changed since `base` to another line, three ways and component by component; the three are solution
 * zips, all unmanaged or all managed. Where both changed the same, ours stays and the conflict is told. So it is with what one took out:
 * it is out where the other left it as it was, and a conflict where that changed it or uses it since.
 */
export async function mergeSolutions(zips: {
  readonly base: Uint8Array
  readonly theirs: Uint8Array
  readonly ours: Uint8Array
}): Promise<SolutionMerge> {
  const sides: Sides = { base: await readPackage(zips.base), theirs: await readPackage(zips.theirs), ours: await readPackage(zips.ours) }
  const found = await findChanged(sides)
  const ourNames = byName(sides.ours)
  const [there, takenOut] = partition(found.changed, (part) => ourNames.has(keyOf(part)))
  const merged = mergeParts({ shipped: sides.base, exported: sides.theirs, current: sides.ours }, there.map(nameOf))
  const added = await Promise.all(found.added.map((part) => addPart(sides, part)))
  const fresh = added.flatMap(({ fresh: part }) => part ?? [])
  const withFresh: SolutionPackage = {
    ...sides.ours,
    manifest: withRoots(
      sides.ours.manifest,
      rootsOf(sides.theirs.manifest).filter((root) => fresh.some((part) => isRootOf(root, part))),
    ),
    parts: fresh.reduce(withPart, merged.parts),
  }
  const taken = await mergeRemoved({ ...sides, ours: withFresh }, found.removed, (a, b) => saysTheSame(sides.base, a, b))
  const before = new Set(sides.ours.parts)
  const changed = await withoutNoise(
    sides.ours,
    taken.package.parts.filter((part) => !before.has(part)),
  )
  const lost = takenOut.map((part) =>
    conflictOf(part, { theirs: textOf(part), note: 'It was changed there, and taken out in Dev; Dev’s say stays.' }),
  )
  const components = [...merged.components, ...[...added, ...lost].map(({ outcome }) => outcome)].map((each) => afterwards(each, changed))
  return {
    package: taken.package,
    changed: changed.map(nameOf),
    removed: taken.removed,
    components: [...components, ...taken.components],
    conflicts: [...merged.conflicts, ...[...added, ...lost].flatMap(({ conflict }) => conflict ?? []), ...taken.conflicts],
    difference: await tellDifference(sides.ours, taken.package),
  }
}

/** A component of which one line changed something since `base` that the other does not have. */
export interface UncarriedComponent {
  /** `kind:key`. */
  readonly component: string
  /** Paths in it that both sides changed. */
  readonly conflicts: readonly string[]
  /** Whether merging would change it in the other line; else all that is left is in conflict, or cannot be merged. */
  readonly isToBring: boolean
}

export async function findUncarried(zips: Parameters<typeof mergeSolutions>[0]): Promise<readonly UncarriedComponent[]> {
  const { components, conflicts, changed, removed } = await mergeSolutions(zips)
  const toBring = new Set([...changed, ...removed].map((name) => name.toLowerCase()))
  return components
    .filter(({ outcome }) => outcome !== 'carried')
    .map(({ component }) => ({
      component,
      conflicts: conflicts.filter((conflict) => conflict.component === component).map(({ where }) => where),
      isToBring: toBring.has(component.toLowerCase()),
    }))
}

type Sides = Readonly<Record<'base' | 'theirs' | 'ours', SolutionPackage>>

interface ChangedParts {
  /** As they were. */
  readonly changed: readonly ComponentPart[]
  readonly added: readonly ComponentPart[]
  readonly removed: readonly ComponentPart[]
}

async function findChanged({ base, theirs }: Sides): Promise<ChangedParts> {
  const [before, after] = [byName(base), byName(theirs)]
  const changed: ComponentPart[] = []
  for (const [name, part] of before) {
    const other = after.get(name)
    if (other !== undefined && !isSamePart(part, other) && !(await saysTheSame(base, part, other))) changed.push(part)
  }
  return {
    changed,
    added: [...after].flatMap(([name, part]) => (before.has(name) ? [] : [part])),
    removed: [...before].flatMap(([name, part]) => (after.has(name) ? [] : [part])),
  }
}

interface AddedPart {
  readonly outcome: MergedComponent
  readonly fresh?: ComponentPart
  readonly conflict?: MergeConflict
}

async function addPart({ base, ours }: Sides, part: ComponentPart): Promise<AddedPart> {
  const component = nameOf(part)
  const there = byName(ours).get(keyOf(part))
  const owner = part.parent?.toLowerCase()
  if (there === undefined && owner !== undefined && byName(base).has(owner) && !byName(ours).has(owner))
    return conflictOf(part, { theirs: textOf(part), note: 'It is new there, in something that Dev took out; Dev’s say stays.' })
  if (there === undefined) return { outcome: { component, outcome: 'merged', note: 'It is new.' }, fresh: part }
  if (isSamePart(there, part) || (await saysTheSame(base, there, part))) return { outcome: { component, outcome: 'carried', note: '' } }
  return conflictOf(part, { ours: textOf(there), theirs: textOf(part), note: 'Both sides made it, each in its own way; Dev’s stays.' })
}

function conflictOf(
  part: ComponentPart,
  { note, theirs, ours }: { readonly note: string; readonly theirs?: string; readonly ours?: string },
): Required<Pick<AddedPart, 'outcome' | 'conflict'>> {
  const component = nameOf(part)
  return {
    outcome: { component, outcome: 'conflict', note },
    conflict: { component, where: 'the whole of it', base: undefined, theirs, ours },
  }
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}

/** By what is true of the parts: what exports write differently by themselves is no change. */
async function saysTheSame(pkg: SolutionPackage, a: ComponentPart, b: ComponentPart): Promise<boolean> {
  const [before, after] = [await describeSolution({ ...pkg, parts: [a] }), await describeSolution({ ...pkg, parts: [b] })]
  return diffSolutions(before, after).components.length === 0
}

async function withoutNoise(ours: SolutionPackage, parts: readonly ComponentPart[]): Promise<readonly ComponentPart[]> {
  const known = byName(ours)
  const told: ComponentPart[] = []
  for (const part of parts) {
    const before = known.get(keyOf(part))
    if (before === undefined || !(await saysTheSame(ours, before, part))) told.push(part)
  }
  return told
}

function afterwards(each: MergedComponent, changed: readonly ComponentPart[]): MergedComponent {
  const isCarried = each.outcome === 'merged' && !changed.some((part) => nameOf(part).toLowerCase() === each.component.toLowerCase())
  return isCarried ? { ...each, outcome: 'carried' } : each
}

/** Beside the last one of its section, so that the document keeps its order. */
function withPart(parts: readonly ComponentPart[], part: ComponentPart): readonly ComponentPart[] {
  const isBeside = (other: ComponentPart): boolean => other.parent === part.parent && other.section.join('/') === part.section.join('/')
  const isOwner = (other: ComponentPart): boolean => nameOf(other) === part.parent
  const last = parts.findLastIndex(isBeside)
  const at = last < 0 ? parts.findLastIndex(isOwner) : last
  return at < 0 ? [...parts, part] : [...parts.slice(0, at + 1), part, ...parts.slice(at + 1)]
}

function rootsOf(node: XmlElement): readonly XmlElement[] {
  return node.children.flatMap((child): readonly XmlElement[] => {
    if (child.type !== 'element') return []
    return child.name === 'RootComponent' ? [child] : rootsOf(child)
  })
}

function withRoots(node: XmlElement, roots: readonly XmlElement[]): XmlElement {
  if (roots.length === 0) return node
  if (node.name === 'RootComponents') return { ...node, children: [...node.children, ...roots], isSelfClosed: false }
  return { ...node, children: node.children.map((child): XmlNode => (child.type === 'element' ? withRoots(child, roots) : child)) }
}

function byName({ parts }: Pick<SolutionPackage, 'parts'>): ReadonlyMap<string, ComponentPart> {
  return new Map(parts.map((part) => [keyOf(part), part]))
}

function nameOf({ kind, key }: ComponentPart): string {
  return `${kind}:${key}`
}

/** Kinds and keys are told apart by more than case. */
function keyOf(part: ComponentPart): string {
  return nameOf(part).toLowerCase()
}

function textOf({ displayName, key }: ComponentPart): string {
  return displayName ?? key
}
