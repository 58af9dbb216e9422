import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigurationTable, DataValue } from '#domain/data'
import type { ConfigurationDataAccess, DataWrite } from '#engine/ports'
import { systemClock } from '#adapters/world'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal } from '../../../../test/conformance/organisation.ts'
import { buildEnvironment } from '../../../../test/support/domain-builders.ts'
import { createEnvironments } from '../environments.ts'
import { quietLog } from '../testing/local-server.ts'

let organisation: Organisation
let data: ConfigurationDataAccess
const type = (name: string): string => `Microsoft.Dynamics.CRM.${name}`
const label = (text: string): Record<string, unknown> => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] })
const book = (n: number): string => `00000000-0000-4000-8000-0000000b000${n}`
const shelf = (n: number): string => `00000000-0000-4000-8000-0000000c000${n}`

beforeAll(async () => {
  organisation = await openLocal()
  const { url, tokenUrl, clientId, clientSecret, connectivityUrl } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const environment = { ...buildEnvironment('dev', 'development', 'cattle'), url, connectivityUrl, credentials }
  data = createEnvironments({ secrets: { resolve: async () => clientSecret }, clock: systemClock, log: quietLog }).open(environment)
  for (const name of ['new_book', 'new_shelf']) await make('EntityDefinitions', table(name))
  for (const one of [
    column('Money', 'new_amount', { PrecisionSource: 2 }),
    column('Integer', 'new_pages', { MinValue: 0, MaxValue: 9999 }),
    column('Boolean', 'new_lent', {
      DefaultValue: false,
      OptionSet: {
        '@odata.type': type('BooleanOptionSetMetadata'),
        TrueOption: { Value: 1, Label: label('Yes') },
        FalseOption: { Value: 0, Label: label('No') },
      },
    }),
    column('DateTime', 'new_bought', { Format: 'DateAndTime', DateTimeBehavior: { Value: 'UserLocal' } }),
    column('DateTime', 'new_printed', { Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } }),
    column('MultiSelectPicklist', 'new_topics', {
      OptionSet: {
        '@odata.type': type('OptionSetMetadata'),
        IsGlobal: false,
        OptionSetType: 'Picklist',
        Options: [1, 2, 3].map((Value) => ({ Value, Label: label(`Topic ${Value}`) })),
      },
    }),
  ])
    await make(`EntityDefinitions(LogicalName='new_book')/Attributes`, one)
  await make('RelationshipDefinitions', {
    '@odata.type': type('OneToManyRelationshipMetadata'),
    ...{ SchemaName: 'new_shelf_book', ReferencedEntity: 'new_shelf', ReferencingEntity: 'new_book' },
    CascadeConfiguration: {
      ...Object.fromEntries(['Assign', 'Merge', 'Reparent', 'Share', 'Unshare'].map((one) => [one, 'NoCascade'])),
      Delete: 'Cascade',
    },
    Lookup: { '@odata.type': type('LookupAttributeMetadata'), SchemaName: 'new_shelfid', DisplayName: label('Shelf') },
  })
  await make('RelationshipDefinitions', {
    '@odata.type': type('ManyToManyRelationshipMetadata'),
    ...{
      SchemaName: 'new_book_seen',
      Entity1LogicalName: 'new_book',
      Entity2LogicalName: 'new_shelf',
      IntersectEntityName: 'new_book_seen',
    },
  })
})
afterAll(() => organisation.close())

async function make(path: string, body: Record<string, unknown>): Promise<void> {
  const made = await organisation.call('POST', path, { body })
  expect(made.status, made.text).toBe(204)
}

function table(name: string): Record<string, unknown> {
  return {
    '@odata.type': type('EntityMetadata'),
    ...{ SchemaName: name, DisplayName: label(name), DisplayCollectionName: label(`${name}s`), OwnershipType: 'UserOwned' },
    ...{ HasActivities: false, HasNotes: false, IsActivity: false },
    Attributes: [{ ...column('String', 'new_name', { MaxLength: 100, FormatName: { Value: 'Text' } }), IsPrimaryName: true }],
  }
}

function column(kind: string, name: string, more: Record<string, unknown>): Record<string, unknown> {
  return {
    '@odata.type': type(`${kind}AttributeMetadata`),
    SchemaName: name,
    DisplayName: label(name),
    RequiredLevel: { Value: 'None' },
    ...more,
  }
}

const books: Omit<ConfigurationTable, 'rows'> = {
  ...{ name: 'new_book', displayName: 'Book', primaryId: 'new_bookid', primaryName: 'new_name', filter: undefined, onTargetChange: 'keep' },
  columns: [
    ['new_name', 'string'],
    ['new_amount', 'money'],
    ['new_pages', 'number'],
    ['new_lent', 'bool'],
    ['new_bought', 'datetime'],
    ['new_printed', 'datetime'],
    ['new_topics', 'optionsetvaluecollection'],
    ['new_shelfid', 'entityreference'],
    ['statecode', 'state'],
    ['statuscode', 'status'],
    ['new_gone', 'string'],
  ].map(([name = '', kind = '']) => ({
    name,
    displayName: name,
    type: kind,
    target: name === 'new_shelfid' ? 'new_shelf' : undefined,
    isKey: false,
  })),
  links: [
    { relationship: 'new_book_seen', intersect: 'new_book_seen', target: 'new_shelf', targetPrimaryId: 'new_shelfid', isReflexive: false },
  ],
}
const shelves: Omit<ConfigurationTable, 'rows'> = {
  ...books,
  ...{ name: 'new_shelf', primaryId: 'new_shelfid', links: [], columns: books.columns.slice(0, 1) },
}

async function write(
  of: Omit<ConfigurationTable, 'rows'>,
  kind: DataWrite['kind'],
  id: string,
  values: DataWrite['values'],
  etag?: string,
) {
  return data.writeDataRows(of, [{ id, kind, values, etag }])
}

describe('rows of configuration data', () => {
  const full: Readonly<Record<string, DataValue>> = {
    new_name: 'Emma',
    new_amount: 99.95,
    new_pages: 474,
    new_lent: true,
    new_bought: '2024-02-29T10:11:12.000Z',
    new_printed: '1815-12-23T00:00:00.000Z',
    new_topics: '1,3',
    new_shelfid: { table: 'new_shelf', id: shelf(1) },
  }

  it('take a value of every type under their own id, and give it back in the form of packages', async () => {
    expect(await write(shelves, 'create', shelf(1), { new_name: 'A' })).toEqual([])
    expect(await write(books, 'create', book(1), full)).toEqual([])
    const [row] = await data.fetchDataRows(books, [book(1), book(9)])
    expect(row).toMatchObject({ id: book(1), values: { ...full, statecode: 0, statuscode: 1 }, links: { new_book_seen: [] } })
    const [shape] = await data.fetchDataShapes(['new_book', 'new_absent'])
    expect(shape?.columns).not.toContain('new_gone')
    expect(shape?.relationships).toEqual(['new_book_seen'])
  })

  it('are emptied, lookups too, and switched off, each only in the version that was looked at', async () => {
    const [before] = await data.fetchDataRows(books, [book(1)])
    const nothing = { ...Object.fromEntries(Object.keys(full).map((name) => [name, null])), new_name: 'Emma' }
    expect(await write(books, 'update', book(1), nothing, before?.etag)).toEqual([])
    expect(await write(books, 'update', book(1), { new_name: 'Late' }, before?.etag)).toMatchObject([{ id: book(1), isConflict: true }])
    const [emptied] = await data.fetchDataRows(books, [book(1)])
    expect(emptied?.values).toEqual({ new_name: 'Emma', statecode: 0, statuscode: 1 })
    expect(await write(books, 'update', book(1), { statecode: 1, statuscode: 2 }, emptied?.etag)).toEqual([])
    expect((await data.fetchDataRows(books, [book(1)]))[0]?.values).toMatchObject({ statecode: 1, statuscode: 2 })
  })

  it('refuse to be made twice, and are not there twice', async () => {
    expect(await write(shelves, 'create', shelf(1), { new_name: 'B' })).toMatchObject([{ id: shelf(1), isConflict: true }])
    expect((await data.fetchDataRows(shelves, [shelf(1)]))[0]?.values).toEqual({ new_name: 'A' })
  })

  it('are joined and parted, any number of times', async () => {
    const [link] = books.links
    if (link === undefined) throw new Error('there is no link')
    for (const kind of ['join', 'join'] as const)
      expect(await data.joinDataRows({ table: books, link }, [{ kind, sourceId: book(1), targetId: shelf(1) }])).toEqual([])
    expect((await data.fetchDataRows(books, [book(1)]))[0]?.links).toEqual({ new_book_seen: [shelf(1)] })
    for (const kind of ['part', 'part'] as const)
      expect(await data.joinDataRows({ table: books, link }, [{ kind, sourceId: book(1), targetId: shelf(1) }])).toEqual([])
    expect((await data.fetchDataRows(books, [book(1)]))[0]?.links).toEqual({ new_book_seen: [] })
  })

  it('are found by id and by key, and tell what would go with them', async () => {
    await write(shelves, 'create', shelf(2), { new_name: 'A' })
    await write(books, 'create', book(2), { new_name: 'Persuasion', new_shelfid: { table: 'new_shelf', id: shelf(2) } })
    const found = await data.findDataRows([
      { table: 'new_shelf', id: shelf(2) },
      { table: 'new_shelf', id: shelf(9) },
      { table: 'new_book', id: book(9), key: { new_name: 'Persuasion' } },
      { table: 'new_shelf', id: shelf(9), key: { new_name: 'A' } },
      { table: 'new_absent', id: shelf(9) },
    ])
    expect(found).toEqual([[shelf(2)], [], [book(2)], [shelf(1), shelf(2)], []])
    const [shape] = await data.fetchDataShapes(['new_shelf'])
    expect(shape?.cascades).toEqual([{ table: 'new_book', column: 'new_shelfid' }])
    expect(await data.countPointing({ table: 'new_book', column: 'new_shelfid' }, [shelf(2)])).toBe(1)
    expect(await data.countPointing({ table: 'new_book', column: 'new_shelfid' }, [shelf(1)])).toBe(0)
  })
})
