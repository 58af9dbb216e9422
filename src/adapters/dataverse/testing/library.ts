import { expect } from 'vitest'
import type { Organisation } from '../../../../test/conformance/organisation.ts'

/** Names of what {@link makeLibrary} makes. */
export const book = 'new_book'
export const shelf = 'new_shelf'
export const pairs = 'new_book_shelf'

/** Two tables with columns of every plain kind, a lookup, a lookup to itself, and a many-to-many relationship. */
export async function makeLibrary(organisation: Organisation): Promise<void> {
  for (const name of [book, shelf]) await make(organisation, 'EntityDefinitions', table(name))
  for (const column of bookColumns()) await make(organisation, `EntityDefinitions(LogicalName='${book}')/Attributes`, column)
  await make(organisation, 'RelationshipDefinitions', oneToMany('new_shelf_books', shelf, 'new_Shelf'))
  await make(organisation, 'RelationshipDefinitions', oneToMany('new_book_parts', book, 'new_Whole'))
  await make(organisation, 'RelationshipDefinitions', {
    '@odata.type': type('ManyToManyRelationshipMetadata'),
    SchemaName: pairs,
    Entity1LogicalName: book,
    Entity2LogicalName: shelf,
    IntersectEntityName: pairs,
  })
}

export function textColumn(name: string, length = 100, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { '@odata.type': type('StringAttributeMetadata'), SchemaName: name, DisplayName: label(name), MaxLength: length, ...more }
}

export async function make(organisation: Organisation, path: string, body: unknown): Promise<void> {
  const made = await organisation.call('POST', path, { body })
  expect(made.status, made.text).toBe(204)
}

/** Makes rows with their ids, many to a request. */
export async function makeRows(organisation: Organisation, set: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const root = `${organisation.url}/api/data/v9.2`
  for (let at = 0; at < rows.length; at += 1000) {
    // One change set: a thousand rows are then one transaction.
    const parts = rows
      .slice(at, at + 1000)
      .map((row, index) =>
        [
          '--set',
          'Content-Type: application/http',
          'Content-Transfer-Encoding: binary',
          `Content-ID: ${index + 1}`,
          '',
          `POST ${root}/${set} HTTP/1.1`,
          'Content-Type: application/json',
          '',
          JSON.stringify(row),
        ].join('\r\n'),
      )
    const answer = await organisation.call('POST', '$batch', {
      body: `--rows\r\nContent-Type: multipart/mixed; boundary=set\r\n\r\n${parts.join('\r\n')}\r\n--set--\r\n--rows--\r\n`,
      headers: { 'content-type': 'multipart/mixed; boundary=rows' },
    })
    expect(answer.status, answer.text.slice(-400)).toBe(200)
  }
}

/** The nth of a series of ids that are in order. */
export function idOf(series: number, index: number): string {
  return `${String(series).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`
}

function type(name: string): string {
  return `Microsoft.Dynamics.CRM.${name}`
}

function label(text: string): Record<string, unknown> {
  return { LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] }
}

function table(name: string): Record<string, unknown> {
  return {
    '@odata.type': type('EntityMetadata'),
    SchemaName: name,
    DisplayName: label(name),
    DisplayCollectionName: label(`${name}s`),
    OwnershipType: 'UserOwned',
    HasNotes: false,
    HasActivities: false,
    Attributes: [textColumn('new_Name', 100, { IsPrimaryName: true })],
  }
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
    textColumn('new_Code', 20),
    textColumn('new_Number', 20, { AutoNumberFormat: 'B-{SEQNUM:4}' }),
    column('Memo', 'new_Memo', { MaxLength: 500, Format: 'TextArea' }),
    column('Integer', 'new_Pages', { MinValue: 0, MaxValue: 5000, Format: 'None' }),
    column('Decimal', 'new_Price', { MinValue: 0, MaxValue: 1000, Precision: 2 }),
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

function oneToMany(name: string, to: string, lookup: string): Record<string, unknown> {
  return {
    '@odata.type': type('OneToManyRelationshipMetadata'),
    SchemaName: name,
    ReferencedEntity: to,
    ReferencingEntity: book,
    CascadeConfiguration: {
      Assign: 'NoCascade',
      Delete: 'RemoveLink',
      Merge: 'NoCascade',
      Reparent: 'NoCascade',
      Share: 'NoCascade',
      Unshare: 'NoCascade',
    },
    Lookup: { '@odata.type': type('LookupAttributeMetadata'), SchemaName: lookup, DisplayName: label(lookup) },
  }
}
