import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CorpusEntry } from '../support/corpus.ts'
import { corpusFolder, hasCorpus, listCorpus, readCorpus } from '../support/corpus.ts'
import { startStack } from '../support/product.ts'
import { resetEnvironments, travel } from '../support/travel.ts'
import { refusals } from './expected-ends.ts'

/** Versions of one solution travel in order, on environments that keep what came before. */
const families = groupBySolution(listCorpus().filter((entry) => entry.kind === 'unmanaged'))

describe('a real solution on the path', () => {
  if (!hasCorpus) it.skip(`every unmanaged solution of the corpus: no corpus at ${corpusFolder} (set DROVER_CORPUS)`, () => undefined)

  let stack: Awaited<ReturnType<typeof startStack>> | undefined
  beforeAll(async () => {
    if (hasCorpus) stack = await startStack()
  })
  afterAll(() => stack?.stop())

  it.for([...families])('%s, version by version, ends where the table says', { timeout: 300_000 }, async ([, entries]) => {
    if (stack === undefined) throw new Error('The stack did not start.')
    await resetEnvironments(stack.drover)
    for (const entry of entries) {
      const end = await travel(stack.drover, readCorpus(entry))
      const wanted = refusals[basename(entry.file)]
      if (wanted === undefined) expect(end, entry.file).toBe('production')
      else expect(end, entry.file).toMatchObject({ refusedBy: wanted.refusedBy })
    }
  })

  it.runIf(hasCorpus)('every refusal in the table is of a file that exists', () => {
    const files = new Set(listCorpus().map((entry) => basename(entry.file)))
    expect(Object.keys(refusals).filter((file) => !files.has(file))).toEqual([])
  })
})

function groupBySolution(entries: readonly CorpusEntry[]): Map<string, CorpusEntry[]> {
  const families = new Map<string, CorpusEntry[]>()
  for (const entry of entries) families.set(entry.solution, [...(families.get(entry.solution) ?? []), entry])
  for (const family of families.values()) family.sort((a, b) => compare(a.version, b.version) || a.file.localeCompare(b.file))
  return families
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let part = 0; part < 4; part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
