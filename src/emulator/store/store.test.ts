import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextNumber } from './rows.ts'
import type { EmulatorStore, Transaction } from './store.ts'
import { openStore } from './store.ts'

let folder: string
let store: EmulatorStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-store-'))
  store = await openStore(folder)
  await store.create('dev')
  await store.create('dev-two')
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

describe('the store of local environments', () => {
  it('leaves nothing of a write that throws', async () => {
    const dev = store.environment('dev')
    const failing = dev.write((tx) => {
      tx.put('solution', 'a', { name: 'A' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(dev.read((tx) => tx.list('solution'))).toEqual([])
  })

  it('begins a write anew that the database gave up, from what is there, and gives up after the third', async () => {
    const dev = store.environment('dev')
    const givenUp = Object.assign(new Error('MDB_BAD_TXN'), { code: -30_782 })
    const failing = (most: number) => {
      let times = 0
      return (tx: Transaction): number => {
        tx.put('solution', String(nextNumber(tx, 'version')), { name: 'A' })
        if ((times += 1) <= most) throw givenUp
        return times
      }
    }
    expect(await dev.write(failing(2))).toBe(3)
    expect(dev.read((tx) => tx.list('solution'))).toHaveLength(1)
    await expect(dev.write(failing(3))).rejects.toThrow('MDB_BAD_TXN')
    expect(dev.read((tx) => tx.list('solution'))).toHaveLength(1)
  })

  it('counts on from write to write, and takes no number for a write that throws', async () => {
    const dev = store.environment('dev')
    const two = (tx: Transaction): number[] => [nextNumber(tx, 'version'), nextNumber(tx, 'version')]
    const [first = 0, second] = await dev.write(two)
    expect(second).toBe(first + 1)
    const failing = dev.write((tx) => {
      two(tx)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await dev.write(two)).toEqual([first + 2, first + 3])
    expect(await dev.join((joined) => joined.write(two))).toEqual([first + 4, first + 5])
    expect(await store.environment('dev-two').write(two)).toEqual([first, first + 1])
  })

  it('keeps environments apart, also those whose names begin alike, and shares equal files', async () => {
    const write = (name: string): Promise<string> =>
      store.environment(name).write((tx) => {
        tx.put('solution', 'a', { name })
        return tx.putBlob(Buffer.from('same'))
      })
    expect(await write('dev')).toBe(await write('dev-two'))
    await store.renew('dev', async () => undefined)
    expect(store.environment('dev').read((tx) => tx.list('solution'))).toEqual([])
    expect(store.environment('dev-two').read((tx) => tx.list('solution'))).toEqual([{ name: 'dev-two' }])
  })

  it('gives whole rows whose definition is kept beside them, in every way of reading and after a restart', async () => {
    const definition = { type: 'nvarchar', length: '100' }
    const whole = { type: 'nvarchar', length: '200', id: 'a' }
    await store.environment('dev').write((tx) => tx.put('attribute', 'a', { id: 'a', length: '200' }, definition))
    await store.environment('dev-two').join((joined) =>
      joined.write((tx) => {
        tx.put('attribute', 'a', { id: 'a', length: '200' }, definition)
        expect([tx.get('attribute', 'a'), tx.list('attribute')]).toEqual([whole, [whole]])
      }),
    )
    await store.close()
    store = await openStore(folder)
    for (const name of ['dev', 'dev-two']) {
      const read = store
        .environment(name)
        .read((tx) => [
          tx.get('attribute', 'a'),
          tx.list('attribute')[0],
          tx.range('attribute', {})[0]?.row,
          [...store.rows(name)].find(({ table }) => table === 'attribute')?.row,
        ])
      expect(read).toEqual([whole, whole, whole, whole])
    }
  })

  it('does not take for kept what a write that threw had put', async () => {
    const definition = { type: 'nvarchar' }
    const bytes = Buffer.from('a file')
    const put = (tx: Transaction): string => {
      tx.put('attribute', 'a', { id: 'a' }, definition)
      return tx.putBlob(bytes)
    }
    const dev = store.environment('dev')
    const failing = dev.write((tx) => {
      put(tx)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const digest = await dev.write(put)
    await store.close()
    store = await openStore(folder)
    expect(Buffer.from(store.blob(digest) ?? []).toString()).toBe('a file')
    expect(store.environment('dev').read((tx) => tx.get('attribute', 'a'))).toEqual({ id: 'a', type: 'nvarchar' })
  })

  it('renews an environment all at once: until the work has ended, and when it fails, the old one stays', async () => {
    const dev = store.environment('dev')
    await dev.write((tx) => tx.put('solution', 'a', { name: 'old' }))
    const failing = store.renew('dev', async (fresh) => {
      await fresh.write((tx) => tx.put('solution', 'b', { name: 'new' }))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const names = (): unknown[] => dev.read((tx) => tx.list('solution').map((row) => row['name']))
    expect(names()).toEqual(['old'])
    await store.renew('dev', async (fresh) => {
      expect(fresh.read((tx) => [tx.list('solution'), tx.get('solution', 'a')])).toEqual([[], undefined])
      await fresh.write((tx) => tx.put('solution', 'b', { name: 'new' }))
      expect(names()).toEqual(['old'])
    })
    expect(names()).toEqual(['new'])
    await expect(store.renew('third', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(store.has('third')).toBe(false)
  })

  it('removes an environment and what the tenant has of it at once, or neither', async () => {
    const tenant = store.tenant()
    await tenant.write((tx) => tx.put('record', 'dev', { name: 'dev' }))
    const records = (): number => tenant.read((tx) => tx.list('record').length)
    expect(records()).toBe(1)
    const failing = store.remove('dev', (tx) => {
      tx.remove('record', 'dev')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect([store.has('dev'), records()]).toEqual([true, 1])
    await store.remove('dev', (tx) => tx.remove('record', 'dev'))
    expect([store.has('dev'), records()]).toEqual([false, 0])
  })

  it('reads what was written last, by whichever way it was written', async () => {
    const dev = store.environment('dev')
    const seen = (): unknown[] => dev.read((tx) => [tx.list('t').map((row) => row['n']), tx.get('t', 'a')?.['n'], tx.list('u').length])
    await dev.write((tx) => tx.put('t', 'a', { n: 1 }))
    expect(seen()).toEqual([[1], 1, 0])
    await dev.write((tx) => tx.put('t', 'a', { n: 2 }))
    expect(seen()).toEqual([[2], 2, 0])
    await dev.join((joined) => joined.write((tx) => tx.remove('t', 'a')))
    expect(seen()).toEqual([[], undefined, 0])
    await store.replace('dev', { rows: [{ table: 't', id: 'a', row: { n: 3 } }], blobs: [] })
    expect(seen()).toEqual([[3], 3, 0])
    await store.renew('dev', (fresh) => fresh.write((tx) => tx.put('t', 'a', { n: 4 })))
    expect(seen()).toEqual([[4], 4, 0])
    await store.remove('dev')
    await store.create('dev')
    expect(store.environment('dev').read((tx) => tx.list('t'))).toEqual([])
  })

  it.skipIf(!existsSync('/proc/self/maps'))('has its file in memory once, however much that grows', async () => {
    for (let round = 0; round < 6; round += 1)
      await store.environment('dev').write((tx) => {
        for (let each = 0; each < 40; each += 1) tx.putBlob(randomBytes(50_000))
      })
    const maps = (await readFile('/proc/self/maps', 'utf8')).split('\n').filter((line) => line.endsWith(join(folder, 'data.mdb')))
    expect(maps).toHaveLength(1)
  })

  it('has everything again after it was closed and opened', async () => {
    const digest = await store.environment('dev').write((tx) => {
      tx.put('solution', 'a', { name: 'A' })
      return tx.putBlob(Buffer.from('file'))
    })
    await store.close()
    store = await openStore(folder)
    expect(store.environments()).toEqual(['dev', 'dev-two'])
    expect(store.environment('dev').read((tx) => Buffer.from(tx.blob(digest) ?? []).toString())).toBe('file')
    expect(() => store.environment('nobody')).toThrow('There is no local environment "nobody".')
  })
})
