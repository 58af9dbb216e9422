import type { FileTree, PackageFile } from '#format'

/** `drover/format`: solution files for programs of your own, without a server. What it needs of Node is loaded when a folder is named. */
export * from '#format'
export { differenceLines, differenceText, diffSolutions } from '#domain/difference'
export type {
  Change,
  ChangeClass,
  ComponentChange,
  ComponentName,
  DescribedComponent,
  DifferenceLine,
  Fact,
  FactChange,
  IncludedFact,
  LinesChange,
  SolutionDifference,
} from '#domain/difference'
/** What every function here throws when a file is not what it should be. */
export { DroverError } from '#domain/kernel'

/** A folder as a tree of files; links in it are refused, and what Git and desktops keep in it is left out. */
export async function openFolder(folder: string): Promise<FileTree> {
  const { openFolder: open } = await import('./solution-files/open-folder.ts')
  return open(folder)
}

/** How `writeFolder` treats what is there; both have defaults that lose nothing. */
export interface WriteFolderOptions {
  /** May an unpacked solution that is there be replaced? Default: no. */
  readonly isClean?: boolean
  /** Aborted: nothing is changed, and `cli.interrupted` is thrown. */
  readonly signal?: AbortSignal
}

/** Writes files as a folder, all of them or none; throws when the folder holds anything that may not be replaced. */
export async function writeFolder(
  folder: string,
  files: AsyncIterable<PackageFile> | Iterable<PackageFile>,
  options: WriteFolderOptions = {},
): Promise<{ readonly files: number; readonly bytes: number }> {
  const [{ writeFolder: write }, { createWatch }] = await Promise.all([
    import('./solution-files/write-folder.ts'),
    import('./solution-files/watch.ts'),
  ])
  const signal = options.signal ?? new AbortController().signal
  return write(folder, files, { use: { isClean: options.isClean ?? false, inputs: [] }, watch: createWatch(signal, () => undefined) })
}
