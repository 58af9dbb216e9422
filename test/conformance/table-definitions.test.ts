import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, openOrganisation, rowsOf } from './organisation.ts'

const organisation: Organisation = await openOrganisation()
afterAll(() => organisation.close())
const type = (name: string): string => `Microsoft.Dynamics.CRM.${name}`

function label(text: string): Record<string, unknown> {
  return { '@odata.type': type('Label'), LocalizedLabels: [{ '@odata.type': type('LocalizedLabel'), Label: text, LanguageCode: 1033 }] }
}

describe.skipIf(!organisation.mayChange)('definitions of tables (a live organisation needs DATAVERSE_ALLOW_CHANGES=1)', () => {
  // A digit at the end: the plural of a name that ends in z, x or y is no mere s.
  const mark = `${Date.now().toString(36)}0`
  const solution = `rows${mark}`
  const book = `new_book${mark}`
  const shelf = `new_shelf${mark}`
  const headers = { 'mscrm.solutionuniquename': solution }
  const post = (path: string, body: unknown): Promise<Answer> => organisation.call('POST', path, { body, headers })
  const columnsOf = (table: string): string => `EntityDefinitions(LogicalName='${table}')/Attributes`

  beforeAll(async () => {
    const publisher = rowsOf(await organisation.call('GET', "publishers?$filter=customizationprefix eq 'new'&$select=publisherid"))[0]
    const body = {
      uniquename: solution,
      friendlyname: solution,
      version: '1.0.0.0',
      'publisherid@odata.bind': `/publishers(${String(publisher?.['publisherid'])})`,
    }
    expect((await organisation.call('POST', 'solutions', { body })).status).toBe(204)
    for (const name of [book, shelf]) {
      const made = await post('EntityDefinitions', table(name))
      expect(made.status, made.text).toBe(204)
      expect(made.headers.get('odata-entityid')).toMatch(/EntityDefinitions\([0-9a-f-]{36}\)$/)
    }
  })

  it('make a table with the columns that every table has, usable at once', async () => {
    const read = await organisation.call(
      'GET',
      `EntityDefinitions(LogicalName='${book}')?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType&$expand=Attributes($select=LogicalName)`,
    )
    expect(read.json).toMatchObject({
      LogicalName: book,
      EntitySetName: `${book}s`,
      PrimaryIdAttribute: `${book}id`,
      PrimaryNameAttribute: 'new_name',
      OwnershipType: 'UserOwned',
    })
    const names = (read.json['Attributes'] as readonly Record<string, unknown>[]).map((item) => item['LogicalName'])
    expect(names).toEqual(expect.arrayContaining(['createdon', 'ownerid', 'statecode', 'statuscode', 'new_name']))
    const made = await organisation.call('POST', `${book}s`, { body: { new_name: 'Emma' }, headers: { prefer: 'return=representation' } })
    expect(made.json).toMatchObject({ new_name: 'Emma', statecode: 0, statuscode: 1 })
  })

  it('are listed in the service document and described in $metadata', async () => {
    const sets = (await organisation.call('GET', '')).json['value'] as readonly Record<string, unknown>[]
    expect(sets).toContainEqual({ name: `${book}s`, kind: 'EntitySet', url: `${book}s` })
    const { text } = await organisation.call('GET', '$metadata')
    expect(text).toMatch(new RegExp(`<EntitySet Name="${book}s" EntityType="(mscrm|Microsoft\\.Dynamics\\.CRM)\\.${book}"`))
    const [type] = new RegExp(`<EntityType Name="${book}".*?</EntityType>`, 's').exec(text) ?? []
    expect(type).toContain(`<PropertyRef Name="${book}id"`)
    expect(type).toContain('<Property Name="new_name" Type="Edm.String"')
  })

  it('make choices, with labels behind a cast and $expand', async () => {
    const options = ['Draft', 'Final'].map((text, at) => ({ Value: 100_000_000 + at, Label: label(text) }))
    const body = {
      '@odata.type': type('PicklistAttributeMetadata'),
      SchemaName: 'new_Stage',
      DisplayName: label('Stage'),
      OptionSet: { '@odata.type': type('OptionSetMetadata'), IsGlobal: false, OptionSetType: 'Picklist', Options: options },
    }
    const made = await post(columnsOf(book), body)
    expect(made.status, made.text).toBe(204)
    const read = await organisation.call(
      'GET',
      `${columnsOf(book)}/${type('PicklistAttributeMetadata')}?$select=LogicalName&$filter=LogicalName eq 'new_stage'&$expand=OptionSet,GlobalOptionSet`,
    )
    const column = rowsOf(read)[0]
    expect(column).toMatchObject({ LogicalName: 'new_stage', GlobalOptionSet: null, OptionSet: { IsGlobal: false } })
    expect(JSON.stringify(column)).toContain('"Label":"Final"')
  })

  it('make a lookup by its relationship, and follow it', async () => {
    const made = await post('RelationshipDefinitions', oneToMany(shelf, book, 'RemoveLink'))
    expect(made.status, made.text).toBe(204)
    const read = await organisation.call(
      'GET',
      `RelationshipDefinitions(SchemaName='new_${mark}_${shelf}')/${type('OneToManyRelationshipMetadata')}`,
    )
    expect(read.json).toMatchObject({
      ReferencedEntity: shelf,
      ReferencingEntity: book,
      ReferencingAttribute: 'new_shelf',
      ReferencingEntityNavigationPropertyName: 'new_Shelf',
    })
    const shelfId = await idOf(`${shelf}s`, { new_name: 'Top' })
    const bookId = await idOf(`${book}s`, { new_name: 'Persuasion', 'new_Shelf@odata.bind': `/${shelf}s(${shelfId})` })
    const seen = await organisation.call('GET', `${book}s(${bookId})?$select=_new_shelf_value&$expand=new_Shelf($select=new_name)`)
    expect(seen.json).toMatchObject({ _new_shelf_value: shelfId, new_Shelf: { new_name: 'Top' } })
    const there = await organisation.call('GET', `${shelf}s(${shelfId})/new_${mark}_${shelf}?$select=new_name`)
    expect(rowsOf(there).map((row) => row['new_name'])).toEqual(['Persuasion'])
  })

  it('refuse a name without the prefix of a publisher, and a lookup without its relationship', async () => {
    expect((await post('EntityDefinitions', table('Book'))).status).toBe(400)
    const lookup = await post(columnsOf(book), { '@odata.type': type('LookupAttributeMetadata'), SchemaName: 'new_Alone' })
    expect(lookup.status).toBe(400)
  })

  it('refuse to delete what something else needs, and delete what nothing needs', async () => {
    const blocked = await organisation.call('DELETE', `EntityDefinitions(LogicalName='${shelf}')`)
    expect(blocked.status, blocked.text).toBe(400)
    expect(errorOf(blocked).code.toLowerCase()).toBe('0x8004f01f')
    const gone = await organisation.call('DELETE', `RelationshipDefinitions(SchemaName='new_${mark}_${shelf}')`)
    expect(gone.status, gone.text).toBe(204)
    const column = await organisation.call('GET', `${columnsOf(book)}(LogicalName='new_shelf')`)
    expect(column.status).toBe(404)
    expect((await organisation.call('DELETE', `EntityDefinitions(LogicalName='${shelf}')`)).status).toBe(204)
    expect((await organisation.call('GET', `${shelf}s`)).status).toBe(404)
  })

  it('let a change of a definition wait for publishing', async () => {
    const column = `${columnsOf(book)}(LogicalName='new_name')`
    const cast = `${column}/${type('StringAttributeMetadata')}?$select=MaxLength`
    const before = await organisation.call('GET', cast)
    expect(before.json['MaxLength']).toBe(100)
    const body = { '@odata.type': type('StringAttributeMetadata'), LogicalName: 'new_name', SchemaName: 'new_Name', MaxLength: 200 }
    const changed = await organisation.call('PUT', column, { body, headers: { ...headers, 'mscrm.mergelabels': 'true' } })
    expect(changed.status, changed.text).toBe(204)
    if (!organisation.isLive) expect((await organisation.call('GET', cast)).json['MaxLength']).toBe(100)
    const ParameterXml = `<importexportxml><entities><entity>${book}</entity></entities></importexportxml>`
    expect((await organisation.call('POST', 'PublishXml', { body: { ParameterXml } })).status).toBe(204)
    expect((await organisation.call('GET', cast)).json['MaxLength']).toBe(200)
  })

  it('travel: an export carries the table with its columns, and a table is in by its solution header', async () => {
    const answer = await organisation.call('POST', 'ExportSolution', { body: { SolutionName: solution, Managed: false } })
    expect(answer.status, answer.text).toBe(200)
    const components = rowsOf(
      await organisation.call(
        'GET',
        `solutioncomponents?$filter=solutionid/uniquename eq '${solution}' and componenttype eq 1&$select=objectid`,
      ),
    )
    expect(components).toHaveLength(1)
  })

  async function idOf(set: string, body: unknown): Promise<string> {
    const made = await organisation.call('POST', set, { body })
    expect(made.status, made.text).toBe(204)
    return /\(([0-9a-f-]{36})\)$/.exec(made.headers.get('odata-entityid') ?? '')?.[1] ?? ''
  }

  function table(schemaName: string): Record<string, unknown> {
    const name = {
      '@odata.type': type('StringAttributeMetadata'),
      AttributeType: 'String',
      AttributeTypeName: { Value: 'StringType' },
      SchemaName: 'new_Name',
      IsPrimaryName: true,
      MaxLength: 100,
      FormatName: { Value: 'Text' },
      RequiredLevel: { Value: 'None', CanBeChanged: true, ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings' },
      DisplayName: label('Name'),
    }
    return {
      '@odata.type': type('EntityMetadata'),
      SchemaName: schemaName,
      DisplayName: label(schemaName),
      DisplayCollectionName: label(`${schemaName}s`),
      Description: label(''),
      OwnershipType: 'UserOwned',
      IsActivity: false,
      HasActivities: false,
      HasNotes: false,
      Attributes: [name],
    }
  }

  function oneToMany(to: string, from: string, onDelete: string): Record<string, unknown> {
    return {
      '@odata.type': type('OneToManyRelationshipMetadata'),
      SchemaName: `new_${mark}_${to}`,
      ReferencedEntity: to,
      ReferencingEntity: from,
      CascadeConfiguration: {
        Assign: 'NoCascade',
        Delete: onDelete,
        Merge: 'NoCascade',
        Reparent: 'NoCascade',
        Share: 'NoCascade',
        Unshare: 'NoCascade',
      },
      Lookup: { '@odata.type': type('LookupAttributeMetadata'), SchemaName: 'new_Shelf', DisplayName: label('Shelf') },
    }
  }
})
