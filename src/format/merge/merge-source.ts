import { differenceText, diffSolutions } from '#domain/difference'
import { describeSolution } from '../describe/index.ts'
import type { FileTree } from '../file-tree.ts'
import { memoryTree } from '../file-tree.ts'
import type { ComponentPart, PackageFile, SolutionPackage } from '../package.ts'
import { packageOfFiles, readPackage } from '../read-package.ts'
import { packSolution } from '../source/pack-solution.ts'
import { unpackSolution } from '../source/unpack-solution.ts'
import { filesOfPackage } from '../write-package.ts'
import { mergeComponent } from './merge-component.ts'
import { isSameBytes } from './merge-file.ts'
import type { MergeConflict } from './pick.ts'

/** What became of one component. */
export interface MergedComponent {
  /** `kind:key`. */
  readonly component: string
  /** `carried`: ours says all that they changed already. `cannot`: nothing was merged, and `note` says why. */
  readonly outcome: 'merged' | 'carried' | 'conflict' | 'cannot'
  readonly note: string
}

export interface SourceMerge {
  /** Files of our folder that change, by path; undefined for those that go. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>
  readonly components: readonly MergedComponent[]
  readonly conflicts: readonly MergeConflict[]
  /** What changes in our source, in plain words, a line each. */
  readonly difference: readonly string[]
}

/**
 * Brings what an environment changed of some components to a source folder, three ways: from the folder that was shipped, over the solution
 * file that the environment exported, to the folder as it is now. All else in the folder stays byte for byte. Where both sides changed the
 * same thing, ours stays and the conflict is told, so that what is written is always a solution.
 */
export async function mergeSource(sides: {
  readonly shipped: FileTree
  /** A solution zip, unmanaged. */
  readonly exported: Uint8Array
  readonly current: FileTree
  /** `kind:key`, as the environment names them. */
  readonly components: readonly string[]
}): Promise<SourceMerge> {
  const [shipped, exported, current] = await Promise.all([packageOf(sides.shipped), readPackage(sides.exported), packageOf(sides.current)])
  const { parts, components, conflicts } = mergeParts({ shipped, exported, current }, sides.components)
  const merged = { ...current, parts }
  const files = await filesThatDiffer(current, merged)
  return { files, components: afterwards(components, files), conflicts, difference: await tellDifference(current, merged) }
}

/** Whether each component of a solution file says already all that an environment had changed of it; the three are solution zips. */
export async function findCarried(sides: {
  readonly shipped: Uint8Array
  readonly exported: Uint8Array
  readonly current: Uint8Array
  readonly components: readonly string[]
}): Promise<readonly string[]> {
  const [shipped, exported, current] = await Promise.all([
    readPackage(sides.shipped),
    readPackage(sides.exported),
    readPackage(sides.current),
  ])
  const { components } = mergeParts({ shipped, exported, current }, sides.components)
  return components.flatMap(({ component, outcome }) => (outcome === 'carried' ? [component] : []))
}

/** Merges the named parts; what is not in all three is told as what cannot be merged. */
export function mergeParts(
  { shipped, exported, current }: Readonly<Record<'shipped' | 'exported' | 'current', SolutionPackage>>,
  names: readonly string[],
): Pick<SolutionPackage, 'parts'> & Pick<SourceMerge, 'components' | 'conflicts'> {
  const conflicts: MergeConflict[] = []
  const components: MergedComponent[] = []
  let { parts } = current
  for (const name of names) {
    const found = { base: partNamed(shipped, name), theirs: partNamed(exported, name), ours: partNamed({ parts }, name) }
    const missing = whatIsMissing(found)
    if (found.base === undefined || found.theirs === undefined || found.ours === undefined || missing !== undefined) {
      components.push({ component: name, outcome: 'cannot', note: missing ?? '' })
      continue
    }
    const { ours } = found
    const merged = mergeComponent({ base: found.base, theirs: found.theirs, ours })
    conflicts.push(...merged.conflicts.map((conflict) => ({ ...conflict, component: name })))
    components.push(outcomeOf(name, ours, merged))
    parts = parts.map((part) => (part === ours ? merged.part : part))
  }
  return { parts, components, conflicts }
}

/** Only of the parts that are not the same object: all others are as they were. */
export async function tellDifference(before: SolutionPackage, after: SolutionPackage): Promise<readonly string[]> {
  const [old, fresh] = [new Set(before.parts), new Set(after.parts)]
  const [from, to] = await Promise.all([
    describeSolution({ ...before, parts: before.parts.filter((part) => !fresh.has(part)) }),
    describeSolution({ ...after, parts: after.parts.filter((part) => !old.has(part)) }),
  ])
  return differenceText(diffSolutions(from, to))
}

async function packageOf(folder: FileTree): Promise<SolutionPackage> {
  const files: PackageFile[] = []
  for await (const file of packSolution(folder, { type: 'unmanaged' })) files.push(file)
  return packageOfFiles(files)
}

/** Kinds and keys are told apart by more than case. */
function partNamed({ parts }: Pick<SolutionPackage, 'parts'>, name: string): ComponentPart | undefined {
  const wanted = name.toLowerCase()
  return parts.find((part) => `${part.kind}:${part.key}`.toLowerCase() === wanted)
}

function whatIsMissing(found: Readonly<Record<'base' | 'theirs' | 'ours', ComponentPart | undefined>>): string | undefined {
  if (found.theirs === undefined) return 'The environment did not export it, so its change has to be made in Dev by hand.'
  if (found.base === undefined)
    return 'It is not in the source that was shipped, so it cannot be told what was changed of it; make the change in Dev by hand.'
  if (found.ours === undefined) return 'It is not in the latest source any more: somebody took it out in Dev.'
  const { base, theirs, ours } = { base: found.base, theirs: found.theirs, ours: found.ours }
  if (isCanvasApp(ours) && isChanged(base, ours) && isChanged(base, theirs))
    return 'A canvas app is one whole document: the environment and Dev both changed it, and nobody but a person can bring the two together.'
  return undefined
}

function isCanvasApp(part: ComponentPart): boolean {
  return part.kind.toLowerCase() === 'canvasapp'
}

function isChanged(from: ComponentPart, to: ComponentPart): boolean {
  return from.files.length !== to.files.length || from.files.some(({ bytes }) => !to.files.some((file) => isSameBytes(file.bytes, bytes)))
}

function outcomeOf(component: string, ours: ComponentPart, merged: ReturnType<typeof mergeComponent>): MergedComponent {
  const count = merged.conflicts.length
  if (count > 0) {
    const note = `${count === 1 ? 'One thing was' : `${count} things were`} changed in the environment and in Dev, each in its own way; the branch has what Dev says.`
    return { component, outcome: 'conflict', note }
  }
  const note = isCanvasApp(ours)
    ? 'A canvas app cannot be merged; Dev had not changed it, so the whole app of the environment is taken.'
    : ''
  return { component, outcome: isSamePart(ours, merged.part) ? 'carried' : 'merged', note }
}

export function isSamePart(a: ComponentPart, b: ComponentPart): boolean {
  return JSON.stringify(a.xml) === JSON.stringify(b.xml) && !isChanged(a, b)
}

/** When no file changed, nothing was merged, whatever moved inside of the parts. */
function afterwards(components: readonly MergedComponent[], files: SourceMerge['files']): readonly MergedComponent[] {
  if (files.size > 0) return components
  return components.map((each) => (each.outcome === 'merged' ? { ...each, outcome: 'carried' as const } : each))
}

/** Both packages as source, so that what taking apart and composing does by itself shows on both sides and is no change. */
async function filesThatDiffer(before: SolutionPackage, after: SolutionPackage): Promise<ReadonlyMap<string, Uint8Array | undefined>> {
  const [from, to] = await Promise.all([sourceOf(before), sourceOf(after)])
  const changed = new Map<string, Uint8Array | undefined>()
  for (const [path, bytes] of to) {
    const old = from.get(path)
    if (old === undefined || !isSameBytes(old, bytes)) changed.set(path, bytes)
  }
  for (const path of from.keys()) if (!to.has(path)) changed.set(path, undefined)
  return changed
}

async function sourceOf(pkg: SolutionPackage): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path, bytes } of unpackSolution(memoryTree(filesOfPackage(pkg)))) files.set(path, bytes)
  return files
}
