import { describe, expect, it } from 'vitest'
import type { HandMade, HandMadeColumn } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { readPackage } from '../read-package.ts'
import { writePackage } from '../write-package.ts'
import { findUncarried, mergeSolutions } from './merge-solutions.ts'

const length = (maxLength: number): HandMadeColumn => ({ name: 'hand_length', maxLength })
const fix: HandMadeColumn = { name: 'hand_fix' }
const view = (columns: readonly string[]) => [{ id: '5b1c5c1e-0000-4000-8000-000000000001', name: 'Boats', columns }]

function boats(
  columns: readonly HandMadeColumn[],
  more: Partial<HandMade> = {},
  shown: readonly string[] = ['hand_name'],
): Promise<Uint8Array> {
  return handMade({ name: 'Boats', version: '1.0.0.0', tables: [{ name: 'hand_boat', columns, views: view(shown) }], ...more })
}

async function merge(sides: Readonly<Record<'base' | 'theirs' | 'ours', Promise<Uint8Array>>>) {
  const zips = { base: await sides.base, theirs: await sides.theirs, ours: await sides.ours }
  const merged = await mergeSolutions(zips)
  const outcomes = Object.fromEntries(merged.components.map(({ component, outcome }) => [component, outcome]))
  const names = async (of: typeof zips) => (await findUncarried(of)).map(({ component }) => component)
  const again = await names({ ...zips, ours: await writePackage(merged.package) })
  return { ...merged, outcomes, uncarried: await names(zips), again }
}

describe('bringing one line of a solution to another', () => {
  it('takes what only they changed or made, keeps what only ours has, and then has nothing left to bring', async () => {
    const crew = { name: 'hand_crew' }
    const merged = await merge({
      base: boats([length(50)]),
      theirs: boats([length(200), fix], {
        tables: [{ name: 'hand_boat', columns: [length(200), fix], views: view(['hand_name', 'hand_fix']) }, crew],
      }),
      ours: boats([length(50), { name: 'hand_colour' }]),
    })
    expect(merged.conflicts).toEqual([])
    expect(merged.outcomes).toMatchObject({
      'Attribute:hand_boat.hand_length': 'merged',
      'Attribute:hand_boat.hand_fix': 'merged',
      'Entity:hand_crew': 'merged',
    })
    expect(merged.uncarried.length).toBeGreaterThan(2)
    expect(merged.again).toEqual([])
    const { parts, manifest } = await readPackage(await writePackage(merged.package))
    const keys = parts.map(({ key }) => key)
    for (const key of ['hand_boat.hand_colour', 'hand_boat.hand_fix', 'hand_crew']) expect(keys).toContain(key)
    expect(JSON.stringify(manifest)).toContain('hand_crew')
  })

  it('says that all is there where ours was changed in the same way, and finds nothing where they changed nothing', async () => {
    const same = await merge({ base: boats([length(50)]), theirs: boats([length(200), fix]), ours: boats([length(200), fix]) })
    expect(same).toMatchObject({ uncarried: [], changed: [], conflicts: [] })
    const none = await merge({ base: boats([length(50)]), theirs: boats([length(50)]), ours: boats([length(70)]) })
    expect(none).toMatchObject({ components: [], uncarried: [], changed: [] })
  })

  it('keeps ours where both changed one thing, or made it differently, and names it', async () => {
    const merged = await merge({
      base: boats([length(50)]),
      theirs: boats([length(200), { ...fix, maxLength: 10 }]),
      ours: boats([length(300), { ...fix, maxLength: 20 }]),
    })
    const named = new Set(merged.conflicts.map(({ component }) => component))
    expect(named).toEqual(new Set(['Attribute:hand_boat.hand_length', 'Attribute:hand_boat.hand_fix']))
    expect(merged.changed).toEqual([])
    expect(merged.uncarried).toHaveLength(2)
  })

  it('takes out what only they took out, and leaves nothing of it', async () => {
    const [base, theirs] = [boats([length(50), fix], {}, ['hand_name', 'hand_fix']), boats([length(50)])]
    const merged = await merge({ base, theirs, ours: boats([length(70), fix], {}, ['hand_name', 'hand_fix']) })
    expect(merged.outcomes).toMatchObject({ 'Attribute:hand_boat.hand_fix': 'merged' })
    expect([merged.removed, merged.conflicts]).toEqual([['Attribute:hand_boat.hand_fix'], []])
    expect(merged.uncarried).toContain('Attribute:hand_boat.hand_fix')
    expect(merged.again).toEqual([])
    expect((await merge({ base, theirs, ours: boats([length(50)]) })).removed).toEqual([])
    const crew: HandMade = {
      name: 'Boats',
      version: '1.0.0.0',
      tables: [
        { name: 'hand_boat', columns: [fix] },
        { name: 'hand_crew', columns: [fix] },
      ],
    }
    const without = boats([fix], { tables: [{ name: 'hand_boat', columns: [fix] }] })
    const table = await merge({ base: handMade(crew), theirs: without, ours: handMade(crew) })
    expect(table.removed).toEqual(expect.arrayContaining(['Entity:hand_crew', 'Attribute:hand_crew.hand_fix']))
    const { parts, manifest } = await readPackage(await writePackage(table.package))
    expect([parts.some(({ key }) => key.includes('hand_crew')), JSON.stringify(manifest).includes('hand_crew')]).toEqual([false, false])
  })

  it('keeps what they took out and ours changed, or uses since, and what ours made in it, and names that', async () => {
    const base = boats([length(50), fix])
    const theirs = boats([length(50)])
    const changed = await merge({ base, theirs, ours: boats([length(50), { ...fix, maxLength: 30 }]) })
    const used = await merge({ base, theirs, ours: boats([length(50), fix], {}, ['hand_name', 'hand_fix']) })
    for (const merged of [changed, used]) {
      expect(merged.conflicts.map(({ component }) => component)).toEqual(['Attribute:hand_boat.hand_fix'])
      expect([merged.removed, merged.changed, merged.uncarried]).toEqual([[], [], ['Attribute:hand_boat.hand_fix']])
    }
    const crew = (...columns: readonly HandMadeColumn[]): HandMade => ({
      ...{ name: 'Boats', version: '1.0.0.0' },
      tables: [{ name: 'hand_boat' }, { name: 'hand_crew', columns }],
    })
    const without = boats([], { tables: [{ name: 'hand_boat' }] })
    const grown = await merge({ base: handMade(crew(length(50))), theirs: without, ours: handMade(crew(length(50), fix)) })
    expect(grown.removed).toEqual([])
    expect(grown.outcomes).toMatchObject({ 'Entity:hand_crew': 'conflict' })
  })

  it('names as a conflict what they changed and ours took out', async () => {
    const merged = await merge({
      base: boats([length(50), fix]),
      theirs: boats([length(50), { ...fix, maxLength: 30 }]),
      ours: boats([length(50)]),
    })
    expect(merged.conflicts.map(({ component }) => component)).toEqual(['Attribute:hand_boat.hand_fix'])
    expect([merged.outcomes['Attribute:hand_boat.hand_fix'], merged.changed]).toEqual(['conflict', []])
  })
})
