import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, openLocal, rowsOf } from './organisation.ts'

// A live organisation would keep what these cases make.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('writing rows and what binds them', () => {
  let organisation: Organisation
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    organisation.call(method, path, { ...(body === undefined ? {} : { body }), headers })

  beforeAll(async () => {
    organisation = await openLocal()
  })
  afterAll(() => organisation.close())

  async function make(set: string, body: Record<string, unknown>): Promise<string> {
    const answer = await call('POST', set, body)
    expect(answer.status, answer.text).toBe(204)
    return /\(([0-9a-f-]{36})\)$/.exec(answer.headers.get('odata-entityid') ?? '')?.[1] ?? ''
  }
  async function namesOf(path: string, column: string): Promise<unknown[]> {
    return rowsOf(await call('GET', path))
      .map((row) => row[column])
      .sort()
  }

  it('makes a row with rows behind its lookup and in its collections, at once', async () => {
    const id = await make('accounts', {
      name: 'Deep',
      primarycontactid: { lastname: 'First' },
      contact_customer_accounts: [{ lastname: 'Second', Contact_Tasks: [{ subject: 'Call' }] }, { lastname: 'Third' }],
    })
    const { json } = await call(
      'GET',
      `accounts(${id})?$select=name&$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname;$expand=Contact_Tasks($select=subject))`,
    )
    expect(json).toMatchObject({
      name: 'Deep',
      primarycontactid: { lastname: 'First' },
    })
    expect(json['contact_customer_accounts']).toHaveLength(2)
    expect(json['contact_customer_accounts']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ lastname: 'Third', Contact_Tasks: [] }),
        expect.objectContaining({ lastname: 'Second', Contact_Tasks: [expect.objectContaining({ subject: 'Call' })] }),
      ]),
    )
  })

  it('makes none of them when one cannot be made', async () => {
    const answer = await call('POST', 'accounts', {
      name: 'Shallow',
      contact_customer_accounts: [
        { lastname: 'Fine' },
        { lastname: 'Bad', 'ownerid@odata.bind': '/systemusers(00000000-0000-0000-0000-00000000dead)' },
      ],
    })
    expect(answer.status).toBe(404)
    const twice = { contactid: crypto.randomUUID(), lastname: 'Twin' }
    const late = await call('POST', 'accounts', { name: 'Shallow', contact_customer_accounts: [twice, twice] })
    expect(late.status, late.text).toBeGreaterThanOrEqual(400)
    expect(await namesOf("accounts?$filter=name eq 'Shallow'", 'name')).toEqual([])
    expect(await namesOf("contacts?$filter=lastname eq 'Twin' or lastname eq 'Fine'", 'lastname')).toEqual([])
  })

  it('binds a lookup to one of several tables, and tells which it was', async () => {
    const account = await make('accounts', { name: 'Target' })
    const contact = await make('contacts', { lastname: 'Bound', 'parentcustomerid_account@odata.bind': `/accounts(${account})` })
    const annotated = { prefer: 'odata.include-annotations="*"' }
    const row = (await call('GET', `contacts(${contact})?$select=_parentcustomerid_value`, undefined, annotated)).json
    expect(row).toMatchObject({
      _parentcustomerid_value: account,
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'parentcustomerid_account',
      '_parentcustomerid_value@OData.Community.Display.V1.FormattedValue': 'Target',
    })
    const parent = await make('contacts', { lastname: 'Parent' })
    await call('PATCH', `contacts(${contact})`, { 'parentcustomerid_contact@odata.bind': `contacts(${parent})` })
    const moved = (await call('GET', `contacts(${contact})?$expand=parentcustomerid_account,parentcustomerid_contact($select=lastname)`))
      .json
    expect(moved).toMatchObject({ parentcustomerid_account: null, parentcustomerid_contact: { lastname: 'Parent' } })
    const wrong = await call('PATCH', `contacts(${contact})`, { 'parentcustomerid_account@odata.bind': `/contacts(${parent})` })
    expect([wrong.status, errorOf(wrong).message]).toEqual([400, expect.stringContaining('cannot be bound')])
    const direct = await call('PATCH', `contacts(${contact})`, { _parentcustomerid_value: account })
    expect([direct.status, errorOf(direct).message]).toEqual([400, expect.stringContaining('Use Navigation properties instead')])
  })

  it('takes and lists references of a collection, and takes them out again', async () => {
    const account = await make('accounts', { name: 'Referred' })
    const contact = await make('contacts', { lastname: 'Referring' })
    const address = `${organisation.url}/api/data/v9.2/contacts(${contact})`
    expect((await call('POST', `accounts(${account})/contact_customer_accounts/$ref`, { '@odata.id': address })).status).toBe(204)
    const listed = await call('GET', `accounts(${account})/contact_customer_accounts/$ref`)
    expect(rowsOf(listed)).toEqual([{ '@odata.id': address }])
    expect((await call('GET', `accounts(${account})/contact_customer_accounts/$count`)).text).toBe('1')
    expect((await call('DELETE', `accounts(${account})/contact_customer_accounts(${contact})/$ref`)).status).toBe(204)
    expect(rowsOf(await call('GET', `accounts(${account})/contact_customer_accounts`))).toEqual([])
    await call('POST', `accounts(${account})/contact_customer_accounts/$ref`, { '@odata.id': address })
    expect((await call('DELETE', `accounts(${account})/contact_customer_accounts/$ref?$id=${address}`)).status).toBe(204)
    expect((await call('GET', `contacts(${contact})`)).json['_parentcustomerid_value']).toBeNull()
  })

  it('points a lookup elsewhere by reference, and clears it', async () => {
    const account = await make('accounts', { name: 'Pointing' })
    const contact = await make('contacts', { lastname: 'Pointed' })
    const path = `accounts(${account})/primarycontactid/$ref`
    expect((await call('GET', path)).status).toBe(204)
    expect((await call('PUT', path, { '@odata.id': `contacts(${contact})` })).status).toBe(204)
    expect((await call('GET', path)).json['@odata.id']).toBe(`${organisation.url}/api/data/v9.2/contacts(${contact})`)
    expect((await call('GET', `accounts(${account})/primarycontactid/lastname/$value`)).text).toBe('Pointed')
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', `accounts(${account})/primarycontactid`)).status).toBe(204)
  })

  it('reads, sets and clears one property', async () => {
    const path = `accounts(${await make('accounts', { name: 'Single', numberofemployees: 7 })})`
    expect((await call('GET', `${path}/numberofemployees`)).json['value']).toBe(7)
    expect((await call('GET', `${path}/numberofemployees/$value`)).text).toBe('7')
    expect((await call('PUT', `${path}/numberofemployees`, { value: 8 })).status).toBe(204)
    expect((await call('GET', `${path}/numberofemployees`)).json['value']).toBe(8)
    expect((await call('DELETE', `${path}/numberofemployees`)).status).toBe(204)
    expect((await call('GET', `${path}/numberofemployees`)).status).toBe(204)
    expect((await call('PUT', `${path}/numberofemployees`, { value: 'many' })).status).toBe(400)
    expect((await call('PUT', `${path}/nonsense`, { value: 1 })).status).toBe(404)
  })

  it('makes a row in a collection of another', async () => {
    const account = await make('accounts', { name: 'Around' })
    expect((await call('POST', `accounts(${account})/contact_customer_accounts`, { lastname: 'Inside' })).status).toBe(204)
    expect(await namesOf(`accounts(${account})/contact_customer_accounts?$select=lastname`, 'lastname')).toEqual(['Inside'])
  })

  it('upserts by id within the bounds of If-Match and If-None-Match', async () => {
    const path = `accounts(${crypto.randomUUID()})`
    expect((await call('PATCH', path, { name: 'Never' }, { 'if-match': '*' })).status).toBe(404)
    const made = await call('PATCH', `${path}?$select=name`, { name: 'Made' }, { prefer: 'return=representation' })
    expect([made.status, made.json['name'], Object.keys(made.json).sort()]).toEqual([
      201,
      'Made',
      ['@odata.context', '@odata.etag', 'accountid', 'name'],
    ])
    expect((await call('PATCH', path, { name: 'Other' }, { 'if-none-match': '*' })).status).toBe(412)
    expect((await call('PATCH', path, { name: 'Other' }, { 'if-match': String(made.json['@odata.etag']) })).status).toBe(204)
    expect((await call('PATCH', path, { name: 'Last' }, { 'if-match': String(made.json['@odata.etag']) })).status).toBe(412)
    expect((await call('GET', path)).json['name']).toBe('Other')
  })

  it('reads, changes and upserts by an alternate key', async () => {
    const key = {
      '@odata.type': 'Microsoft.Dynamics.CRM.EntityKeyMetadata',
      SchemaName: 'new_number',
      DisplayName: { LocalizedLabels: [{ Label: 'Number', LanguageCode: 1033 }] },
      KeyAttributes: ['accountnumber', 'address1_city'],
    }
    const defined = await call('POST', "EntityDefinitions(LogicalName='account')/Keys", key)
    expect(defined.status, defined.text).toBe(204)
    const path = "accounts(accountnumber='A%2F1',address1_city='Bern')"
    expect((await call('GET', path)).status).toBe(404)
    const made = await call(
      'PATCH',
      `${path}?$select=name,accountnumber,address1_city`,
      { name: 'Keyed' },
      { prefer: 'return=representation' },
    )
    expect([made.status, made.json]).toEqual([201, expect.objectContaining({ name: 'Keyed', accountnumber: 'A/1', address1_city: 'Bern' })])
    expect((await call('PATCH', path, { name: 'Again' })).status).toBe(204)
    expect((await call('GET', `accounts(${String(made.json['accountid'])})`)).json['name']).toBe('Again')
    const contact = await make('contacts', { lastname: 'By key', 'parentcustomerid_account@odata.bind': `/${path}` })
    expect((await call('GET', `contacts(${contact})`)).json['_parentcustomerid_value']).toBe(made.json['accountid'])
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
  })

  it('refuses columns that are no alternate key', async () => {
    const answer = await call('GET', "accounts(name='Made')")
    expect([answer.status, errorOf(answer).message]).toEqual([400, expect.stringContaining('not a defined key')])
  })

  it('does not change related rows by a row', async () => {
    const path = `accounts(${await make('accounts', { name: 'Alone' })})`
    expect((await call('PATCH', path, { primarycontactid: { lastname: 'Never' } })).status).toBe(400)
    expect(await namesOf("contacts?$filter=lastname eq 'Never'", 'lastname')).toEqual([])
  })
})
