import { DroverError } from '#domain/kernel'
import type { PackageFile } from '../package.ts'
import { rootOf } from '../xml/parse-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { CarriedSide, CarriedTwin, CarriedXml } from './carried.ts'
import { carriedFile, textOrBase64 } from './carried-file.ts'
import { fingerprintOf } from './fingerprint.ts'
import { packageTypeOf, wrongPackageType } from './pack-manifest.ts'
import { PathClaims } from './path-claims.ts'
import { managedTwinOf, twinForm } from './source-index.ts'

/** One package type of a solution, unpacked. */
export interface Side {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly xml: CarriedXml | undefined
}

/**
 * One folder of two sides, as SolutionPackager makes it: forms, apps and site maps of the managed one lie beside the others as
 * `_managed.xml`; of every other file that both have the managed one stays. What the folder then does not show of a side is carried,
 * so that both can be packed again without loss.
 */
export function* joinSides(unmanaged: Side, managed: Side): Generator<PackageFile> {
  const folder = new Map<string, Uint8Array>()
  const claims = new PathClaims()
  for (const { files } of [managed, unmanaged]) for (const [path, bytes] of files) if (claims.take([path])) folder.set(path, bytes)
  for (const [path, bytes] of folder) yield { path, bytes }
  const both = {
    unmanaged: carriedSide(folder, unmanaged, (path) => twinForm(path) === 'managed'),
    managed: carriedSide(folder, managed, (path) => twinForm(path) === 'unmanaged' && folder.has(managedTwinOf(path))),
  }
  if (Object.keys(both.unmanaged).length + Object.keys(both.managed).length > 0) yield carriedFile({ format: 1, both })
}

/** `isLeftOut`: packing this side leaves the file out by the layout's own rules. */
function carriedSide(folder: ReadonlyMap<string, Uint8Array>, side: Side, isLeftOut: (path: string) => boolean): CarriedSide {
  const without = [...folder.keys()].filter((path) => !side.files.has(path) && !isLeftOut(path))
  const files: CarriedTwin[] = []
  for (const [path, bytes] of side.files) {
    const shown = folder.get(path)
    if (shown === undefined) files.push({ path, ...textOrBase64(bytes) })
    else if (!isSame(shown, bytes)) files.push({ path, insteadOf: fingerprintOf(path, shown), ...textOrBase64(bytes) })
  }
  return {
    ...(without.length === 0 ? {} : { without }),
    ...(files.length === 0 ? {} : { files }),
    ...(side.xml === undefined ? {} : { xml: side.xml }),
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** Refuses two zips that are not the two package types of one version of one solution. */
export function checkTwins(unmanaged: XmlTape, managed: XmlTape): void {
  const types = [packageTypeOf(unmanaged), packageTypeOf(managed)]
  if (types[0] !== 'unmanaged' || types[1] !== 'managed') {
    throw wrongPackageType(
      `Solution package type did not match requested type. Both needs an unmanaged and a managed zip; these are ${types.join(' and ')}.`,
      types[0] ?? 'unmanaged',
    )
  }
  for (const name of ['UniqueName', 'Version']) {
    const [one, other] = [unmanaged, managed].map((tape) => manifestText(tape, name))
    if (one === other) continue
    throw new DroverError(
      'solution.not-twins',
      `The two zips are not one solution: ${name} is ${one ?? 'absent'} in the unmanaged and ${other ?? 'absent'} in the managed one.`,
      {
        hint: 'Export both package types of the same version of the solution.',
      },
    )
  }
}

function manifestText(tape: XmlTape, name: string): string | undefined {
  const manifest = tape.child(rootOf(tape), 'SolutionManifest')
  return manifest === undefined ? undefined : tape.childText(manifest, name)
}

export function noTwin(): DroverError {
  return new DroverError('solution.not-twins', 'Both package types were asked for, and there is only one zip.', {
    hint: 'Give the managed zip of the same version, too.',
  })
}
