import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Real solutions made by others; they lie outside the repository and are never part of it. */
export const corpusFolder = process.env['DROVER_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus')

export const hasCorpus = existsSync(join(corpusFolder, 'INDEX.tsv'))

export interface CorpusEntry {
  /** Path below the corpus folder. */
  readonly file: string
  readonly solution: string
  readonly version: string
  readonly kind: 'managed' | 'unmanaged'
  readonly sha256: string
}

/** The index; empty where there is no corpus. */
export function listCorpus(): readonly CorpusEntry[] {
  if (!hasCorpus) return []
  const [header = '', ...lines] = readFileSync(join(corpusFolder, 'INDEX.tsv'), 'utf8').trim().split('\n')
  const columns = header.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    const cell = (name: string) => cells[columns.indexOf(name)] ?? ''
    return {
      file: cell('file'),
      solution: cell('solution'),
      version: cell('version'),
      kind: cell('kind') === 'managed' ? 'managed' : 'unmanaged',
      sha256: cell('sha256'),
    }
  })
}

export function readCorpus(entry: CorpusEntry): Uint8Array {
  return new Uint8Array(readFileSync(join(corpusFolder, entry.file)))
}
