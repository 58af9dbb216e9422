import { DroverError } from '#domain/kernel'
import type { PackageFile } from './package.ts'
import { attributeOf, childrenNamed, element } from './xml/tree.ts'
import { parseXml } from './xml/parse-xml.ts'
import { writeXml } from './xml/write-xml.ts'

export const contentTypesPath = '[Content_Types].xml'

/** The given [Content_Types].xml where it covers all these paths, else one written anew. */
export function contentTypesFor(paths: readonly string[], original: PackageFile | undefined): PackageFile {
  if (original !== undefined && isCovered(original, wantedTypes(paths))) return original
  return contentTypesOf(paths)
}

/** [Content_Types].xml of a zip of these files: a line per extension, and one for each file without. */
export function contentTypesOf(paths: readonly string[]): PackageFile {
  const wanted = wantedTypes(paths)
  const type = 'application/octet-stream'
  const root = element('Types', { xmlns: 'http://schemas.openxmlformats.org/package/2006/content-types' }, [
    ...[...wanted.extensions].map((extension) => element('Default', { Extension: extension, ContentType: type })),
    ...[...wanted.bare].map((path) => element('Override', { PartName: path, ContentType: type })),
  ])
  const text = writeXml(root, { indent: 0, lineEnd: '\n', hasDeclaration: true, hasByteOrderMark: true })
  return { path: contentTypesPath, bytes: new TextEncoder().encode(text) }
}

interface WantedTypes {
  readonly extensions: ReadonlySet<string>
  /** Paths without an extension, with a slash in front. */
  readonly bare: ReadonlySet<string>
}

function wantedTypes(paths: readonly string[]): WantedTypes {
  // Extensions count in whatever capitals (OPC, 10.1.2.4): the first spelling stands for all.
  const extensions = new Map<string, string>()
  const bare = new Set<string>()
  for (const path of paths) {
    const extension = extensionOf(path)
    if (extension === undefined) bare.add(`/${path}`)
    else if (!extensions.has(extension.toLowerCase())) extensions.set(extension.toLowerCase(), extension)
  }
  return { extensions: new Set(extensions.values()), bare }
}

function extensionOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 || dot === name.length - 1 ? undefined : name.slice(dot + 1)
}

function isCovered(file: PackageFile, wanted: WantedTypes): boolean {
  try {
    const root = parseXml(file.bytes, file.path)
    const covered = new Set(childrenNamed(root, 'Default').map((node) => attributeOf(node, 'Extension')?.toLowerCase()))
    const named = new Set(childrenNamed(root, 'Override').map((node) => attributeOf(node, 'PartName')))
    return [...wanted.extensions].every((one) => covered.has(one.toLowerCase())) && [...wanted.bare].every((one) => named.has(one))
  } catch (cause) {
    // An unreadable list of types is worth nothing: it is written anew.
    if (cause instanceof DroverError) return false
    throw cause
  }
}
