import { DroverError, parseVersion } from '#domain/kernel'
import type { PackageFile } from '../package.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { PackageType, PackOptions } from './options.ts'
import { demandRoot, serverCopier } from './packing.ts'

/** The package type that a solution.xml says, without all else that it says. */
export function typeOfManifest({ bytes, path }: PackageFile): PackageType {
  return packageTypeOf(scanXml(bytes, path))
}

/** Which package types a folder or zip holds, by SolutionManifest/Managed: 0, 1, or 2 for both. Refuses what is no manifest. */
export function packageTypeOf(tape: XmlTape): PackageType {
  const manifest = tape.child(demandRoot(tape, 'ImportExportXml'), 'SolutionManifest')
  const written = manifest === undefined ? undefined : tape.childText(manifest, 'Managed')
  if (written === '2') return 'both'
  return written === '1' ? 'managed' : 'unmanaged'
}

/** The package type to make of a folder; refuses one that the folder does not hold. */
export function typeToPack(tape: XmlTape, wanted: PackOptions['type']): 'managed' | 'unmanaged' {
  const held = packageTypeOf(tape)
  if (held === 'both') return wanted ?? 'unmanaged'
  if (wanted === undefined || wanted === held) return held
  throw wrongPackageType(
    `Solution package type did not match requested type. ${tape.path} says ${held}, and ${wanted} was asked for.`,
    held,
  )
}

export function wrongPackageType(message: string, held: PackageType): DroverError {
  return new DroverError('solution.wrong-package-type', message, {
    hint: `Ask for ${held}, or export the solution as the other type. An unmanaged solution cannot be turned into a managed one without an environment.`,
  })
}

/** solution.xml: Other/Solution.xml with the package type made, and another version if one is given. */
export function packManifest(tape: XmlTape, type: 'managed' | 'unmanaged', version: string | undefined): Uint8Array {
  const copier = serverCopier()
  const root = rootOf(tape)
  const manifest = tape.child(root, 'SolutionManifest')
  const texts = new Map<string, string>()
  if (version !== undefined) texts.set('Version', checkedVersion(version))
  if (packageTypeOf(tape) === 'both') texts.set('Managed', type === 'managed' ? '1' : '0')
  if (manifest === undefined || tape.holdsText(manifest) || tape.holdsText(root)) copier.element(tape, root, 0)
  else copyWithTexts({ copier, tape, manifest }, texts)
  return copier.take()
}

function checkedVersion(version: string): string {
  const parsed = parseVersion(version)
  if (parsed.ok) return parsed.value
  throw new DroverError('solution.bad-version', `"${version}" cannot be the version of a solution.`, {
    hint: 'Write one to four whole numbers joined by dots, for example 1.4.0.2.',
  })
}

interface ManifestCopy {
  readonly copier: ReturnType<typeof serverCopier>
  readonly tape: XmlTape
  readonly manifest: number
}

/** The document with these children of the manifest replaced by texts. */
function copyWithTexts({ copier, tape, manifest }: ManifestCopy, texts: ReadonlyMap<string, string>): void {
  const root = rootOf(tape)
  copier.startTag(tape, root)
  for (let at = root + 1; at < tape.next(root); at = tape.next(at)) {
    copier.lineBreak(1)
    if (at === manifest) copyManifest({ copier, tape, manifest }, texts)
    else copier.node(tape, at, 1)
  }
  copier.lineBreak(0)
  copier.endTag(tape, root)
}

function copyManifest({ copier, tape, manifest }: ManifestCopy, texts: ReadonlyMap<string, string>): void {
  if (tape.next(manifest) === manifest + 1) {
    copier.node(tape, manifest, 1)
    return
  }
  copier.startTag(tape, manifest)
  for (let at = manifest + 1; at < tape.next(manifest); at = tape.next(at)) {
    copier.lineBreak(2)
    const text = tape.isElement(at) ? texts.get(tape.name(at)) : undefined
    if (text === undefined) copier.node(tape, at, 2)
    else copier.text(`<${tape.name(at)}>${text}</${tape.name(at)}>`)
  }
  copier.lineBreak(1)
  copier.endTag(tape, manifest)
}
