import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memoryTree, readZip, unpackSolution } from '#format'
import { corpusSolutions, packagerLayout, whyNoCorpus } from '../support/corpus.ts'

describe('a real solution, unpacked to source', () => {
  if (corpusSolutions.length === 0) it.skip(`every solution of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(corpusSolutions.map((solution) => [solution.name, solution] as const))(
    '%s lies as SolutionPackager lays it',
    async ([, solution]) => {
      const tree = new Map<string, Uint8Array>()
      for await (const { path, bytes } of unpackSolution(memoryTree(await readZip(solution.read())))) tree.set(path, bytes)
      tree.delete('.drover/carried.json')
      const expected = packagerLayout(solution.name)
      expect([...tree.keys()].sort()).toEqual([...expected.keys()].sort())
      const different = [...tree].filter(([path, bytes]) => !hashes(bytes).includes(expected.get(path) ?? ''))
      expect(different.map(([path]) => path)).toEqual([])
    },
  )
})

/** The listing was made with LF line ends: of text by conversion, of other files as they are. */
function hashes(bytes: Uint8Array): string[] {
  const withLineFeeds = Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
  return [bytes, withLineFeeds].map((content) => createHash('sha256').update(content).digest('hex'))
}
