import { describe, expect, it } from 'vitest'
import { RowMemory } from './row-memory.ts'
import type { ReadTransaction, Row } from './store.ts'

/** Rows of one size, whose readings are counted by table. */
function counted(characters: number): { readonly ground: ReadTransaction; readonly readings: Map<string, number> } {
  const readings = new Map<string, number>()
  const row: Row = { text: 'x'.repeat(characters) }
  const read = (table: string): Row => {
    readings.set(table, (readings.get(table) ?? 0) + 1)
    return row
  }
  return { readings, ground: { get: read, list: (table) => [read(table)], range: () => [], blob: () => undefined, hasBlob: () => false } }
}

describe('the memory of rows', () => {
  it('reads a table once until it is forgotten, and other tables are not forgotten with it', () => {
    const { ground, readings } = counted(10)
    const memory = new RowMemory()
    const readBoth = (): void => {
      for (const table of ['a', 'b']) {
        memory.list('dev', table, ground)
        memory.get('dev', table, '1', ground)
      }
    }
    readBoth()
    readBoth()
    expect([...readings]).toEqual([
      ['a', 2],
      ['b', 2],
    ])
    memory.forget('dev', ['a'])
    readBoth()
    expect([...readings]).toEqual([
      ['a', 4],
      ['b', 2],
    ])
    memory.forgetAll('dev')
    readBoth()
    expect([...readings]).toEqual([
      ['a', 6],
      ['b', 4],
    ])
  })

  it('does not keep a table that is larger than a sixteenth of it, and lets go of what was used longest ago', () => {
    const large = counted(1_000_001)
    const memory = new RowMemory()
    memory.list('dev', 'large', large.ground)
    memory.list('dev', 'large', large.ground)
    expect(large.readings.get('large')).toBe(2)
    const { ground, readings } = counted(900_000)
    memory.list('env0', 't0', ground)
    for (let at = 1; at < 17; at += 1) {
      memory.list(`env${at}`, `t${at}`, ground)
      memory.list('env0', 't0', ground)
    }
    expect(readings.get('t0')).toBe(1)
    for (let at = 17; at < 40; at += 1) memory.list(`env${at}`, `t${at}`, ground)
    memory.list('env0', 't0', ground)
    expect(readings.get('t0')).toBe(2)
  })
})
