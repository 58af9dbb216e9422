import { describe, expect, it } from 'vitest'
import { memoryTree, openZip, packSolution, toXmlLayout, toYamlLayout, unpackSolution, type PackageFile } from '#format'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'

describe('a real solution, in the YAML layout', () => {
  if (corpusSolutions.length === 0) it.skip(`every solution of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(corpusSolutions.map((solution) => [solution.name, solution] as const))(
    '%s converts there and back without loss',
    async ([, solution]) => {
      const xml = await collected(unpackSolution(openZip(solution.read())))
      const yaml = toYamlLayout(xml)
      const back = await toXmlLayout(memoryTree(yaml))
      expect(different(back, xml)).toEqual([])
      expect(different(toYamlLayout(back), yaml)).toEqual([])
    },
  )
})

describe('two package types of a real solution in one folder of the YAML layout', () => {
  const twins = corpusSolutions.flatMap((solution) => {
    const managed = corpusSolutions.find((other) => other.name === `${solution.name}_managed`)
    return managed === undefined ? [] : [[solution.name, solution, managed] as const]
  })
  if (twins.length === 0) it.skip(`every pair of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(twins)('%s packs to what the XML layout packs to, with the same warnings', async ([, unmanaged, managed]) => {
    const options = { type: 'both', managed: openZip(managed.read()) } as const
    const xml = await collected(unpackSolution(openZip(unmanaged.read()), options))
    const yaml = await collected(unpackSolution(openZip(unmanaged.read()), { ...options, layout: 'yaml' }))
    for (const type of ['unmanaged', 'managed'] as const) {
      const [expected, actual] = [await packed(xml, type), await packed(yaml, type)]
      expect(different(actual.files, expected.files)).toEqual([])
      expect(actual.warnings).toEqual(expected.warnings)
    }
  })
})

async function packed(files: readonly PackageFile[], type: 'unmanaged' | 'managed') {
  const warnings: string[] = []
  const packing = packSolution(memoryTree(files), { type, onWarning: ({ message }) => warnings.push(message) })
  return { files: await collected(packing), warnings }
}

async function collected(files: AsyncIterable<PackageFile>): Promise<PackageFile[]> {
  const list: PackageFile[] = []
  for await (const file of files) list.push(file)
  return list
}

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
