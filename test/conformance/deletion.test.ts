import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HandMade } from './hand-made.ts'
import { handMade } from './hand-made.ts'
import * as life from './life-of-solutions.ts'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, importSolution, openLocal, rowsOf } from './organisation.ts'

// What goes, with its rows and values, and what stays, as Microsoft documents it (evidence: web-api H, facts-2 §8). Cases written by hand
// from that text and before the code that makes them true; they speak HTTP only.

const livesLocally = process.env['DATAVERSE_URL'] === undefined

describe.skipIf(!livesLocally)('deletion (a live organisation would keep what these cases leave behind)', () => {
  let organisation: Organisation
  beforeEach(async () => {
    organisation = await openLocal()
  })
  afterEach(() => organisation.close())

  const bring = (solution: HandMade, more?: Record<string, unknown>) => life.bring(organisation, solution, more)
  const upgrade = (solution: HandMade) => life.upgrade(organisation, solution)
  const uninstall = (name: string) => life.uninstall(organisation, name)
  const follow = (started: Answer) => life.completed(organisation, started)

  async function addBoat(values: Record<string, unknown>): Promise<string> {
    const answer = await organisation.call('POST', 'hand_boats', { body: values, headers: { prefer: 'return=representation' } })
    expect(answer.status, answer.text).toBe(201)
    return String(answer.json['hand_boatid'])
  }

  async function boats(): Promise<readonly Record<string, unknown>[]> {
    return rowsOf(await organisation.call('GET', 'hand_boats'))
  }

  const fleet = (version: string, columns: readonly string[], more: Partial<HandMade> = {}): HandMade => ({
    name: 'Fleet',
    version,
    isManaged: true,
    tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }],
    ...more,
  })

  it('keeps a column, and every value in it, that an update no longer carries', async () => {
    await bring(fleet('1.0.0.0', ['hand_colour', 'hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_colour: 'red', hand_note: 'leaks' })
    await bring(fleet('1.1.0.0', ['hand_colour']))
    expect(await boats()).toMatchObject([{ hand_name: 'Gannet', hand_colour: 'red', hand_note: 'leaks' }])
  })

  it('deletes with an upgrade the column that it no longer carries, and the values', async () => {
    await bring(fleet('1.0.0.0', ['hand_colour', 'hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_colour: 'red', hand_note: 'leaks' })
    expect(await upgrade(fleet('2.0.0.0', ['hand_colour']))).toMatchObject({ statuscode: 30 })
    const [boat] = await boats()
    expect(boat).toMatchObject({ hand_name: 'Gannet', hand_colour: 'red' })
    expect(boat).not.toHaveProperty('hand_note')
  })

  it('brings a deleted column back empty', async () => {
    await bring(fleet('1.0.0.0', ['hand_colour', 'hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    await upgrade(fleet('2.0.0.0', ['hand_colour']))
    await upgrade(fleet('3.0.0.0', ['hand_colour', 'hand_note']))
    expect(await boats()).toMatchObject([{ hand_name: 'Gannet', hand_note: null }])
  })

  it('deletes with an upgrade what an earlier update had left behind, with the values', async () => {
    await bring(fleet('1.0.0.0', ['hand_colour', 'hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    await bring(fleet('1.1.0.0', ['hand_colour']))
    expect((await boats())[0]).toMatchObject({ hand_note: 'leaks' })
    // Between 1.1 and 2.0 nothing was removed: it goes all the same, since the target still holds it.
    expect(await upgrade(fleet('2.0.0.0', ['hand_colour']))).toMatchObject({ statuscode: 30 })
    expect((await boats())[0]).not.toHaveProperty('hand_note')
  })

  it('deletes a table that an upgrade no longer carries, with its rows; the set is gone', async () => {
    const both: HandMade = { ...fleet('1.0.0.0', []), tables: [{ name: 'hand_boat' }, { name: 'hand_pier' }] }
    await bring(both)
    await addBoat({ hand_name: 'Gannet' })
    expect((await organisation.call('POST', 'hand_piers', { body: { hand_name: 'North' } })).status).toBe(204)
    expect(await upgrade({ ...both, version: '2.0.0.0', tables: [{ name: 'hand_pier' }] })).toMatchObject({ statuscode: 30 })
    expect((await organisation.call('GET', 'hand_boats')).status).toBe(404)
    expect(rowsOf(await organisation.call('GET', 'hand_piers'))).toMatchObject([{ hand_name: 'North' }])
    await upgrade({ ...both, version: '3.0.0.0' })
    expect(await boats(), 'a table of the same name that comes later starts empty').toEqual([])
  })

  it('takes the lookup to a deleted table, and its values, and leaves the rows that pointed there', async () => {
    const withPier: HandMade = {
      ...fleet('1.0.0.0', []),
      tables: [{ name: 'hand_boat' }, { name: 'hand_pier' }],
      lookups: [{ from: 'hand_boat', column: 'hand_pierid', to: 'hand_pier' }],
    }
    await bring(withPier)
    const pier = await organisation.call('POST', 'hand_piers', {
      body: { hand_name: 'North' },
      headers: { prefer: 'return=representation' },
    })
    expect(pier.status, pier.text).toBe(201)
    await addBoat({ hand_name: 'Gannet', 'hand_pierid@odata.bind': `/hand_piers(${String(pier.json['hand_pierid'])})` })
    expect((await boats())[0]).toMatchObject({ _hand_pierid_value: pier.json['hand_pierid'] })
    expect(await upgrade(fleet('2.0.0.0', []))).toMatchObject({ statuscode: 30 })
    const [boat] = await boats()
    expect(boat).toMatchObject({ hand_name: 'Gannet' })
    expect(boat).not.toHaveProperty('_hand_pierid_value')
  })

  it('leaves a column to another solution of the same publisher that holds it too', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    await bring({
      name: 'Harbour',
      version: '1.0.0.0',
      isManaged: true,
      tables: [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_note' }] }],
    })
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    expect(await upgrade(fleet('2.0.0.0', []))).toMatchObject({ statuscode: 30 })
    expect((await boats())[0]).toMatchObject({ hand_note: 'leaks' })
  })

  it('refuses to take the base from under another publisher, and changes nothing', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    await bring({
      name: 'Harbour',
      version: '1.0.0.0',
      isManaged: true,
      publisher: 'somebodyelse',
      tables: [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_note' }] }],
    })
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    const operation = await upgrade(fleet('2.0.0.0', []))
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004f046 | 0 })
    expect(String(operation['message'])).toContain('The uninstall operation will delete the base layer for the component')
    expect((await boats())[0]).toMatchObject({ hand_note: 'leaks' })
    const installed = rowsOf(await organisation.call('GET', "solutions?$filter=startswith(uniquename,'Fleet')&$orderby=uniquename"))
    expect(installed.map((solution) => solution['uniquename'])).toEqual(['Fleet', 'Fleet_Upgrade'])
  })

  it('refuses to uninstall what another solution depends on, and keeps everything', async () => {
    await bring(fleet('1.0.0.0', []))
    await bring({
      name: 'Harbour',
      version: '1.0.0.0',
      isManaged: true,
      tables: [{ name: 'hand_pier' }],
      lookups: [{ from: 'hand_pier', column: 'hand_boatid', to: 'hand_boat' }],
    })
    await addBoat({ hand_name: 'Gannet' })
    const operation = await uninstall('Fleet')
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004f01d | 0 })
    expect(String(operation['message'])).toMatch(/DependencyCount : \d+/)
    expect(await boats()).toMatchObject([{ hand_name: 'Gannet' }])
  })

  it('uninstalls a managed solution with its tables and their rows', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    expect(await uninstall('Fleet')).toMatchObject({ statuscode: 30 })
    expect((await organisation.call('GET', 'hand_boats')).status).toBe(404)
    await bring(fleet('1.0.0.0', ['hand_note']))
    expect(await boats()).toEqual([])
  })

  it('deletes of an unmanaged solution the container alone', async () => {
    await bring(fleet('1.0.0.0', ['hand_note'], { isManaged: false }))
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    const [solution] = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'Fleet'"))
    const deleted = await organisation.call('DELETE', `solutions(${String(solution?.['solutionid'])})`)
    expect(deleted.status, deleted.text).toBe(204)
    expect(await boats()).toMatchObject([{ hand_name: 'Gannet', hand_note: 'leaks' }])
  })

  it('keeps everything while an upgrade is staged, and shows its new column', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    await bring(fleet('2.0.0.0', ['hand_colour']), { HoldingSolution: true })
    const [boat] = await boats()
    expect(boat).toMatchObject({ hand_note: 'leaks', hand_colour: null })
    const promoted = await follow(await organisation.call('POST', 'DeleteAndPromoteAsync', { body: { UniqueName: 'Fleet' } }))
    expect(promoted).toMatchObject({ statuscode: 30 })
    expect((await boats())[0]).not.toHaveProperty('hand_note')
  })

  it('carries values over in the window between staging and applying an upgrade', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    const id = await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    await bring(fleet('2.0.0.0', ['hand_remark']), { HoldingSolution: true })
    expect((await organisation.call('PATCH', `hand_boats(${id})`, { body: { hand_remark: 'leaks' } })).status).toBe(204)
    await follow(await organisation.call('POST', 'DeleteAndPromoteAsync', { body: { UniqueName: 'Fleet' } }))
    expect(await boats()).toMatchObject([{ hand_name: 'Gannet', hand_remark: 'leaks' }])
  })

  it('loses what was written through a staged upgrade that is withdrawn', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    const id = await addBoat({ hand_name: 'Gannet', hand_note: 'leaks' })
    await bring(fleet('2.0.0.0', ['hand_note', 'hand_colour']), { HoldingSolution: true })
    await organisation.call('PATCH', `hand_boats(${id})`, { body: { hand_colour: 'red' } })
    expect(await uninstall('Fleet_Upgrade')).toMatchObject({ statuscode: 30 })
    const [boat] = await boats()
    expect(boat).toMatchObject({ hand_note: 'leaks' })
    expect(boat).not.toHaveProperty('hand_colour')
  })

  it('refuses a second upgrade while one is staged', async () => {
    await bring(fleet('1.0.0.0', ['hand_note']))
    await bring(fleet('2.0.0.0', ['hand_note']), { HoldingSolution: true })
    const operation = await importSolution(organisation, await handMade(fleet('3.0.0.0', ['hand_note'])), { HoldingSolution: true })
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x80048539 | 0 })
    expect(String(operation['message'])).toContain('Holding solution Fleet_Upgrade already exists.')
  })

  it('refuses to stage an upgrade of what is not installed, and to apply one that was not staged', async () => {
    const staged = await importSolution(organisation, await handMade(fleet('1.0.0.0', [])), { HoldingSolution: true })
    expect(staged).toMatchObject({ statuscode: 31 })
    await bring(fleet('1.0.0.0', []))
    const applied = await organisation.call('POST', 'DeleteAndPromote', { body: { UniqueName: 'Fleet' } })
    expect(applied.status).toBeGreaterThanOrEqual(400)
    expect(errorOf(applied).code.toLowerCase()).toBe('0x8004853b')
  })
})
