import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, describe, expect, it } from 'vitest'
import { risingGuids } from '../guids.ts'
import type { EnvironmentStore } from '../store/store.ts'
import { openStore } from '../store/store.ts'
import { rowDictionary } from '../store/row-dictionary.ts'
import { findObject, putObject, removeObject } from './object-index.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('components by their object ids', () => {
  it('are found however many share a row, until they are removed', async () => {
    const dev = await environment(await newFolder())
    const guid = risingGuids()
    const ids = Array.from({ length: 40 }, guid)
    await dev.write((tx) => {
      for (const id of ids) putObject(tx, id, `Attribute:${id}`)
    })
    expect(dev.read((tx) => ids.map((id) => findObject(tx, id)))).toEqual(ids.map((id) => `Attribute:${id}`))
    expect(
      dev.read((tx) => tx.list('~objects').length),
      'rows on disk',
    ).toBeLessThanOrEqual(4)
    const [first = '', second = ''] = ids
    await dev.write((tx) => {
      removeObject(tx, first)
      putObject(tx, second, 'Attribute:renamed')
    })
    expect(dev.read((tx) => [findObject(tx, first), findObject(tx, second)])).toEqual([undefined, 'Attribute:renamed'])
    await dev.write((tx) => {
      for (const id of ids) removeObject(tx, id)
    })
    expect(dev.read((tx) => tx.list('~objects'))).toEqual([])
  })

  it('are found by ids that travel, of which many share a row, also where an earlier version gave each its own', async () => {
    const dev = await environment(await newFolder())
    const ids = Array.from({ length: 2000 }, () => randomUUID() as string)
    const [old = ''] = ids
    await dev.write((tx) => {
      tx.put('~objects', old.slice(0, 7), { entries: [old, `SystemForm:${old}`] })
      for (const id of ids.slice(1)) putObject(tx, id, `SystemForm:${id}`)
    })
    expect(dev.read((tx) => ids.map((id) => findObject(tx, id)))).toEqual(ids.map((id) => `SystemForm:${id}`))
    expect(
      dev.read((tx) => tx.list('~objects').length),
      'rows on disk',
    ).toBeLessThanOrEqual(257)
    await dev.write((tx) => {
      putObject(tx, old, `SystemForm:${old}`)
      for (const id of ids) removeObject(tx, id)
    })
    expect(dev.read((tx) => [findObject(tx, old), tx.list('~objects')])).toEqual([undefined, []])
  })

  it('are found in folders of earlier versions, whose rows stood alone and were written as records', async () => {
    const folder = await newFolder()
    const old = open({ path: folder, maxDbs: 4 })
    const rows = old.openDB<Record<string, unknown>, string[]>({
      name: 'rows',
      encoding: 'msgpack',
      compression: { threshold: 1000, dictionary: rowDictionary },
    })
    await rows.put(['~environments', 'dev'], { name: 'dev' })
    await rows.put(['dev', '~object', 'aa'], { component: 'Entity:hand_boat' })
    await rows.put(['dev', '~object', 'bb'], { component: 'Entity:hand_sail' })
    await old.close()
    const dev = await environment(folder)
    expect(dev.read((tx) => [findObject(tx, 'aa'), findObject(tx, 'bb')])).toEqual(['Entity:hand_boat', 'Entity:hand_sail'])
    await dev.write((tx) => removeObject(tx, 'aa'))
    expect(dev.read((tx) => findObject(tx, 'aa'))).toBeUndefined()
  })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-objects-'))
  closing.push(() => rm(folder, { recursive: true }))
  return folder
}

async function environment(folder: string): Promise<EnvironmentStore> {
  const store = await openStore(folder)
  closing.unshift(() => store.close())
  if (!store.has('dev')) await store.create('dev')
  return store.environment('dev')
}
