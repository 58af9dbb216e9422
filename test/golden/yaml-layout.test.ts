import { describe, expect, it } from 'vitest'
import { memoryTree, openZip, toXmlLayout, toYamlLayout, unpackSolution, type PackageFile } from '#format'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'

describe('a real solution, in the YAML layout', () => {
  if (corpusSolutions.length === 0) it.skip(`every solution of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(corpusSolutions.map((solution) => [solution.name, solution] as const))(
    '%s converts there and back without loss',
    async ([, solution]) => {
      const xml: PackageFile[] = []
      for await (const file of unpackSolution(openZip(solution.read()))) xml.push(file)
      const yaml = toYamlLayout(xml)
      const back = await toXmlLayout(memoryTree(yaml))
      expect(different(back, xml)).toEqual([])
      expect(different(toYamlLayout(back), yaml)).toEqual([])
    },
  )
})

/** Paths that only one of the two has, or that differ in a byte. */
function different(a: readonly PackageFile[], b: readonly PackageFile[]): string[] {
  const others = new Map(b.map(({ path, bytes }) => [path, bytes]))
  const changed = a.filter(({ path, bytes }) => {
    const other = others.get(path)
    others.delete(path)
    return other === undefined || Buffer.compare(bytes, other) !== 0
  })
  return [...changed.map(({ path }) => path), ...others.keys()]
}
