import type { PackageFile } from '#format'
import { parseXml } from '#format'
import type { Difference, ExportDeviation } from '../../src/emulator/operations/export/deviations.ts'
import { exportDeviations } from '../../src/emulator/operations/export/deviations.ts'
import { xmlDifferences } from './xml-places.ts'

/** One place at which two packages differ, in the words of {@link ExportDeviation}. */
export interface PlaceOfDifference {
  readonly place: string
  readonly difference: Difference
  readonly from: string | undefined
  readonly to: string | undefined
  readonly owner: string
}

type Files = readonly PackageFile[]

/** All differences: manifests as unordered XML, other entries by bytes. */
export function packageDifferences(actual: Files, expected: Files): PlaceOfDifference[] {
  const [left, right] = [byPath(actual), byPath(expected)]
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => entryDifferences(path, left.get(path), right.get(path)))
}

function byPath(files: Files): ReadonlyMap<string, Uint8Array> {
  return new Map(files.map(({ path, bytes }) => [path, bytes]))
}

function entryDifferences(path: string, actual: Uint8Array | undefined, expected: Uint8Array | undefined): PlaceOfDifference[] {
  const whole = { place: path, from: undefined, to: undefined, owner: path }
  if (actual === undefined) return [{ ...whole, difference: 'less' }]
  if (expected === undefined) return [{ ...whole, difference: 'more' }]
  if (path !== 'solution.xml' && path !== 'customizations.xml')
    return Buffer.compare(actual, expected) === 0 ? [] : [{ ...whole, difference: 'other' }]
  return xmlDifferences(parseXml(actual, path), parseXml(expected, path)).map((found) => ({
    place: `${path}:${found.path}`,
    difference: found.actual === undefined ? 'less' : found.expected === undefined ? 'more' : 'other',
    from: found.actual,
    to: found.expected,
    owner: found.owner,
  }))
}

/** The deviations that explain what an export has other than the real twin; undefined for what none explains. */
export function explained(packages: {
  readonly exported: Files
  readonly unmanaged: Files
  readonly managed: Files
}): { readonly at: PlaceOfDifference; readonly by: ExportDeviation | undefined }[] {
  const unlike = unlikeness(packages.unmanaged, packages.managed)
  const between = new Set(unlike === undefined ? [] : packageDifferences(packages.unmanaged, packages.managed).map(sameAs))
  return packageDifferences(packages.exported, packages.managed).map((at) => ({
    at,
    by: exportDeviations.find((deviation) => {
      if (!deviation.places.test(at.place) || !deviation.difference.includes(at.difference)) return false
      if (deviation.from?.test(at.from ?? '') === false || deviation.to?.test(at.to ?? '') === false) return false
      if (deviation.onlyBetween !== undefined && deviation.onlyBetween !== unlike) return false
      return deviation.isBetweenTwins !== true || between.has(sameAs(at))
    }),
  }))
}

function sameAs({ place, difference, to, owner }: PlaceOfDifference): string {
  return JSON.stringify([place, difference, to, owner])
}

/** Why two packages of one version are no two forms of one export; undefined when they are. */
function unlikeness(unmanaged: Files, managed: Files): ExportDeviation['onlyBetween'] {
  // SolutionPackager calls XML text/xml; the service calls it an octet stream.
  if (/Extension="xml" ContentType="text\/xml"/.test(textOf(managed, '[Content_Types].xml'))) return 'packers'
  const [one, other] = [unmanaged, managed].map(
    (files) => /<ImportExportXml\b[^>]*\sversion="([^"]*)"/.exec(textOf(files, 'solution.xml'))?.[1],
  )
  return one === other ? undefined : 'environments'
}

function textOf(files: Files, path: string): string {
  return Buffer.from(files.find((file) => file.path === path)?.bytes ?? []).toString('utf8')
}
