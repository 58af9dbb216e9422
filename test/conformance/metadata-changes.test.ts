import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HandMade } from './hand-made.ts'
import * as life from './life-of-solutions.ts'
import type { Answer, Organisation } from './organisation.ts'
import { adminSecret, errorOf, openLocal } from './organisation.ts'

// What Microsoft's pages "Query schema definitions" and "Cache schema data" say of RetrieveMetadataChanges, over HTTP only.

const livesLocally = process.env['DATAVERSE_URL'] === undefined

interface Item {
  readonly MetadataId: string
  readonly HasChanged: boolean | null
  readonly [member: string]: unknown
}

describe.skipIf(!livesLocally)('changes of definitions (a live organisation would keep what these cases leave behind)', () => {
  let organisation: Organisation
  beforeEach(async () => {
    organisation = await openLocal()
  })
  afterEach(() => organisation.close())

  const boat = (version: string, columns: readonly string[], more: Partial<HandMade> = {}): HandMade => ({
    name: 'Boats',
    version,
    isManaged: true,
    tables: [
      { name: 'hand_boat', columns: columns.map((name) => ({ name })) },
      { name: 'hand_crew', columns: [{ name: 'hand_rank' }] },
    ],
    ...more,
  })

  const named = (name: string): Record<string, unknown> => ({
    ConditionOperator: 'Equals',
    PropertyName: 'LogicalName',
    Value: { Type: 'System.String', Value: name },
  })
  const query = {
    Properties: { AllProperties: false, PropertyNames: ['SchemaName', 'Attributes'] },
    Criteria: { FilterOperator: 'Or', Conditions: [named('hand_boat'), named('hand_crew')] },
    AttributeQuery: { Properties: { AllProperties: false, PropertyNames: ['LogicalName'] } },
  }

  async function changes(since?: string, filter?: string, asked: unknown = query): Promise<Answer> {
    const parts = [
      'Query=@p1',
      ...(since === undefined ? [] : ['ClientVersionStamp=@p2']),
      ...(filter === undefined ? [] : ['DeletedMetadataFilters=@p3']),
    ]
    const values = [
      `@p1=${encodeURIComponent(JSON.stringify(asked))}`,
      ...(since === undefined ? [] : [`@p2=${encodeURIComponent(`'${since}'`)}`]),
      ...(filter === undefined ? [] : [`@p3=Microsoft.Dynamics.CRM.DeletedMetadataFilters'${filter}'`]),
    ]
    return organisation.call('GET', `RetrieveMetadataChanges(${parts.join(',')})?${values.join('&')}`)
  }
  const tablesOf = (answer: Answer): readonly Item[] => {
    expect(answer.status, answer.text).toBe(200)
    return answer.json['EntityMetadata'] as readonly Item[]
  }
  const columnsOf = (item: Item | undefined): readonly Item[] => (item?.['Attributes'] ?? []) as readonly Item[]

  it('gives what the query names, with nothing marked, and nothing more while nothing changes', async () => {
    await life.bring(organisation, boat('1.0.0.0', ['hand_note']))
    const first = await changes()
    expect(tablesOf(first).map((table) => [table['LogicalName'], table['SchemaName'], table.HasChanged])).toEqual([
      ['hand_boat', 'hand_boat', null],
      ['hand_crew', 'hand_crew', null],
    ])
    const columns = columnsOf(tablesOf(first)[0])
    expect(columns.find((column) => column['LogicalName'] === 'hand_note')).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.ComplexStringAttributeMetadata',
      HasChanged: null,
    })
    expect(first.json['ServerVersionStamp']).toMatch(/^\d+!\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/)
    expect(first.json['DeletedMetadata']).toEqual({ Count: 0, IsReadOnly: false, Keys: [], Values: [] })
    const none = await changes(String(first.json['ServerVersionStamp']))
    expect(tablesOf(none)).toEqual([])
    const locked = { ...query, AttributeQuery: { ...query.AttributeQuery, Criteria: { Conditions: [named('hand_note')] } } }
    expect(tablesOf(await changes(undefined, undefined, locked)).map((table) => columnsOf(table).length)).toEqual([1, 0])
  })

  it('gives a new column under its table, and the ids of what was deleted only to whoever asks for them', async () => {
    await life.bring(organisation, boat('1.0.0.0', ['hand_note']))
    const first = await changes()
    const note = columnsOf(tablesOf(first)[0]).find((column) => column['LogicalName'] === 'hand_note')?.MetadataId
    const [stamp, boatsBefore] = [String(first.json['ServerVersionStamp']), tablesOf(first)[0]?.MetadataId]
    await life.bring(organisation, {
      name: 'More',
      version: '1.0.0.0',
      isManaged: true,
      tables: [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_sail' }] }],
    })
    const added = tablesOf(await changes(stamp))
    expect(added.map((table) => table.MetadataId)).toEqual([boatsBefore])
    expect(columnsOf(added[0]).map((column) => [column['LogicalName'], column.HasChanged])).toEqual([['hand_sail', true]])

    const later = String((await changes()).json['ServerVersionStamp'])
    expect(await life.upgrade(organisation, boat('2.0.0.0', []))).toMatchObject({ statuscode: 30 })
    expect((await changes(later)).json['DeletedMetadata']).toMatchObject({ Count: 0 })
    expect((await changes(later, 'Attribute')).json['DeletedMetadata']).toEqual({
      Count: 1,
      IsReadOnly: false,
      Keys: ['Attribute'],
      Values: [{ Items: [note] }],
    })
    expect((await changes(later, 'Default')).json['DeletedMetadata']).toMatchObject({ Count: 0 })
    const now = String((await changes()).json['ServerVersionStamp'])
    expect((await changes(now, 'All')).json['DeletedMetadata']).toMatchObject({ Count: 0 })
  })

  it('gives a column whose global choice changed as holding the change, not as changed itself', async () => {
    const choice = (options: Readonly<Record<number, string>>): HandMade => ({
      name: 'Colours',
      version: '1.0.0.0',
      choices: [{ name: 'hand_colour', options }],
      tables: [{ name: 'hand_boat', columns: [{ name: 'hand_paint', choice: 'hand_colour' }] }],
    })
    const asked = { ...query, AttributeQuery: { Properties: { PropertyNames: ['LogicalName', 'OptionSet'] } } }
    await life.bring(organisation, choice({ 413000000: 'Red' }))
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    const stamp = String((await changes(undefined, undefined, asked)).json['ServerVersionStamp'])
    await life.bring(organisation, choice({ 413000000: 'Red', 413000001: 'Blue' }))
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    const [table] = tablesOf(await changes(stamp, undefined, asked))
    expect([table?.['LogicalName'], table?.HasChanged]).toEqual(['hand_boat', false])
    const [column] = columnsOf(table)
    expect(column).toMatchObject({ LogicalName: 'hand_paint', HasChanged: false, OptionSet: { Name: 'hand_colour', HasChanged: true } })
  })

  it('refuses a stamp of more than 90 days, one from before a restore, and a query that is none', async () => {
    await life.bring(organisation, boat('1.0.0.0', ['hand_note']))
    const stamp = String((await changes()).json['ServerVersionStamp'])
    expect(errorOf(await changes(stamp.replace(/!.*/, '!01/01/2020 00:00:00')))).toMatchObject({ code: '0x80044352' })
    const address = `${organisation.url.replace(/\/dev$/, '')}/_emulator/environments/dev/snapshot`
    const headers = { authorization: `Bearer ${adminSecret}` }
    const saved = await (await fetch(address, { headers })).arrayBuffer()
    const restored = await fetch(address, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: saved,
    })
    expect(restored.status, await restored.text()).toBeLessThan(300)
    expect(errorOf(await changes(stamp))).toMatchObject({ code: '0x80044352' })
    expect((await changes(String((await changes()).json['ServerVersionStamp']))).status).toBe(200)
    expect((await changes(undefined, undefined, { Criteria: 'all' })).status).toBe(400)
    const settings = (value: string): Promise<Answer> => organisation.call('GET', `RetrieveMetadataChanges(RetrieveAllSettings=${value})`)
    expect([(await settings('false')).status, (await settings('true')).status]).toEqual([200, 501])
  })
})
