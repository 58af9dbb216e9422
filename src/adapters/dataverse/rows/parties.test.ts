import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenEnvironment, Row, RowsWritten } from '#engine/ports'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { person } from '../../../../test/conformance/people.ts'
import { idOf } from '../testing/library.ts'
import { openOf } from '../testing/observed-organisation.ts'

const ada = person('Ada', 'a', 'System Administrator')
const [cora, dan] = [idOf(2, 1), idOf(2, 2)]
const [full, taken, theirs] = [idOf(1, 1), idOf(1, 2), idOf(1, 3)]
const parties = { table: 'activityparty', columns: undefined, regarding: 'hand_call' }

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal({ people: [ada] })
  environment = openOf(organisation)
  const tables = [{ name: 'hand_call', isActivity: true }, { name: 'hand_ship' }]
  await bring(organisation, { name: 'Calls', version: '1.0.0.0', tables })
  for (const [contactid, firstname] of [[cora, 'Cora'] as const, [dan, 'Dan'] as const]) await post('contacts', { contactid, firstname })
  for (const activityid of [full, taken]) await post('hand_calls', { activityid, hand_name: 'A call' })
  const me = rowsOf(await organisation.call('GET', "systemusers?$select=systemuserid&$filter=firstname eq 'Ada' or fullname eq 'Ada'"))
  const headers = { MSCRMCallerID: String(me[0]?.['systemuserid']) }
  const body = { activityid: theirs, hand_name: 'Not ours' }
  expect(await organisation.call('POST', 'hand_calls', { body, headers })).toMatchObject({ status: 204 })
})
afterAll(() => organisation.close())

describe('party lists', () => {
  it('are put where an activity that we made has none, once, and stay where people have entered others', async () => {
    await put(taken, [{ participationtypemask: 2, 'partyid_contact@odata.bind': `/contacts(${dan})` }])
    const saved: Row[] = [full, taken, theirs].map((activityid) => ({
      activityid,
      parties: [
        { participationtypemask: 2, partyid: { table: 'contact', id: cora }, addressused: 'cora@example.test' },
        { participationtypemask: 1, addressused: 'nobody@example.test' },
        // The service keeps the owner itself.
        { participationtypemask: 9, partyid: { table: 'contact', id: dan } },
      ],
    }))
    for (let time = 0; time < 2; time++) expect(await write(saved)).toEqual({ written: 1, kept: 2, refused: [] })
    const read = await readLists()
    expect(read.map((list) => list['activityid'])).toEqual([full, taken])
    expect(read[0]?.['parties']).toHaveLength(2)
    expect(read[0]?.['parties']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ participationtypemask: 2, partyid: { table: 'contact', id: cora }, addressused: 'cora@example.test' }),
        expect.not.objectContaining({ partyid: expect.anything() }),
      ]),
    )
    expect(read[1]?.['parties']).toMatchObject([{ partyid: { table: 'contact', id: dan } }])
  })

  it('are refused and told where one of them is gone', async () => {
    await put(full, [])
    const gone = { participationtypemask: 2, partyid: { table: 'contact', id: idOf(2, 9) } }
    expect(await write([{ activityid: full, parties: [gone] }])).toMatchObject({ written: 0, refused: [{ id: full }] })
  })

  it('are of tables of activities alone', async () => {
    expect(await environment.fetchShape({ ...parties, regarding: 'hand_ship' })).toMatchObject({ isThere: false })
    expect(await environment.fetchShape(parties)).toMatchObject({ isThere: true })
  })

  it('are no rows that anybody makes, changes or deletes by themselves', async () => {
    await put(full, [{ participationtypemask: 2, 'partyid_contact@odata.bind': `/contacts(${dan})` }])
    const [party] = rowsOf(await organisation.call('GET', `activityparties?$filter=_activityid_value eq ${full}`))
    const path = `activityparties(${String(party?.['activitypartyid'])})`
    const answers = [
      await organisation.call('POST', 'activityparties', { body: { participationtypemask: 1 } }),
      await organisation.call('PATCH', path, { body: { participationtypemask: 1 } }),
      await organisation.call('DELETE', path),
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
    expect((await organisation.call('DELETE', `hand_calls(${full})`)).status).toBe(204)
    expect(rowsOf(await organisation.call('GET', `activityparties?$filter=_activityid_value eq ${full}`))).toEqual([])
  })
})

async function post(set: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  expect(await organisation.call('POST', set, { body })).toMatchObject({ status: 204 })
}

async function put(id: string, value: readonly unknown[]): Promise<void> {
  const body = { value }
  expect(await organisation.call('PUT', `hand_calls(${id})/hand_call_activity_parties`, { body })).toMatchObject({ status: 204 })
}

async function readLists(): Promise<readonly Row[]> {
  const lists: Row[] = []
  for await (const page of environment.readRows(parties)) lists.push(...page)
  return lists
}

function write(lists: readonly Row[]): Promise<RowsWritten> {
  const rows = (async function* () {
    yield lists
  })()
  return environment.writeRows({ ...parties, part: 'links', rows })
}
