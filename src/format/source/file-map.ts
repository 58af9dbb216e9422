import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackWarning } from './options.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'

/** SolutionPackager's `/map`: source files that live elsewhere, outside of the folder. */
export interface FileMap {
  /**
   * Where the file of this path of the layout lives instead, relative to the solution's folder or absolute: `**` in it stands for any
   * folders. Undefined when it is not mapped.
   */
  locate(path: string): string | undefined
}

/** The files outside of the folder. */
export interface MappedFiles {
  /** The files that a location names: at most one without `**`, any number with it. */
  find(location: string): readonly string[] | Promise<readonly string[]>
  read(file: string): Uint8Array | Promise<Uint8Array>
}

/**
 * Reads SolutionPackager's mapping file, as its documentation describes it: `Folder` (a folder lies elsewhere), `FileToFile` (one
 * file, under another name if need be) and `FileToPath` (files by name pattern lie in another folder). The first rule that fits
 * holds. `%NAME%` is replaced from `environment`.
 */
export function parseFileMap(bytes: Uint8Array, path: string, environment: Readonly<Record<string, string | undefined>> = {}): FileMap {
  const tape = scanXml(bytes, path)
  const root = rootOf(tape)
  if (!tape.isNamed(root, 'Mapping')) throw badMap(path, `it begins with <${tape.name(root)}>, not with <Mapping>`)
  const rules = tape.elementsOf(root).map((at) => ruleOf(tape, at, environment))
  return {
    locate: (file) => {
      for (const rule of rules) {
        const location = rule(file)
        if (location !== undefined) return location
      }
      return undefined
    },
  }
}

export interface Mapping {
  readonly map: FileMap
  readonly outside: MappedFiles
  readonly onWarning?: (warning: PackWarning) => void
}

/**
 * The folder with its mapped files read from where they live. Files that the folder lacks are added where a `.data.xml` stands for them,
 * which itself may stay in the folder: rules for whole folders fit it too, and no build makes it.
 */
export async function mappedTree(tree: FileTree, { map, outside, onWarning }: Mapping): Promise<FileTree> {
  const files = new Map<string, string>()
  const stayed: string[] = []
  const present = new Set(tree.paths)
  const absent = tree.paths
    .flatMap((path) => (/\.data\.xml$/i.test(path) ? [path.slice(0, -'.data.xml'.length)] : []))
    .filter((path) => !present.has(path))
  for (const path of [...tree.paths, ...absent]) {
    const location = map.locate(path)
    if (location === undefined) continue
    const found = await outside.find(location)
    if (found.length === 0 && saysWhatIsThere(path)) stayed.push(path)
    else files.set(path, nearest(path, location, found))
  }
  if (stayed.length > 0) onWarning?.(stayedInFolder(stayed))
  return {
    paths: [...tree.paths, ...absent.filter((path) => files.has(path))],
    read: (path) => {
      const file = files.get(path)
      return file === undefined ? tree.read(path) : outside.read(file)
    },
  }
}

/**
 * Is it one of the files by which the layout tells that a component is there, beside the content that a map is about? Without it nobody
 * knows of the component.
 */
export function saysWhatIsThere(path: string): boolean {
  return /\.(?:data|meta)\.xml$/i.test(path)
}

function stayedInFolder(paths: readonly string[]): PackWarning {
  const [first = ''] = paths
  const others = paths.length === 1 ? '' : ` and ${paths.length - 1} more`
  return {
    code: 'solution.not-where-mapped',
    message: `The map places ${first}${others} elsewhere, where there is no such file; what the folder holds was taken.`,
    path: first,
  }
}

type Rule = (path: string) => string | undefined

function ruleOf(tape: XmlTape, at: number, environment: Readonly<Record<string, string | undefined>>): Rule {
  const kind = tape.name(at)
  const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined
  if (make === undefined) throw badMap(tape.path, `<${kind}> is no kind of mapping; there are Folder, FileToFile and FileToPath`)
  const [map, to] = ['map', 'to'].map((name) => tape.attribute(at, name)?.trim() ?? '')
  if (map === undefined || to === undefined || map === '' || to === '') throw badMap(tape.path, `a <${kind}> lacks its map or its to`)
  return make(slashed(map), expanded(slashed(to), { environment, path: tape.path }))
}

const makers: Readonly<Record<string, (map: string, to: string) => Rule>> = {
  Folder: folderRule,
  FileToFile: fileRule,
  FileToPath: pathRule,
}

function folderRule(map: string, to: string): Rule {
  const prefix = `${map.replace(/^\/+|\/+$/g, '')}/`.toLowerCase()
  return (path) => (path.toLowerCase().startsWith(prefix) ? `${to.replace(/\/+$/, '')}/${path.slice(prefix.length)}` : undefined)
}

function fileRule(map: string, to: string): Rule {
  const isMapped = patternOf(map)
  return (path) => (isMapped.test(path) ? to : undefined)
}

function pathRule(map: string, to: string): Rule {
  const isMapped = patternOf(map)
  return (path) => (isMapped.test(path) ? `${to.replace(/\/+$/, '')}/${path.slice(path.lastIndexOf('/') + 1)}` : undefined)
}

/** A pattern without a folder fits files of that name in any folder; `**` stands for any folders, `*` for any part of a name. `*.*` fits every name. */
function patternOf(map: string): RegExp {
  const segments = map.replace(/^\/+/, '').split('/')
  const anywhere = segments.length === 1 ? '(?:.*/)?' : ''
  const parts = segments.map((segment, at) => {
    const isLast = at === segments.length - 1
    if (segment === '**') return isLast ? '.*' : '(?:[^/]+/)*'
    const name =
      segment === '*.*'
        ? '[^/]*'
        : segment
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]')
    return isLast ? name : `${name}/`
  })
  return new RegExp(`^${anywhere}${parts.join('')}$`, 'i')
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

function expanded(
  text: string,
  { environment, path }: { environment: Readonly<Record<string, string | undefined>>; path: string },
): string {
  return text.replace(/%([^%/]+)%/g, (_whole, name: string) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value === undefined) throw badMap(path, `it names %${name}%, and there is no such environment variable`)
    return slashed(value)
  })
}

/** Of several files the one whose folders agree with the path the furthest, from the end. */
function nearest(path: string, location: string, found: readonly string[]): string {
  const rated = found.map((file) => ({ file, agreement: sharedTail(path, slashed(file)) })).sort((a, b) => b.agreement - a.agreement)
  const [best, next] = rated
  if (best === undefined) {
    throw new DroverError(
      'solution.file-missing',
      `Cannot find required file '${path}'. The map places it at "${location}", and there is no such file.`,
      {
        hint: 'Build the file, or correct the map.',
      },
    )
  }
  if (next?.agreement === best.agreement) {
    throw new DroverError(
      'solution.ambiguous-map',
      `The map places ${path} at "${location}", where ${found.length} files fit: ${found.join(', ')}.`,
      {
        hint: 'Name the folder in the map, without "**".',
      },
    )
  }
  return best.file
}

function sharedTail(path: string, file: string): number {
  const [a, b] = [path, file].map((one) => one.toLowerCase().split('/').reverse())
  let shared = 0
  while (a?.[shared] !== undefined && a[shared] === b?.[shared]) shared++
  return shared
}

function badMap(path: string, problem: string): DroverError {
  return new DroverError('solution.bad-map', `${path} cannot be used as a map of files: ${problem}.`, {
    hint: 'Write <Mapping> with <Folder>, <FileToFile> or <FileToPath> elements, each with the attributes map and to.',
  })
}
