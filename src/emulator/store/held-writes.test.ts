import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EmulatorStore, EnvironmentStore } from './store.ts'
import { openStore } from './store.ts'

let folder: string
let store: EmulatorStore
let dev: EnvironmentStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-joined-'))
  store = await openStore(folder)
  await store.create('dev')
  dev = store.environment('dev')
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

describe('joined writes', () => {
  it('are seen by the joined store in the order of ids, by nobody else before the end, and by all after it', async () => {
    await dev.write((tx) => {
      tx.put('t', 'b', { n: 1 })
      tx.put('t', 'd', { n: 2 })
    })
    await dev.join(async (joined) => {
      await joined.write((tx) => tx.put('t', 'c', { n: 3 }))
      await joined.write((tx) => tx.remove('t', 'b'))
      expect(joined.read((tx) => [tx.list('t'), tx.get('t', 'b'), tx.get('t', 'c')])).toEqual([[{ n: 3 }, { n: 2 }], undefined, { n: 3 }])
      expect(dev.read((tx) => tx.list('t'))).toEqual([{ n: 1 }, { n: 2 }])
    })
    expect(dev.read((tx) => tx.list('t'))).toEqual([{ n: 3 }, { n: 2 }])
  })

  it('are found by a part of their ids, in order and no more than asked for', async () => {
    await dev.write((tx) => {
      for (const id of ['a1', 'a3', 'a4', 'b1']) tx.put('t', id, { id })
    })
    await dev.join(async (joined) => {
      await joined.write((tx) => {
        tx.put('t', 'a2', { id: 'a2' })
        tx.remove('t', 'a3')
      })
      const ids = (from: Parameters<typeof ranges>[0]): string[] => ranges(from).map(({ id }) => id)
      const ranges = (from: { prefix?: string; after?: string; limit?: number }) => joined.read((tx) => tx.range('t', from))
      expect(ids({ prefix: 'a' })).toEqual(['a1', 'a2', 'a4'])
      expect(ids({ prefix: 'a', after: 'a1', limit: 2 })).toEqual(['a2', 'a4'])
      expect(ids({ limit: 1 })).toEqual(['a1'])
    })
  })

  it('leave nothing when the work fails, and let other writers pass again', async () => {
    const failing = dev.join(async (joined) => {
      await joined.write((tx) => tx.put('t', 'a', { n: 1 }))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await dev.write((tx) => tx.put('t', 'b', { n: 2 }))
    expect(dev.read((tx) => tx.list('t'))).toEqual([{ n: 2 }])
  })

  it('drop one failed write whose error the work catches', async () => {
    await dev.join(async (joined) => {
      await joined.write((tx) => tx.put('t', 'a', { n: 1 }))
      const failing = joined.write((tx) => {
        tx.put('t', 'a', { n: 2 })
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      const inner = joined.join(async (deeper) => {
        await deeper.write((tx) => tx.put('t', 'z', { n: 9 }))
        throw new Error('no')
      })
      await expect(inner).rejects.toThrow('no')
    })
    expect(dev.read((tx) => tx.list('t'))).toEqual([{ n: 1 }])
  })

  it('lose no write of others: a writer that comes meanwhile waits and sees what was joined', async () => {
    const count = (tx: { get(table: string, id: string): Readonly<Record<string, unknown>> | undefined }): number =>
      Number(tx.get('t', 'counter')?.['n'] ?? 0)
    const rise = (env: EnvironmentStore): Promise<void> => env.write((tx) => tx.put('t', 'counter', { n: count(tx) + 1 }))
    const joins = Array.from({ length: 5 }, () =>
      dev.join(async (joined) => {
        await rise(joined)
        await new Promise((resolve) => setImmediate(resolve))
        await rise(joined)
      }),
    )
    await Promise.all([...joins, ...Array.from({ length: 5 }, () => rise(dev))])
    expect(dev.read(count)).toBe(15)
  })

  it('do not come back into an environment that is emptied while they are held', async () => {
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    const joined = dev.join(async (env) => {
      await env.write((tx) => tx.put('t', 'late', { n: 1 }))
      await gate
    })
    const emptied = store.replace('dev', { rows: [], blobs: [] })
    go()
    await Promise.all([joined, emptied])
    expect(dev.read((tx) => tx.list('t'))).toEqual([])
  })

  it('cannot go on after the end', async () => {
    let kept: EnvironmentStore | undefined
    await dev.join(async (joined) => {
      kept = joined
    })
    await expect(kept?.write(() => undefined)).rejects.toThrow('have ended')
  })
})
