import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSnapshot, takeSnapshot } from './snapshot.ts'
import type { EmulatorStore, PlacedRow } from './store.ts'
import { openStore } from './store.ts'

let folder: string
let store: EmulatorStore
const at = new Date('2026-01-02T03:04:05Z')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-snapshot-'))
  store = await openStore(join(folder, 'first'))
  await store.create('dev')
  await store.environment('dev').write((tx) => {
    const file = tx.putBlob(Buffer.from('the file of a component'))
    const component = tx.putBlob(Buffer.from(JSON.stringify({ kind: 'WebResource', files: [['a.js', file]] })))
    tx.put('~component', 'WebResource:a', { layers: [{ digest: component }] })
    tx.put('account', '1', { name: 'Ä\u2028\n', count: 1.5 })
  })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const rows = (of: EmulatorStore, name: string): PlacedRow[] => [...of.rows(name)]

describe('a snapshot', () => {
  it('holds every row and, through what rows name, every blob: another folder that reads it has the same environment', async () => {
    const { header, content } = await readSnapshot(await takeSnapshot(store, 'dev', at))
    expect(header).toMatchObject({ environment: 'dev', takenAt: at.toISOString(), rows: 2, blobs: 2 })
    const other = await openStore(join(folder, 'second'))
    await other.replace('copy', content)
    expect(rows(other, 'copy')).toEqual(rows(store, 'dev'))
    const state = other.environment('copy').read((tx) => tx.get('~component', 'WebResource:a'))
    const digest = (state?.['layers'] as { digest: string }[])[0]?.digest ?? ''
    const part = JSON.parse(Buffer.from(other.blob(digest) ?? []).toString()) as { files: [string, string][] }
    expect(Buffer.from(other.blob(part.files[0]?.[1] ?? '') ?? []).toString()).toBe('the file of a component')
    await other.close()
  })

  it('takes the place of all that was there before, and is seen at once by those who had remembered something', async () => {
    const { content } = await readSnapshot(await takeSnapshot(store, 'dev', at))
    const dev = store.environment('dev')
    await dev.write((tx) => tx.put('account', '2', { name: 'later' }))
    const count = (): number => dev.remembered('count', () => dev.read((tx) => tx.list('account').length))
    expect(count()).toBe(2)
    await store.replace('dev', content)
    expect(count()).toBe(1)
  })

  it('says so when it was changed, cut, or is another file', async () => {
    const file = await takeSnapshot(store, 'dev', at)
    const text = gunzipSync(file).toString()
    const changed = gzipSync(text.replace('"count":1.5', '"count":2.5'))
    await expect(readSnapshot(changed)).rejects.toMatchObject({ code: 'emulator.snapshot-damaged' })
    await expect(readSnapshot(file.subarray(0, -20))).rejects.toMatchObject({ code: 'emulator.snapshot-unreadable' })
    await expect(readSnapshot(Buffer.from('PK'))).rejects.toMatchObject({ code: 'emulator.snapshot-unreadable' })
    await expect(readSnapshot(gzipSync('{}\n{}\n'))).rejects.toMatchObject({ code: 'emulator.snapshot-unreadable' })
  })
})
