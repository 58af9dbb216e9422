import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, openOrganisation, rowsOf } from './organisation.ts'

const organisation: Organisation = await openOrganisation()
afterAll(() => organisation.close())
const type = (name: string): string => `Microsoft.Dynamics.CRM.${name}`
const label = (text: string): Record<string, unknown> => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] })
const everything = { prefer: 'return=representation,odata.include-annotations="*"' }

describe.skipIf(!organisation.mayChange)('rows of tables (a live organisation needs DATAVERSE_ALLOW_CHANGES=1)', () => {
  // A digit at the end: the plural of a name that ends in z, x or y is no mere s.
  const mark = `${Date.now().toString(36)}0`
  const book = `new_book${mark}`
  const shelf = `new_shelf${mark}`
  const columns = `EntityDefinitions(LogicalName='${book}')/Attributes`
  const relation = (name: string): string => `new_${mark}_${name}`

  beforeAll(async () => {
    for (const name of [book, shelf]) await make('EntityDefinitions', table(name))
    for (const column of bookColumns()) await make(columns, column)
    await make('RelationshipDefinitions', oneToMany(relation('shelf'), shelf, 'new_Shelf', 'RemoveLink'))
    await make('RelationshipDefinitions', oneToMany(relation('part'), book, 'new_Whole', 'Cascade'))
    await make('RelationshipDefinitions', oneToMany(relation('held'), shelf, 'new_Holder', 'Restrict'))
    await make('RelationshipDefinitions', {
      '@odata.type': type('ManyToManyRelationshipMetadata'),
      SchemaName: relation('pairs'),
      Entity1LogicalName: book,
      Entity2LogicalName: shelf,
      IntersectEntityName: relation('pairs').toLowerCase(),
    })
    await make(`EntityDefinitions(LogicalName='${book}')/Keys`, {
      SchemaName: `new_code${mark}`,
      KeyAttributes: ['new_code'],
      DisplayName: label('Code'),
    })
  })

  it('take a value in every type of column and give it back with its label', async () => {
    const values = {
      new_name: 'Emma',
      new_memo: 'a\nb',
      new_pages: 474,
      new_price: 12.35,
      new_weight: 0.5,
      new_amount: 99.95,
      new_lent: true,
      new_bought: '2024-02-29T10:11:12Z',
      new_printed: '1815-12-23',
      new_stage: 100_000_001,
      new_topics: '100000000,100000002',
    }
    const made = await organisation.call('POST', `${book}s`, { body: values, headers: everything })
    expect(made.status, made.text).toBe(201)
    expect(made.json).toMatchObject({
      ...values,
      'new_stage@OData.Community.Display.V1.FormattedValue': 'Final',
      'new_topics@OData.Community.Display.V1.FormattedValue': 'Draft; Lost',
      'new_lent@OData.Community.Display.V1.FormattedValue': 'Lent out',
      'statecode@OData.Community.Display.V1.FormattedValue': 'Active',
      statecode: 0,
      statuscode: 1,
      new_number: expect.stringMatching(/^B-\d{4}$/),
    })
    expect(made.json['_ownerid_value']).toBe(made.json['_createdby_value'])
  })

  it.each([
    ['a text that is too long', { new_name: 'x'.repeat(101) }, '0x80044331'],
    ['an option that is not there', { new_stage: 5 }, '0x8004431a'],
    ['an option of several that is not there', { new_topics: '100000000,7' }, '0x8004431a'],
    ['a number outside its limits', { new_pages: -1 }, '0x80044330'],
    ['a value of another type', { new_pages: 'many' }, '0x80048d19'],
  ])('refuse %s', async (_, body, code) => {
    const refused = await organisation.call('POST', `${book}s`, { body })
    expect(refused.status, refused.text).toBe(400)
    expect(errorOf(refused).code.toLowerCase()).toBe(code)
  })

  it('refuse a lookup to a row that is not there', async () => {
    const body = { 'new_Shelf@odata.bind': `/${shelf}s(00000000-0000-0000-0000-00000000dead)` }
    expect((await organisation.call('POST', `${book}s`, { body })).status).toBe(404)
  })

  it('pass over what the service keeps to itself', async () => {
    const id = await idOf(`${book}s`, { new_name: 'old', createdon: '2001-01-01T00:00:00Z' })
    const row = await organisation.call('GET', `${book}s(${id})?$select=createdon`)
    expect(String(row.json['createdon'])).not.toMatch(/^2001/)
  })

  it('bring the first reason of a new state, and refuse the reason of another', async () => {
    const id = await idOf(`${book}s`, { new_name: 'state' })
    await organisation.call('PATCH', `${book}s(${id})`, { body: { statecode: 1 } })
    expect((await organisation.call('GET', `${book}s(${id})`)).json).toMatchObject({ statecode: 1, statuscode: 2 })
    const refused = await organisation.call('PATCH', `${book}s(${id})`, { body: { statuscode: 1 } })
    expect(refused.status, refused.text).toBe(400)
    expect(errorOf(refused).code).toBe('0x80048408')
  })

  it('are found by an alternate key, which no two rows share', async () => {
    const id = await idOf(`${book}s`, { new_name: 'key', new_code: 'K-1' })
    const found = await organisation.call('GET', `${book}s(new_code='K-1')?$select=new_name`)
    expect(found.json).toMatchObject({ new_name: 'key', [`${book}id`]: id })
    const second = await organisation.call('POST', `${book}s`, { body: { new_code: 'k-1' } })
    expect(second.status, second.text).toBe(412)
    expect((await organisation.call('DELETE', `${book}s(${id})`)).status).toBe(204)
    await idOf(`${book}s`, { new_code: 'K-1' })
  })

  it('follow their relationships when the row that they point to is deleted: lookups emptied, parts deleted, or refused', async () => {
    const shelfId = await idOf(`${shelf}s`, { new_name: 'S' })
    const whole = await idOf(`${book}s`, { new_name: 'whole', 'new_Shelf@odata.bind': `/${shelf}s(${shelfId})` })
    const part = await idOf(`${book}s`, { new_name: 'part', 'new_Whole@odata.bind': `/${book}s(${whole})` })
    expect((await organisation.call('DELETE', `${shelf}s(${shelfId})`)).status).toBe(204)
    expect((await organisation.call('GET', `${book}s(${whole})`)).json['_new_shelf_value']).toBeNull()
    expect((await organisation.call('DELETE', `${book}s(${whole})`)).status).toBe(204)
    expect((await organisation.call('GET', `${book}s(${part})`)).status).toBe(404)

    const held = await idOf(`${shelf}s`, { new_name: 'held' })
    await idOf(`${book}s`, { new_name: 'holds', 'new_Holder@odata.bind': `/${shelf}s(${held})` })
    const refused = await organisation.call('DELETE', `${shelf}s(${held})`)
    expect(refused.status, refused.text).toBe(405)
    expect(errorOf(refused).code).toBe('0x80040227')
  })

  it('are joined with many others', async () => {
    const bookId = await idOf(`${book}s`, { new_name: 'P' })
    const shelfId = await idOf(`${shelf}s`, { new_name: 'Q' })
    const body = { '@odata.id': `${organisation.url}/api/data/v9.2/${shelf}s(${shelfId})` }
    const joined = await organisation.call('POST', `${book}s(${bookId})/${relation('pairs')}/$ref`, { body })
    expect(joined.status, joined.text).toBe(204)
    const there = await organisation.call('GET', `${shelf}s(${shelfId})/${relation('pairs')}?$select=new_name`)
    expect(rowsOf(there).map((row) => row['new_name'])).toEqual(['P'])
    await organisation.call('DELETE', `${shelf}s(${shelfId})`)
    expect(rowsOf(await organisation.call('GET', `${book}s(${bookId})/${relation('pairs')}`))).toEqual([])
  })

  it('lose the values of a deleted column for good', async () => {
    await make(columns, text('new_Gone', 100))
    const id = await idOf(`${book}s`, { new_gone: 'here' })
    expect((await organisation.call('DELETE', `${columns}(LogicalName='new_gone')`)).status).toBe(204)
    await make(columns, text('new_Gone', 100))
    expect((await organisation.call('GET', `${book}s(${id})`)).json['new_gone']).toBeNull()
  })

  it('of accounts and contacts hold the columns that everybody knows', async () => {
    const account = await idOf('accounts', { name: `Contoso ${mark}` })
    const contact = await idOf('contacts', {
      firstname: 'Ina',
      lastname: 'Inspector',
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    })
    const seen = await organisation.call('GET', `contacts(${contact})?$select=fullname,_parentcustomerid_value`, { headers: everything })
    expect(seen.json).toMatchObject({
      fullname: 'Ina Inspector',
      _parentcustomerid_value: account,
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
    })
    await organisation.call('DELETE', `contacts(${contact})`)
    await organisation.call('DELETE', `accounts(${account})`)
  })

  async function make(path: string, body: unknown): Promise<Answer> {
    const made = await organisation.call('POST', path, { body })
    expect(made.status, made.text).toBe(204)
    return made
  }

  async function idOf(set: string, body: unknown): Promise<string> {
    const made = await make(set, body)
    return /\(([0-9a-f-]{36})\)$/.exec(made.headers.get('odata-entityid') ?? '')?.[1] ?? ''
  }

  function text(name: string, length: number, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { '@odata.type': type('StringAttributeMetadata'), SchemaName: name, DisplayName: label(name), MaxLength: length, ...more }
  }

  function table(name: string): Record<string, unknown> {
    const primary = text('new_Name', 100, { IsPrimaryName: true })
    const about = {
      DisplayName: label(name),
      DisplayCollectionName: label(`${name}s`),
      OwnershipType: 'UserOwned',
      HasNotes: false,
      HasActivities: false,
    }
    return { '@odata.type': type('EntityMetadata'), SchemaName: name, ...about, Attributes: [primary] }
  }

  function bookColumns(): readonly Record<string, unknown>[] {
    const column = (kind: string, name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
      '@odata.type': type(`${kind}AttributeMetadata`),
      SchemaName: name,
      DisplayName: label(name),
      ...more,
    })
    const options = ['Draft', 'Final', 'Lost'].map((name, at) => ({ Value: 100_000_000 + at, Label: label(name) }))
    const OptionSet = { '@odata.type': type('OptionSetMetadata'), IsGlobal: false, OptionSetType: 'Picklist', Options: options }
    return [
      text('new_Code', 20),
      text('new_Number', 20, { AutoNumberFormat: 'B-{SEQNUM:4}' }),
      column('Memo', 'new_Memo', { MaxLength: 500, Format: 'TextArea' }),
      column('Integer', 'new_Pages', { MinValue: 0, MaxValue: 5000, Format: 'None' }),
      column('Decimal', 'new_Price', { MinValue: 0, MaxValue: 1000, Precision: 2 }),
      column('Double', 'new_Weight', { MinValue: 0, MaxValue: 1000, Precision: 2 }),
      column('Money', 'new_Amount', { PrecisionSource: 2 }),
      column('Boolean', 'new_Lent', {
        DefaultValue: false,
        OptionSet: {
          '@odata.type': type('BooleanOptionSetMetadata'),
          TrueOption: { Value: 1, Label: label('Lent out') },
          FalseOption: { Value: 0, Label: label('No') },
        },
      }),
      column('DateTime', 'new_Bought', { Format: 'DateAndTime', DateTimeBehavior: { Value: 'UserLocal' } }),
      column('DateTime', 'new_Printed', { Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } }),
      column('Picklist', 'new_Stage', { OptionSet }),
      column('MultiSelectPicklist', 'new_Topics', { OptionSet }),
    ]
  }

  function oneToMany(name: string, to: string, lookup: string, onDelete: string): Record<string, unknown> {
    return {
      '@odata.type': type('OneToManyRelationshipMetadata'),
      SchemaName: name,
      ReferencedEntity: to,
      ReferencingEntity: book,
      CascadeConfiguration: {
        Assign: 'NoCascade',
        Delete: onDelete,
        Merge: 'NoCascade',
        Reparent: 'NoCascade',
        Share: 'NoCascade',
        Unshare: 'NoCascade',
      },
      Lookup: { '@odata.type': type('LookupAttributeMetadata'), SchemaName: lookup, DisplayName: label(lookup) },
    }
  }
})
