import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Real solutions made by others; they lie outside the repository and are never part of it. */
export const corpusFolder = process.env['DROVER_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus')

export const whyNoCorpus = `no corpus of real solutions at ${corpusFolder} (set DROVER_CORPUS)`

export interface CorpusSolution {
  /** File name without .zip. */
  readonly name: string
  readonly solution: string
  readonly version: string
  readonly isManaged: boolean
  /** As the corpus' own index counts them. */
  readonly rootComponents: number
  readonly read: () => Uint8Array
}

/** All of them, by the corpus' own index; empty where there is no corpus. */
export const corpusSolutions: readonly CorpusSolution[] = existsSync(join(corpusFolder, 'INDEX.tsv')) ? readIndex() : []

function readIndex(): CorpusSolution[] {
  const lines = readFileSync(join(corpusFolder, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  return lines.map((line) => {
    const [file = '', solution = '', version = '', kind = '', rootComponents = ''] = line.split('\t')
    const read = () => new Uint8Array(readFileSync(join(corpusFolder, file)))
    return { name: basename(file, '.zip'), solution, version, isManaged: kind === 'managed', rootComponents: Number(rootComponents), read }
  })
}

/** Paths that SolutionPackager's Extract wrote for a solution, with the sha256 of each (LF line ends). */
export function packagerLayout(name: string): Map<string, string> {
  const lines = readFileSync(join(corpusFolder, 'layout', `${name}.tsv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  return new Map(lines.map((line): [string, string] => [line.split('\t')[0] ?? '', line.split('\t')[2] ?? '']))
}
