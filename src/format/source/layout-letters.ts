import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { componentPlaces } from './component-places.ts'

/**
 * The folder with the layout's own names in the layout's own capitals: on Windows, where many folders are made, `other/solution.xml` and
 * `Other/Solution.xml` are one file. Refuses a folder that has both.
 */
export function inLayoutsLetters(folder: FileTree): FileTree {
  if (folder.paths.every((path) => layoutPath(path) === path)) return folder
  const written = new Map<string, string>()
  for (const path of folder.paths) {
    const place = layoutPath(path)
    const other = written.get(place)
    if (other !== undefined) throw twoSpellings(other, path)
    written.set(place, path)
  }
  return { paths: [...written.keys()], read: (path) => folder.read(written.get(path) ?? path) }
}

/** The path in the layout's capitals, as far as the layout gives the names: its top folder, and the files that are read by name. */
export function layoutPath(path: string): string {
  const end = path.indexOf('/')
  if (end < 0) return path
  const top = path.slice(0, end)
  const lower = top.toLowerCase()
  const fixed = foldersOfFixed.has(lower) ? fixedFiles.get(path.toLowerCase()) : undefined
  if (fixed !== undefined) return fixed
  const known = topFolders.get(lower) ?? top
  return known === top ? path : `${known}${path.slice(end)}`
}

const fixedFiles = byLowerCase(['Other/Solution.xml', 'Other/Customizations.xml', 'Other/Relationships.xml', '.drover/carried.json'])
const foldersOfFixed: ReadonlySet<string> = new Set(['other', '.drover'])

/** Folders that the layout, or customizations.xml, names. */
const topFolders = byLowerCase(['Other', 'Entities', 'Formulas', ...componentPlaces.map(({ folder }) => folder)])

function byLowerCase(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

function twoSpellings(first: string, second: string): DroverError {
  return new DroverError('solution.path-twice', `${first} and ${second} are one path: capitals do not tell two files apart.`, {
    hint: 'Keep one of the two. Windows and macOS could not even hold both.',
  })
}
