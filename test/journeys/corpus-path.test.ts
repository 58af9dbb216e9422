import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CorpusSolution } from '../support/corpus.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { startStack } from '../support/product.ts'
import { resetEnvironments, travel } from '../support/travel.ts'
import { refusals } from './expected-ends.ts'

/** Versions of one solution travel in order, on environments that keep what came before. */
const families = groupBySolution(corpusSolutions.filter((entry) => !entry.isManaged))
const hasCorpus = corpusSolutions.length > 0

describe('a real solution on the path', () => {
  if (!hasCorpus) it.skip(`every unmanaged solution of the corpus: ${whyNoCorpus}`, () => undefined)

  let stack: Awaited<ReturnType<typeof startStack>> | undefined
  beforeAll(async () => {
    if (hasCorpus) stack = await startStack()
  })
  afterAll(() => stack?.stop())

  it.for([...families])('%s, version by version, ends where the table says', async ([, entries]) => {
    if (stack === undefined) throw new Error('The stack did not start.')
    await resetEnvironments(stack.drover)
    for (const entry of entries) {
      const end = await travel(stack.drover, entry.read())
      const wanted = refusals[entry.name]
      if (wanted === undefined) expect(end, entry.name).toBe('production')
      else expect(end, entry.name).toMatchObject({ refusedBy: wanted.refusedBy, reason: expect.stringContaining(wanted.says) as unknown })
    }
  })

  it.runIf(hasCorpus)('every refusal in the table is of a file that exists', () => {
    const files = new Set(corpusSolutions.map((entry) => entry.name))
    expect(Object.keys(refusals).filter((file) => !files.has(file))).toEqual([])
  })
})

function groupBySolution(entries: readonly CorpusSolution[]): Map<string, CorpusSolution[]> {
  const families = new Map<string, CorpusSolution[]>()
  for (const entry of entries) families.set(entry.solution, [...(families.get(entry.solution) ?? []), entry])
  for (const family of families.values()) family.sort((a, b) => compare(a.version, b.version) || a.name.localeCompare(b.name))
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
