import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { isListOfTable, listedPath } from './component-listing.ts'
import { readYaml } from './read-yaml.ts'
import { nativeFolders, ownFolders, sectionFolders } from './section-folders.ts'
import { solutionsOf } from './solution-paths.ts'
import { entriesOf, entryOf } from './yaml-node.ts'

/** The files of one solution in a tree of the YAML layout. */
export interface SolutionTree {
  readonly solution: string
  /** Files of components, as the tree names them. */
  readonly paths: readonly string[]
  /** Files that lie in the tree and belong to no folder of components: read by nobody. */
  readonly ignored: readonly string[]
  /** The file of a component with this path, whatever its capitals. */
  find(path: string): string | undefined
}

/**
 * Picks the files that solutioncomponents.yml lists. Refuses what SolutionPackager drops without an error: files of components
 * that no solution lists (`solution.not-listed`) and listed paths without a file (`solution.file-missing`).
 */
export async function solutionTree(tree: FileTree, wanted: string | undefined): Promise<SolutionTree> {
  const solutions = solutionsOf(tree.paths)
  const solution = chosen(solutions, wanted)
  const listings = new Map<string, readonly string[]>()
  for (const name of solutions) listings.set(name, await listing(tree, name))
  const own = listings.get(solution) ?? []
  refuseMissing(tree.paths, solution, own)
  const all = new Listed([...listings.values()].flat())
  const mine = new Listed(own)
  const candidates = tree.paths.filter((path) => isComponentFile(path, all))
  const unlisted = candidates.filter((path) => !all.covers(path))
  if (unlisted.length > 0) throw notListed(unlisted, solution)
  const taken = new Set(candidates)
  const files = candidates.filter((path) => mine.covers(path))
  const byLowerCase = new Map(files.map((path) => [path.toLowerCase(), path]))
  return {
    solution,
    paths: files,
    find: (path) => byLowerCase.get(path.toLowerCase()),
    ignored: tree.paths.filter((path) => !taken.has(path) && !isManifest(path) && !path.startsWith('.')),
  }
}

/** Entries of solutioncomponents.yml, to be asked which files they make SolutionPackager take. */
class Listed {
  readonly #entries: ReadonlySet<string>
  readonly #tops: ReadonlySet<string>

  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map((entry) => entry.toLowerCase()))
    this.#tops = new Set([...this.#entries].map((entry) => entry.split('/')[0] ?? ''))
  }

  hasFolder(top: string): boolean {
    return this.#tops.has(top)
  }

  /** Whether an entry names the file or a folder above it, as near to it as SolutionPackager wants it to be. */
  covers(path: string): boolean {
    const parts = path.toLowerCase().split('/')
    for (let length = parts.length; length >= leastParts(parts); length--) {
      if (this.#entries.has(parts.slice(0, length).join('/'))) return true
    }
    return false
  }
}

function leastParts([top = '', , third = '']: readonly string[]): number {
  if (top === 'appmodules' || top === 'appmodulesitemaps') return 2
  return top === 'entities' && isListOfTable(third) ? 3 : 1
}

function chosen(solutions: readonly string[], wanted: string | undefined): string {
  const [first, ...others] = solutions
  if (first === undefined) {
    throw new DroverError(
      'solution.no-manifest',
      'There is no solutions/<name>/solution.yml here, so this is no solution in the YAML layout.',
      {
        hint: 'The manifests must lie in solutions/<unique name>/, not at the top of the folder.',
      },
    )
  }
  if (wanted !== undefined) {
    const found = solutions.find((name) => name.toLowerCase() === wanted.toLowerCase())
    if (found !== undefined) return found
    throw new DroverError('solution.not-in-source', `There is no solution "${wanted}" in this folder; it holds ${solutions.join(', ')}.`, {
      hint: 'Name one of them.',
    })
  }
  if (others.length === 0) return first
  throw new DroverError('solution.several-solutions', `This folder holds ${solutions.length} solutions: ${solutions.join(', ')}.`, {
    hint: 'Say which one is meant by its unique name.',
  })
}

async function listing(tree: FileTree, solution: string): Promise<readonly string[]> {
  const path = findPath(tree.paths, `solutions/${solution}/solutioncomponents.yml`)
  if (path === undefined) {
    throw new DroverError(
      'solution.file-missing',
      `solutions/${solution}/solutioncomponents.yml is missing; it lists the files of the solution.`,
      {
        hint: 'Take it from version control again, or commit the solution from Power Apps again.',
      },
    )
  }
  const document = readYaml(await tree.read(path), path)
  return entriesOf(document.node, 'Component').flatMap((component) => {
    const entry = entryOf(component, '@path')
    return typeof entry === 'string' ? [cleanEntry(entry)] : []
  })
}

/** Entries begin with a slash in Dataverse's own commits [seen in 2 public repositories] and with none elsewhere. */
function cleanEntry(entry: string): string {
  return entry.replaceAll('\\', '/').replace(/^(?:\.?\/)+|\/+$/g, '')
}

export function findPath(paths: readonly string[], wanted: string): string | undefined {
  return paths.find((path) => path === wanted) ?? paths.find((path) => path.toLowerCase() === wanted.toLowerCase())
}

function isManifest(path: string): boolean {
  return /^(?:solutions|publishers)\//i.test(path)
}

/** Files in folders of components: known ones, and those that some listing names. */
function isComponentFile(path: string, listed: Listed): boolean {
  if (isManifest(path) || path.startsWith('.drover/')) return false
  const at = path.indexOf('/')
  if (at < 0 || path.startsWith('.')) return listed.covers(path)
  const top = path.slice(0, at).toLowerCase()
  return sectionFolders.has(top) || nativeFolders.has(top) || ownFolders.has(top) || listed.hasFolder(top)
}

function refuseMissing(paths: readonly string[], solution: string, entries: readonly string[]): void {
  const present = new Set<string>()
  for (const path of paths) {
    const at = path.toLowerCase()
    present.add(at)
    for (let slash = at.indexOf('/'); slash >= 0; slash = at.indexOf('/', slash + 1)) present.add(at.slice(0, slash))
  }
  const missing = entries.filter((entry) => !present.has(entry.toLowerCase()))
  if (missing.length === 0) return
  const listed = missing.length === 1 ? `${missing[0]}, which` : `${missing.length} paths, which`
  throw new DroverError(
    'solution.file-missing',
    `solutions/${solution}/solutioncomponents.yml lists ${listed} ${missing.length === 1 ? 'is' : 'are'} not there:\n${bullets(missing)}`,
    { hint: 'Take the files from version control again; if the component is to leave the solution, take its line out of the listing too.' },
  )
}

function notListed(paths: readonly string[], solution: string): DroverError {
  const entries = [...new Set(paths.map((path) => listedPath(path) ?? path))].sort()
  const lines = entries.map((entry) => `    - '@path': ${entry}`).join('\n')
  return new DroverError(
    'solution.not-listed',
    `${paths.length === 1 ? 'A file belongs' : `${paths.length} files belong`} to no solution here, and would be left out:\n${bullets(paths)}`,
    { hint: `Add under Component in solutions/${solution}/solutioncomponents.yml:\n${lines}\nor delete what is not meant to be packed.` },
  )
}

function bullets(paths: readonly string[]): string {
  return paths.map((path) => `  ${path}`).join('\n')
}
