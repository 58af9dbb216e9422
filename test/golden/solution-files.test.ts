import { describe, expect, it } from 'vitest'
import { inspectSolution, parseXml, readPackage, readSolution, readZip, writePackage, type PackageFile } from '#format'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { unorderedDifference } from './unordered-xml.ts'

describe('a real solution file, taken apart and composed again', () => {
  if (corpusSolutions.length === 0) it.skip(`every solution of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(corpusSolutions.map((solution) => [solution.name, solution] as const))(
    '%s loses nothing and gains nothing',
    async ([, solution]) => {
      const bytes = solution.read()
      const original = byPath(await readZip(bytes))
      const composed = byPath(await readZip(await writePackage(await readPackage(bytes))))

      expect([...composed.keys()].sort()).toEqual([...original.keys()].sort())
      for (const [path, file] of original) {
        const twin = composed.get(path)
        if (path === 'solution.xml' || path === 'customizations.xml') {
          expect(unorderedDifference(parseXml(file.bytes, path), parseXml(twin?.bytes ?? '', path))).toBeUndefined()
        } else {
          expect(Buffer.compare(file.bytes, twin?.bytes ?? new Uint8Array()), path).toBe(0)
        }
      }
    },
  )

  it.runIf(corpusSolutions.length > 0)('every component of a file has a key of its own', async () => {
    for (const solution of corpusSolutions) {
      const { parts } = await readPackage(solution.read())
      const ids = parts.map((part) => `${part.kind}:${part.key}`.toLowerCase())
      expect(new Set(ids).size, solution.name).toBe(ids.length)
    }
  })
})

describe('inspecting a real solution', () => {
  it.runIf(corpusSolutions.length > 0)('says of all of them what the index of the corpus says', async () => {
    for (const solution of corpusSolutions) {
      const summary = inspectSolution((await readSolution(solution.read())).model)
      const { uniqueName, version, isManaged } = summary.manifest
      const rootComponents = summary.rootComponents.reduce((sum, { count }) => sum + count, 0)
      const { read: _read, name: _name, ...indexed } = solution
      expect({ solution: uniqueName, version, isManaged, rootComponents }, solution.name).toEqual(indexed)
    }
  })
})

function byPath(files: readonly PackageFile[]): Map<string, PackageFile> {
  return new Map(files.map((file) => [file.path, file]))
}
