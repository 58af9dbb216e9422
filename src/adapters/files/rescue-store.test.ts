import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { RescueStore } from '#engine/ports'
import { createRescueStore } from './index.ts'
import { frameSize } from './rescue-frames.ts'

let workspace: string
let store: RescueStore

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'drover-rescues-'))
  store = openStore(join(workspace, 'rescues'))
})

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true })
})

function openStore(folder: string): RescueStore {
  return createRescueStore({ folder, keyFile: join(workspace, 'keys', 'rescue.key') })
}

describe('the rescue store', () => {
  it.each([0, 1, frameSize - 1, frameSize, frameSize + 1, 3 * frameSize, 5 * frameSize + 17])(
    'gives %i bytes back as they came',
    async (length) => {
      const bytes = randomBytes(length)
      const { digest, size } = await store.put('a', inPieces(bytes, 100_000))
      expect(size).toBeGreaterThan(length)
      expect((await collect(store.get(digest))).equals(bytes)).toBe(true)
    },
  )

  it('stores nothing that can be read without the key, and the same rows never alike', async () => {
    const rows = Buffer.from('{"name":"Ina Inspector"}\n'.repeat(1000))
    const first = await store.put('a', inPieces(rows, 999))
    const second = await store.put('b', inPieces(rows, 999))
    expect(first.digest).not.toBe(second.digest)
    for (const path of await files()) expect((await readFile(path)).includes('Inspector'), path).toBe(false)
    expect((await stat(join(workspace, 'keys', 'rescue.key'))).mode & 0o777).toBe(0o600)
  })

  it('gives back whole what the second of two wrote under one name, though the first goes on writing', async () => {
    const bytes = randomBytes(3 * frameSize)
    let begin = (): void => undefined
    let goOn = (): void => undefined
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve
    })
    async function* slowly(): AsyncIterable<Uint8Array> {
      yield randomBytes(4 * frameSize)
      begin()
      await mayGoOn
      yield randomBytes(4 * frameSize)
    }
    const first = store.put('a', slowly()).catch((error: unknown) => error)
    await hasBegun
    const { digest } = await store.put('a', inPieces(bytes, 100_000))
    goOn()
    await first
    expect((await collect(store.get(digest))).equals(bytes)).toBe(true)
  })

  it('notices a change of any byte before it gives anything', async () => {
    const { digest, size } = await store.put('a', inPieces(randomBytes(700), 100))
    const path = await pathOf(digest)
    const whole = await readFile(path)
    for (let at = 0; at < size; at++) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(path, changed)
      const given: Buffer[] = []
      await expect(collect(store.get(digest), given), `byte ${at}`).rejects.toMatchObject({ code: 'rescue.tampered' })
      expect(given).toEqual([])
    }
  })

  it.each([1, 20, 90, 400])('notices that the last %i bytes are gone', async (missing) => {
    const { digest, size } = await store.put('a', inPieces(randomBytes(700), 100))
    await truncate(await pathOf(digest), size - missing)
    await expect(collect(store.get(digest))).rejects.toMatchObject({ code: 'rescue.tampered' })
  })

  it('notices that another of its own objects lies in the place of one', async () => {
    const first = await store.put('a', inPieces(randomBytes(700), 100))
    const second = await store.put('b', inPieces(randomBytes(700), 100))
    await writeFile(await pathOf(first.digest), await readFile(await pathOf(second.digest)))
    await expect(collect(store.get(first.digest))).rejects.toMatchObject({ code: 'rescue.tampered' })
  })

  it('says that an object is absent, and removes one for good, also twice', async () => {
    const { digest } = await store.put('a', inPieces(randomBytes(700), 100))
    await store.remove(digest)
    await store.remove(digest)
    await expect(collect(store.get(digest))).rejects.toMatchObject({ code: 'rescue.absent' })
    expect(await files()).toEqual([])
  })

  it('keeps nothing of what breaks off on the way', async () => {
    await expect(store.put('a', breakingOff())).rejects.toThrow('the line broke')
    expect(await files()).toEqual([])
  })

  it('replaces by a name what a put left that nobody heard the digest of', async () => {
    await store.put('a', inPieces(randomBytes(700), 100))
    const again = await store.put('a', inPieces(Buffer.from('second'), 100))
    expect(await files()).toEqual([await pathOf(again.digest)])
    expect((await collect(store.get(again.digest))).toString()).toBe('second')
  })

  it('says loudly that the key is lost, and makes no new one over the rescues of the old', async () => {
    const { digest } = await store.put('a', inPieces(randomBytes(700), 100))
    await rm(join(workspace, 'keys', 'rescue.key'))
    await expect(collect(store.get(digest))).rejects.toMatchObject({ code: 'rescue.key-lost' })
    await expect(store.put('b', inPieces(randomBytes(1), 1))).rejects.toMatchObject({ code: 'rescue.key-lost' })
    await writeFile(join(workspace, 'keys', 'rescue.key'), randomBytes(32).toString('base64url'))
    await expect(collect(store.get(digest))).rejects.toMatchObject({ code: 'rescue.key-lost' })
  })

  it('makes one key for all that begin at once', async () => {
    const puts = Array.from({ length: 8 }, (_, at) =>
      openStore(join(workspace, 'rescues')).put(`n${at}`, inPieces(Buffer.from(`${at}`), 1)),
    )
    const digests = (await Promise.all(puts)).map(({ digest }) => digest)
    const texts = await Promise.all(digests.map(async (digest) => (await collect(store.get(digest))).toString()))
    expect(texts).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  it('killed in the middle, leaves nothing that a second put does not clear', async () => {
    const child = startEndlessPut()
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    expect((await files(true)).filter((path) => path.includes('unfinished'))).toHaveLength(1)
    const { digest } = await store.put('killed', inPieces(Buffer.from('whole'), 2))
    expect(await files(true)).toEqual([await pathOf(digest)])
    expect((await collect(store.get(digest))).toString()).toBe('whole')
  })

  it('says that a disk is full, and keeps what it held before', async (context) => {
    const disk = join(workspace, 'disk')
    await mkdir(disk)
    const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk])
    if (mounted.status !== 0) return context.skip('a disk of a given size can be mounted by root only')
    try {
      const small = openStore(disk)
      const kept = await small.put('kept', inPieces(randomBytes(100_000), 10_000))
      await expect(small.put('large', inPieces(randomBytes(4_000_000), 10_000))).rejects.toMatchObject({
        code: 'rescue.full',
        isRetryable: true,
      })
      expect(await collect(small.get(kept.digest))).toHaveLength(100_000)
      expect(await readdir(join(disk, 'unfinished'))).toEqual([])
    } finally {
      expect(spawnSync('/bin/umount', [disk]).status).toBe(0)
    }
  })
})

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* breakingOff(): AsyncIterable<Uint8Array> {
  yield randomBytes(2 * frameSize)
  throw new Error('the line broke')
}

async function collect(chunks: AsyncIterable<Uint8Array>, given: Buffer[] = []): Promise<Buffer> {
  for await (const chunk of chunks) given.push(Buffer.from(chunk))
  return Buffer.concat(given)
}

/** Objects of the store, and what is unfinished; not the names, which say nothing alone. */
async function files(hasUnfinished = true): Promise<readonly string[]> {
  const entries = await readdir(join(workspace, 'rescues'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('names') && (hasUnfinished || !entry.parentPath.endsWith('unfinished')))
    .map((entry) => join(entry.parentPath, entry.name))
}

async function pathOf(digest: Digest): Promise<string> {
  const hex = toId<Digest>(digest).slice('sha256:'.length)
  return join(workspace, 'rescues', hex.slice(0, 2), hex)
}

/** Puts for ever in a process of its own, and says when some of it is on the disk. */
function startEndlessPut() {
  const script = `
    import { randomBytes } from 'node:crypto'
    import { createRescueStore } from '#adapters/files'
    const store = createRescueStore({ folder: process.env.FOLDER, keyFile: process.env.KEY })
    async function* endless() {
      for (let each = 0; ; each++) {
        yield randomBytes(300_000)
        if (each === 5) process.stdout.write('on the disk')
        if (each > 5) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    await store.put('killed', endless())`
  return spawn(process.execPath, ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', script], {
    env: { ...process.env, FOLDER: join(workspace, 'rescues'), KEY: join(workspace, 'keys', 'rescue.key') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
