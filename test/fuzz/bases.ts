import type { PackageFile } from '#format'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { corpusSolutions } from '../support/corpus.ts'
import { ownSolution, smallestSolution } from './own-solution.ts'
import { rawFiles } from './raw-zip.ts'

/** A real or made solution, as the files of its zip, that cases are mutations of. */
export interface Base {
  readonly name: string
  readonly files: readonly PackageFile[]
}

/** Larger zips make cases slow, so that each of those up to `largestOfCorpus` is there once and all others several times; in bytes. */
const smallInCorpus = 25_000
const largestOfCorpus = 100_000
const timesSmall = 4
const samples = join(import.meta.dirname, '../../samples/contoso-inspection')

/** The same in the same order on every machine that has the same corpus. */
export function fuzzBases(): Base[] {
  const versions = readdirSync(samples, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  const own: Base[] = [
    { name: 'own', files: ownSolution() },
    { name: 'own managed', files: ownSolution(true) },
    { name: 'smallest', files: smallestSolution() },
    ...versions.sort().map((version) => ({ name: `sample ${version}`, files: filesUnder(join(samples, version)) })),
  ]
  const real = corpusSolutions
    .map(({ name, read }) => ({ name: `corpus ${name}`, zip: read() }))
    .filter(({ zip }) => zip.length <= largestOfCorpus)
    .map(({ name, zip }) => ({ name, files: rawFiles(zip), isSmall: zip.length <= smallInCorpus }))
  const small = [...own, ...real.filter(({ isSmall }) => isSmall)].map(ordered)
  const large = real.filter(({ isSmall }) => !isSmall).map(ordered)
  return [...Array.from({ length: timesSmall }, () => small).flat(), ...large]
}

function ordered({ name, files }: Base): Base {
  return { name, files: manifestsFirst(files) }
}

/** So that edits can name them by number. */
function manifestsFirst(files: readonly PackageFile[]): PackageFile[] {
  const rank = ({ path }: PackageFile): number => ['customizations.xml', 'solution.xml'].indexOf(path.toLowerCase()) >>> 0
  return files.toSorted((a, b) => rank(a) - rank(b))
}

function filesUnder(folder: string): PackageFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort()
  return paths.map((path) => ({ path: relative(folder, path).split(sep).join('/'), bytes: new Uint8Array(readFileSync(path)) }))
}
