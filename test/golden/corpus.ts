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

/** What the corpus' own index says of each solution, by file name without .zip. */
export function corpusIndex(): Map<string, { solution: string; version: string; isManaged: boolean; rootComponents: number }> {
  const lines = readFileSync(join(corpusFolder, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)
  return new Map(
    lines.map((line) => {
      const [file = '', solution = '', version = '', kind = '', rootComponents = ''] = line.split('\t')
      const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.zip$/, '')
      return [name, { solution, version, isManaged: kind === 'managed', rootComponents: Number(rootComponents) }]
    }),
  )
}

export const whyNoCorpus = `no corpus of real solutions at ${corpusFolder} (set DROVER_CORPUS)`
