import { DynamicsWebApi } from 'dynamics-web-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from './organisation.ts'
import { openLocal, sampleSolution } from './organisation.ts'

type Row = Record<string, unknown>

/** The public npm client `dynamics-web-api`, which others wrote against the service, as it comes. */
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('the client dynamics-web-api', () => {
  let organisation: Organisation
  let client: DynamicsWebApi
  let publisherId: string

  beforeAll(async () => {
    organisation = await openLocal()
    client = open(organisation)
    publisherId = await create('publishers', {
      uniquename: 'clients',
      friendlyname: 'Clients',
      customizationprefix: 'cli',
      customizationoptionvalueprefix: 34567,
    })
  })
  afterAll(() => organisation.close())

  const create = (collection: string, data: Row): Promise<string> => client.create<Row, string>({ collection, data })
  const newSolution = (uniquename: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    uniquename,
    friendlyname: `The ${uniquename}`,
    version: '1.0.0.0',
    'publisherid@odata.bind': `publishers(${publisherId})`,
    ...more,
  })

  it('signs in and learns who it is', async () => {
    const me = await client.callFunction<{ UserId: string }>({ functionName: 'WhoAmI' })
    expect(me.UserId).toMatch(/^[0-9a-f-]{36}$/)
    const stranger = new DynamicsWebApi({ serverUrl: `${organisation.url}/`, onTokenRefresh: async () => 'no token' })
    await expect(stranger.callFunction({ functionName: 'WhoAmI' })).rejects.toMatchObject({ status: 401 })
  })

  it('creates, reads, changes and deletes a row', async () => {
    const id = await create('solutions', newSolution('rows'))
    const row = await client.retrieve({
      collection: 'solutions',
      key: id,
      select: ['uniquename', '_publisherid_value'],
      includeAnnotations: '*',
    })
    expect(row).toMatchObject({
      solutionid: id,
      uniquename: 'rows',
      _publisherid_value: publisherId,
      _publisherid_value_Formatted: 'Clients',
      _publisherid_value_LogicalName: 'publisher',
    })
    await client.update<Row, unknown>({ collection: 'solutions', key: id, data: { description: 'changed' } })
    const changed = await client.update<Row, Row>({
      collection: 'solutions',
      key: id,
      data: { friendlyname: 'Renamed' },
      returnRepresentation: true,
      select: ['friendlyname', 'description'],
    })
    expect(changed).toMatchObject({ friendlyname: 'Renamed', description: 'changed' })
    expect(Object.keys(changed)).not.toContain('version')
    await client.updateSingleProperty({ collection: 'solutions', key: id, fieldValuePair: { description: 'by itself' } })
    expect(await client.retrieve({ collection: 'solutions', key: id, select: ['description'] })).toMatchObject({ description: 'by itself' })
    await client.deleteRecord({ collection: 'solutions', key: id, property: 'description' })
    expect(await client.retrieve({ collection: 'solutions', key: id, select: ['description'] })).toMatchObject({ description: null })
    await client.deleteRecord({ collection: 'solutions', key: id })
    await expect(client.retrieve({ collection: 'solutions', key: id })).rejects.toMatchObject({ status: 404, code: '0x80040217' })
  })

  it('changes and deletes only what has the ETag that it knows', async () => {
    const row = await client.create<Row, Record<string, string>>({
      collection: 'solutions',
      data: newSolution('tagged'),
      returnRepresentation: true,
      select: ['version'],
    })
    const key = String(row['solutionid'])
    const tag = String(row['@odata.etag'])
    await client.update<Row, unknown>({ collection: 'solutions', key, data: { description: 'first' }, ifmatch: tag })
    await expect(
      client.update<Row, unknown>({ collection: 'solutions', key, data: { description: 'second' }, ifmatch: tag }).then((changed) => {
        if (changed === false) throw new Error('not changed')
      }),
    ).rejects.toThrow('not changed')
    expect(await client.deleteRecord({ collection: 'solutions', key, ifmatch: tag })).toBe(false)
    expect(await client.deleteRecord({ collection: 'solutions', key })).toBe(true)
  })

  it('upserts: makes the row of an id that is not there, changes it the next time, and does neither when told so', async () => {
    const key = crypto.randomUUID()
    const data = { schemaname: 'cli_Upserted', displayname: 'One', type: 100000000 }
    const upsert = (displayname: string, more: { ifmatch?: string; ifnonematch?: string } = {}): Promise<unknown> =>
      client.upsert<Row, unknown>({ collection: 'environmentvariabledefinitions', key, data: { ...data, displayname }, ...more })
    const read = async (): Promise<unknown> =>
      (await client.retrieve({ collection: 'environmentvariabledefinitions', key, select: ['displayname'] }))['displayname']
    await upsert('refused', { ifmatch: '*' })
    await expect(read()).rejects.toMatchObject({ status: 404 })
    await upsert('One')
    expect(await read()).toBe('One')
    await upsert('Two', { ifnonematch: '*' })
    expect(await read()).toBe('One')
  })

  it('queries with filter, order, expansion and count', async () => {
    for (const name of ['queried1', 'queried2', 'queried3']) await create('solutions', newSolution(name))
    const found = await client.retrieveMultiple({
      collection: 'solutions',
      select: ['uniquename'],
      filter: "startswith(uniquename, 'queried') and version eq '1.0.0.0'",
      orderBy: ['uniquename desc'],
      count: true,
      expand: [{ property: 'publisherid', select: ['friendlyname'] }],
    })
    expect(found.oDataCount).toBe(3)
    expect(found.value.map((row) => row['uniquename'])).toEqual(['queried3', 'queried2', 'queried1'])
    expect(found.value[0]?.['publisherid']).toMatchObject({ friendlyname: 'Clients' })
    expect(await client.count({ collection: 'solutions', filter: "startswith(uniquename, 'queried')" })).toBe(3)
    expect(await client.countAll({ collection: 'solutions', filter: "startswith(uniquename, 'queried')" })).toBe(3)
  })

  it('reads page after page', async () => {
    const seen: unknown[] = []
    let page = await client.retrieveMultiple({ collection: 'solutions', select: ['uniquename'], maxPageSize: 2 })
    for (;;) {
      seen.push(...page.value.map((row) => row['uniquename']))
      if (page.oDataNextLink === undefined) break
      page = await client.retrieveMultiple({ collection: 'solutions', maxPageSize: 2 }, page.oDataNextLink)
    }
    const all = await client.retrieveAll({ collection: 'solutions', select: ['uniquename'] })
    expect(all.value.length).toBeGreaterThan(4)
    expect([...seen].sort()).toEqual(all.value.map((row) => row['uniquename']).sort())
  })

  it('sends a batch, a change set of it whole or not at all', async () => {
    client.startBatch()
    void client.create<Row>({ collection: 'solutions', data: newSolution('batched1'), contentId: '1' })
    void client.update({ contentId: '$1', collection: '', data: { description: 'by reference' } } as never)
    void client.retrieveMultiple({
      collection: 'publishers',
      select: ['uniquename'],
      filter: "uniquename eq 'clients'",
      inChangeSet: false,
    })
    const results = await client.executeBatch()
    expect(results[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(results[2].value).toHaveLength(1)
    expect(await client.retrieve({ collection: 'solutions', key: results[0], select: ['description'] })).toMatchObject({
      description: 'by reference',
    })

    client.startBatch()
    void client.create<Row>({ collection: 'solutions', data: newSolution('batched2') })
    void client.create<Row>({ collection: 'solutions', data: newSolution('batched1') })
    await expect(client.executeBatch()).rejects.toBeDefined()
    expect(await client.count({ collection: 'solutions', filter: "uniquename eq 'batched2'" })).toBe(0)
  })

  it('sends a long query as a batch by itself', async () => {
    const filter = Array.from({ length: 120 }, (_, at) => `uniquename eq 'solution number ${at}'`).join(' or ')
    const found = await client.retrieveMultiple({
      collection: 'solutions',
      select: ['uniquename'],
      filter: `${filter} or uniquename eq 'Default'`,
    })
    expect(found.value.map((row) => row['uniquename'])).toEqual(['Default'])
  })

  it('fetches by FetchXML, page by page', async () => {
    const fetchXml = `<fetch><entity name="solution"><attribute name="uniquename"/><order attribute="uniquename"/>
      <filter><condition attribute="uniquename" operator="like" value="queried%"/></filter></entity></fetch>`
    const first = await client.fetch({
      collection: 'solutions',
      fetchXml: fetchXml.replace('<fetch>', '<fetch count="2">'),
      includeAnnotations: '*',
    })
    expect(first.value?.map((row) => row['uniquename'])).toEqual(['queried1', 'queried2'])
    const all = await client.fetchAll({
      collection: 'solutions',
      fetchXml: fetchXml.replace('<fetch>', '<fetch count="2">'),
      includeAnnotations: '*',
    })
    expect(all.value?.map((row) => row['uniquename'])).toEqual(['queried1', 'queried2', 'queried3'])
  })

  it('imports a solution and exports it again', async () => {
    const file = Buffer.from(await sampleSolution()).toString('base64')
    await client.callAction({
      actionName: 'ImportSolution',
      action: {
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        CustomizationFile: file,
        ImportJobId: crypto.randomUUID(),
      },
    })
    await client.callAction({ actionName: 'PublishAllXml' })
    const exported = await client.callAction<{ ExportSolutionFile: string }>({
      actionName: 'ExportSolution',
      action: { SolutionName: 'ContosoInspection', Managed: true },
    })
    expect(Buffer.from(exported.ExportSolutionFile, 'base64').subarray(0, 2).toString()).toBe('PK')
    const started = await client.callAction<{ AsyncOperationId: string; ImportJobKey: string }>({
      actionName: 'ImportSolutionAsync',
      action: {
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        CustomizationFile: file,
        ImportJobId: crypto.randomUUID(),
      },
    })
    for (;;) {
      const operation = await client.retrieve({
        collection: 'asyncoperations',
        key: started.AsyncOperationId,
        select: ['statecode', 'statuscode'],
      })
      if (operation['statecode'] !== 3) continue
      expect(operation['statuscode']).toBe(30)
      break
    }
    const result = await client.callFunction<{ SolutionOperationResult: { Status: string } }>({
      functionName: 'RetrieveSolutionImportResult',
      parameters: { ImportJobId: started.ImportJobKey },
    })
    expect(result.SolutionOperationResult.Status).toBe('Passed')
  })

  it('reads the metadata document and the definitions of tables', async () => {
    expect(await client.retrieveCsdlMetadata()).toContain('<edmx:Edmx')
    const entity = await client.retrieveEntity({ key: "LogicalName='contoso_inspection'", select: ['LogicalName', 'EntitySetName'] })
    expect(entity).toMatchObject({ LogicalName: 'contoso_inspection', EntitySetName: 'contoso_inspections' })
  })
})

function open(organisation: Organisation): DynamicsWebApi {
  let token: Promise<string> | undefined
  return new DynamicsWebApi({
    serverUrl: `${organisation.url}/`,
    dataApi: { version: '9.2' },
    onTokenRefresh: () => (token ??= fetchToken(organisation)),
  })
}

async function fetchToken(organisation: Organisation): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: organisation.clientId,
    client_secret: organisation.clientSecret,
    scope: `${new URL(organisation.url).origin}/.default`,
  })
  const reply = await fetch(organisation.tokenUrl, { method: 'POST', body })
  // The token endpoint answers with this shape, or the requests that follow fail.
  return ((await reply.json()) as { access_token: string }).access_token
}
