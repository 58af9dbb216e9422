import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of real solutions made by others; they are not part of this repository. */
export const corpusFolder = resolve(process.env['DROVER_CORPUS'] ?? '../shared/corpus')

export interface CorpusSolution {
  /** File name without .zip. */
  readonly name: string
  readonly read: () => Uint8Array
}

export const corpusSolutions: readonly CorpusSolution[] = existsSync(corpusFolder) ? listSolutions() : []

function listSolutions(): CorpusSolution[] {
  const base = join(corpusFolder, 'solutions')
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.zip'))
    .sort()
    .map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1, -4), read: () => readFileSync(join(base, path)) }))
}

/** Paths that SolutionPackager's Extract wrote for a solution, with the sha256 of each (LF line ends). */
export function packagerLayout(name: string): Map<string, string> {
  const lines = readFileSync(join(corpusFolder, 'layout', `${name}.tsv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  return new Map(lines.map((line): [string, string] => [line.split('\t')[0] ?? '', line.split('\t')[2] ?? '']))
}

export const whyNoCorpus = `no corpus of real solutions at ${corpusFolder} (set DROVER_CORPUS)`
