import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EmulatorStore } from './store.ts'
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

  it('keeps environments apart, also those whose names begin alike, and shares equal files', async () => {
    const write = (name: string): Promise<string> =>
      store.environment(name).write((tx) => {
        tx.put('solution', 'a', { name })
        return tx.putBlob(Buffer.from('same'))
      })
    expect(await write('dev')).toBe(await write('dev-two'))
    await store.reset('dev')
    expect(store.environment('dev').read((tx) => tx.list('solution'))).toEqual([])
    expect(store.environment('dev-two').read((tx) => tx.list('solution'))).toEqual([{ name: 'dev-two' }])
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
