import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryTree, type PackageFile, packSolution, parseXml, readZip, unpackSolution } from '#format'
import { corpusFolder, corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { unorderedDifference } from './unordered-xml.ts'

const named = corpusSolutions.map((solution) => [solution.name, solution] as const)
const twins = named.flatMap(([name, solution]) => {
  const managed = corpusSolutions.find((other) => other.name === `${name}_managed`)
  return managed === undefined ? [] : [[name, solution, managed] as const]
})

describe('a real solution, unpacked and packed again', () => {
  if (named.length === 0) it.skip(`every solution of the corpus: ${whyNoCorpus}`, () => undefined)

  describe.for(named)('%s', ([, solution]) => {
    // Unpacked and packed once for both, and let go of afterwards.
    let zip: readonly PackageFile[] = []
    let source: readonly PackageFile[] = []
    let packed: readonly PackageFile[] = []
    beforeAll(async () => {
      zip = await readZip(solution.read())
      source = await collected(unpackSolution(memoryTree(zip)))
      packed = await collected(packSolution(memoryTree(source)))
    })
    afterAll(() => {
      zip = source = packed = []
    })

    it('comes back whole, and unpacks to the same files', async () => {
      expectSameSolution(packed, zip)
      expectSameFiles(await collected(unpackSolution(memoryTree(packed))), source)
    })

    it('packs to the same files in whatever order its files are listed', async () => {
      const reversed = await collected(packSolution(memoryTree([...source].reverse())))
      expect(reversed.map((file) => file.path)).toEqual(packed.map((file) => file.path))
      expectSameFiles(reversed, packed)
    })
  })
})

describe('two package types of a real solution in one folder', () => {
  if (twins.length === 0) it.skip(`every pair of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(twins)('%s: each comes back whole', async ([, unmanaged, managed]) => {
    const [zip, managedZip] = [await readZip(unmanaged.read()), await readZip(managed.read())]
    const source = await collected(unpackSolution(memoryTree(zip), { type: 'both', managed: memoryTree(managedZip) }))
    expectSameSolution(await collected(packSolution(memoryTree(source), { type: 'unmanaged' })), zip)
    expectSameSolution(await collected(packSolution(memoryTree(source), { type: 'managed' })), managedZip)
  })
})

describe('a folder that SolutionPackager made', () => {
  const folders = named.length === 0 ? [] : packagersFolders()
  if (folders.length === 0) it.skip(`every tree of the corpus: ${whyNoCorpus}`, () => undefined)

  it.for(folders)('%s packs to what SolutionPackager packs of it', async ([, folder, zip, type]) => {
    const packed = await collected(packSolution(memoryTree(filesBelow(folder)), { type }))
    expectSameSolution(packed, await readZip(new Uint8Array(readFileSync(zip))))
  })

  it.for(folders.filter(([name]) => !name.includes('Both')))('%s is what its zip unpacks to', async ([, folder, zip]) => {
    const unpacked = await collected(unpackSolution(memoryTree(await readZip(new Uint8Array(readFileSync(zip))))))
    expectSameFiles(unpacked, filesBelow(folder))
  })

  it.for(twins.filter(([name]) => folders.some(([folder]) => folder.includes('Both') && name.startsWith(folder.split('_')[0] ?? '-'))))(
    '%s of both package types is what its two zips unpack to',
    async ([name, unmanaged, managed]) => {
      const folder = folders.find(([one]) => one.includes('Both') && name.startsWith(one.split('_')[0] ?? '-'))?.[1] ?? ''
      const options = { type: 'both', managed: memoryTree(await readZip(managed.read())) } as const
      expectSameFiles(await collected(unpackSolution(memoryTree(await readZip(unmanaged.read())), options)), filesBelow(folder))
    },
  )
})

async function collected(files: AsyncIterable<PackageFile>): Promise<PackageFile[]> {
  const list: PackageFile[] = []
  for await (const file of files) list.push(file)
  expect(new Set(list.map((file) => file.path.toLowerCase())).size).toBe(list.length)
  return list
}

/** The manifests as unordered XML, everything else byte for byte; [Content_Types].xml is made anew. */
function expectSameSolution(actual: readonly PackageFile[], expected: readonly PackageFile[]): void {
  const byPath = new Map(actual.map((file) => [file.path, file.bytes]))
  expect([...byPath.keys()].sort()).toEqual(expected.map((file) => file.path).sort())
  for (const { path, bytes } of expected) {
    const twin = byPath.get(path) ?? new Uint8Array()
    if (path === 'solution.xml' || path === 'customizations.xml') {
      expect(unorderedDifference(parseXml(bytes, path), parseXml(twin, path))).toBeUndefined()
    } else if (path !== '[Content_Types].xml') expect(Buffer.compare(bytes, twin), path).toBe(0)
  }
}

function expectSameFiles(actual: readonly PackageFile[], expected: readonly PackageFile[]): void {
  const byPath = new Map(actual.map((file) => [file.path, file.bytes]))
  expect([...byPath.keys()].sort()).toEqual(expected.map((file) => file.path).sort())
  for (const { path, bytes } of expected) expect(Buffer.compare(bytes, byPath.get(path) ?? new Uint8Array()), path).toBe(0)
}

function packagersFolders(): (readonly [string, string, string, 'managed' | 'unmanaged'])[] {
  const trees = join(corpusFolder, 'trees')
  return readdirSync(trees).flatMap((name) =>
    readdirSync(join(trees, name)).flatMap((file) => {
      const type = /^packed_(\w+)\.zip$/.exec(file)?.[1]?.toLowerCase()
      if (type !== 'managed' && type !== 'unmanaged') return []
      return [[`${name} (${type})`, join(trees, name, 'extracted'), join(trees, name, file), type] as const]
    }),
  )
}

function filesBelow(folder: string): PackageFile[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile())
  return names.map((name) => ({ path: name.replaceAll('\\', '/'), bytes: new Uint8Array(readFileSync(join(folder, name))) }))
}
