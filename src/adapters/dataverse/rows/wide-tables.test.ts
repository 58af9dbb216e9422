import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal } from '../../../../test/conformance/organisation.ts'
import { person } from '../../../../test/conformance/people.ts'
import { openOf } from '../testing/observed-organisation.ts'

const columns = Array.from({ length: 700 }, (_none, at) => `hand_what_the_inspector_noted_${String(at).padStart(3, '0')}`)
const filled = '00000000-0000-4000-8000-000000000001'
let organisation: Organisation

beforeAll(async () => {
  organisation = await openLocal({ people: [person('Ada', 'a', 'System Administrator')] })
  await bring(organisation, {
    ...{ name: 'Wide', version: '1.0.0.0', isManaged: true },
    tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }],
  })
  for (const body of [{ hand_boatid: filled, [columns.at(-1) ?? '']: 'rust' }, { hand_name: 'Empty' }])
    expect((await organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
})
afterAll(() => organisation.close())

describe('rows of hundreds of columns at once', () => {
  it.each([50, 101, 700])('are those with a value in one of %i, though no address can ask for so many', async (count) => {
    const found: unknown[] = []
    for await (const page of openOf(organisation).readRows({ table: 'hand_boat', columns: columns.slice(-count) })) found.push(...page)
    expect(found).toEqual([{ hand_boatid: filled, [columns.at(-1) ?? '']: 'rust' }])
  })
})
