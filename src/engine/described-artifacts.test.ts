import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createArtifactStore } from '#adapters/files'
import { solutionFile, table } from '../../test/support/emulated-environment.ts'
import { describeArtifact } from './described-artifacts.ts'
import type { ArtifactStore } from './ports/index.ts'

let folder: string
let artifacts: ArtifactStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-described-'))
  artifacts = createArtifactStore(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = async (version: string) =>
  artifacts.put(
    Buffer.from(
      await solutionFile({ version, parts: [table('con_thing')], roots: [{ type: '1', schemaName: 'con_thing', behavior: 0 }] }),
      'base64',
    ),
  )

describe('what a stored solution file says', () => {
  it('is read once for those who ask at the same time and after one another', async () => {
    const digest = await put('1.0.0.0')
    const [one, other] = await Promise.all([describeArtifact(artifacts, digest), describeArtifact(artifacts, digest)])
    expect(one.length).toBeGreaterThan(0)
    expect(other).toBe(one)
    expect(await describeArtifact(artifacts, digest)).toBe(one)
    expect(await describeArtifact(artifacts, await put('1.1.0.0'))).not.toEqual(one)
  })

  it('is no longer said once the store does not hold the file as it was', async () => {
    const digest = await put('1.0.0.0')
    await describeArtifact(artifacts, digest)
    const [file] = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    await writeFile(join(file?.parentPath ?? '', file?.name ?? ''), 'something else')
    await expect(describeArtifact(artifacts, digest)).rejects.toMatchObject({ code: 'artifact.tampered' })
    await rm(join(file?.parentPath ?? '', file?.name ?? ''))
    await expect(describeArtifact(artifacts, digest)).rejects.toMatchObject({ code: 'artifact.absent' })
  })

  it('is refused each time where the file is no solution', async () => {
    const digest = await artifacts.put(Buffer.from('no zip'))
    for (const _ of [1, 2]) await expect(describeArtifact(artifacts, digest)).rejects.toMatchObject({ code: 'solution.not-a-zip' })
  })

  it('is forgotten first that was asked for longest ago, where too much would be kept, and the last never', async () => {
    const [a, b] = [await put('1.0.0.0'), await put('1.1.0.0')]
    const one = await describeArtifact(artifacts, a)
    const most = 2 * one.length
    const other = await describeArtifact(artifacts, b, most)
    expect(await describeArtifact(artifacts, a, most)).toBe(one)
    await describeArtifact(artifacts, await put('1.2.0.0'), most)
    expect(await describeArtifact(artifacts, a, most)).toBe(one)
    expect(await describeArtifact(artifacts, b, most)).not.toBe(other)
    const last = await describeArtifact(artifacts, b, 1)
    expect(await describeArtifact(artifacts, b, 1)).toBe(last)
    expect(await describeArtifact(artifacts, a, 1)).not.toBe(one)
  })
})
