import type { ComponentPart, SolutionPackage } from '#format'
import { attributeOf, child, childElements, readPackage, withChild, withChildren, withText, writePackage, writeXml } from '#format'
import { kindOfType } from '#domain/solution'

/** The same content under another version. */
export async function restamped(bytes: Uint8Array, version: string): Promise<Uint8Array> {
  return writePackage(stamp(await readPackage(bytes), version))
}

function stamp(given: SolutionPackage, version: string): SolutionPackage {
  const about = child(given.manifest, 'SolutionManifest')
  const number = child(about, 'Version')
  if (about === undefined || number === undefined) throw new Error('The manifest has no version.')
  return { ...given, manifest: withChild(given.manifest, 'SolutionManifest', withChild(about, 'Version', withText(number, version))) }
}

/**
 * A version of a solution that no longer has some of its components, of each sort at most `most`: those that nothing which stays speaks of, as
 * whoever removes something in Dev must take it out of everything else first.
 */
export async function reduced(bytes: Uint8Array, version: string, most: number): Promise<Uint8Array> {
  const given = await readPackage(bytes)
  const out = new Set<ComponentPart>()
  const texts = given.parts.map((part) => ({ part, text: textOfPart(part) }))
  for (const kind of [
    'SavedQueryVisualization',
    'SystemForm',
    'SavedQuery',
    'WebResource',
    'Role',
    'Report',
    'Workflow',
    'Attribute',
    'Entity',
    'OptionSet',
  ]) {
    let count = 0
    for (const { part } of texts.toReversed()) {
      if (count >= most) break
      if (part.kind !== kind || out.has(part) || isNeeded(part)) continue
      const gone = new Set([part, ...(kind === 'Entity' ? partsOf(part) : [])])
      const name = lastOf(part.key)
      const staying = texts.filter((other) => !out.has(other.part) && !gone.has(other.part))
      // A table that goes with its relationships takes what the others say of them along: too much for a file made by hand.
      if (staying.some(({ text }) => text.includes(name))) continue
      for (const one of gone) out.add(one)
      count++
    }
  }
  const parts = given.parts.filter((part) => !out.has(part))
  return writePackage(stamp(withoutRoots({ ...given, parts }, out), version))

  function partsOf(table: ComponentPart): readonly ComponentPart[] {
    const id = `${table.kind}:${table.key}`.toLowerCase()
    return given.parts.filter((part) => part.parent?.toLowerCase() === id)
  }
}

/** Columns that every table has, and tables that are only a place for others' columns. */
function isNeeded(part: ComponentPart): boolean {
  if (part.kind === 'Attribute') return !lastOf(part.key).includes('_') || /primarykey|PrimaryName/.test(textOfPart(part, false))
  return part.kind === 'Entity' && !part.key.includes('_')
}

function textOfPart(part: ComponentPart, isLower = true): string {
  const files = part.files.filter((file) => file.bytes.length < 200_000).map((file) => Buffer.from(file.bytes).toString('utf8'))
  const text = [part.xml === undefined ? '' : writeXml(part.xml), ...files].join('\n')
  return isLower ? text.toLowerCase() : text
}

function lastOf(key: string): string {
  return key.slice(key.indexOf('.') + 1).toLowerCase()
}

function withoutRoots(given: SolutionPackage, out: ReadonlySet<ComponentPart>): SolutionPackage {
  const about = child(given.manifest, 'SolutionManifest')
  const roots = child(about, 'RootComponents')
  if (about === undefined || roots === undefined) return given
  const gone = new Set([...out].map((part) => `${part.kind}:${part.key}`.toLowerCase()))
  const kept = childElements(roots).filter((root) => {
    const key = attributeOf(root, 'schemaName') ?? attributeOf(root, 'id')?.replace(/[{}]/g, '') ?? ''
    return !gone.has(`${kindOfType(attributeOf(root, 'type') ?? '')}:${key}`.toLowerCase())
  })
  return {
    ...given,
    manifest: withChild(given.manifest, 'SolutionManifest', withChild(about, 'RootComponents', withChildren(roots, kept))),
  }
}
