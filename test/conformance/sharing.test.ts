import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PersonRegistration } from '#emulator'
import { errorOf, rowsOf } from './organisation.ts'
import type { PeopledTenant } from './people.ts'
import { openWithPeople, person } from './people.ts'
import type { LocalTenant } from './tenant.ts'

// A live organisation's users are not ours to make.
const skipped = process.env['DATAVERSE_URL'] !== undefined

const cora = person('Cora', 'c', 'System Customizer')
const dora = person('Dora', 'd', 'System Customizer')
const bert = person('Bert', 'b', 'Basic User')

let tenant: LocalTenant
let as: PeopledTenant['as']
let admin: PeopledTenant['admin']
let userId: PeopledTenant['userId']
const principal = async (who: { readonly objectId: string }) => ({
  systemuserid: await userId(who),
  '@odata.type': 'Microsoft.Dynamics.CRM.systemuser',
})

const inspection = (id: string) => ({ contoso_inspectionid: id, '@odata.type': 'Microsoft.Dynamics.CRM.contoso_inspection' })

async function rowOf(who: PersonRegistration, name: string): Promise<string> {
  const made = await as(who, 'POST', 'contoso_inspections', { body: { contoso_name: name } })
  return /\(([0-9a-f-]{36})\)/.exec(made.headers.get('odata-entityid') ?? '')?.[1] ?? made.text
}

async function grant(by: PersonRegistration, id: string, to: PersonRegistration, AccessMask: string, message = 'GrantAccess') {
  const body = { Target: inspection(id), PrincipalAccess: { Principal: await principal(to), AccessMask } }
  return as(by, 'POST', message, { body })
}

async function sharesOf(id: string): Promise<unknown> {
  const target = encodeURIComponent(`{'@odata.id':'contoso_inspections(${id})'}`)
  const answer = await admin('GET', `RetrieveSharedPrincipalsAndAccess(Target=@tid)?@tid=${target}`)
  expect([answer.status, answer.json['@odata.context']]).toEqual([
    200,
    expect.stringMatching(/#Microsoft\.Dynamics\.CRM\.RetrieveSharedPrincipalsAndAccessResponse$/),
  ])
  return answer.json['PrincipalAccesses']
}

describe.skipIf(skipped)('sharing a row', () => {
  beforeAll(async () => {
    ;({ tenant, as, admin, userId } = await openWithPeople([cora, dora, bert]))
  })
  afterAll(() => tenant.close())

  it('lets another user do with it what was granted, and no more, until it is revoked', async () => {
    const id = await rowOf(cora, 'of Cora')
    const hidden = await as(dora, 'GET', `contoso_inspections(${id})`)
    expect([hidden.status, errorOf(hidden).code]).toEqual([403, '0x80040220'])
    expect((await as(dora, 'PATCH', `contoso_inspections(${id})`, { body: { contoso_name: 'taken' } })).status).toBe(403)
    expect((await as(dora, 'GET', `contoso_inspections(${crypto.randomUUID()})`)).status).toBe(404)
    expect((await grant(cora, id, dora, 'ReadAccess')).status).toBe(204)
    expect((await as(dora, 'GET', `contoso_inspections(${id})`)).status).toBe(200)
    expect(rowsOf(await as(dora, 'GET', 'contoso_inspections?$select=contoso_name')).map((row) => row['contoso_name'])).toEqual(['of Cora'])
    const rename = () => as(dora, 'PATCH', `contoso_inspections(${id})`, { body: { contoso_name: 'renamed' } })
    expect((await rename()).status).toBe(403)
    expect((await grant(cora, id, dora, 'WriteAccess')).status).toBe(204)
    expect((await rename()).status).toBe(204)
    expect((await as(dora, 'DELETE', `contoso_inspections(${id})`)).status).toBe(403)
    const dorasId = await userId(dora)
    const shown = { '@odata.type': '#Microsoft.Dynamics.CRM.systemuser', systemuserid: dorasId, ownerid: dorasId }
    expect(await sharesOf(id)).toEqual([{ AccessMask: 'ReadAccess,WriteAccess', Principal: shown }])

    expect((await grant(cora, id, dora, 'ReadAccess', 'ModifyAccess')).status).toBe(204)
    expect((await rename()).status).toBe(403)
    expect(await sharesOf(id)).toEqual([{ AccessMask: 'ReadAccess', Principal: shown }])
    const revoked = await as(cora, 'POST', 'RevokeAccess', { body: { Target: inspection(id), Revokee: await principal(dora) } })
    expect(revoked.status).toBe(204)
    expect((await as(dora, 'GET', `contoso_inspections(${id})`)).status).toBe(403)
    expect(await sharesOf(id)).toEqual([])
  })

  it('lets nobody give it away without the right to, and nobody of own rows only make one for somebody else', async () => {
    const id = await rowOf(cora, 'to be given away')
    const owner = async (who: PersonRegistration) => ({ 'ownerid@odata.bind': `/systemusers(${await userId(who)})` })
    await grant(cora, id, dora, 'ReadAccess,WriteAccess')
    const taken = await as(dora, 'PATCH', `contoso_inspections(${id})`, { body: await owner(dora) })
    expect([taken.status, errorOf(taken).code]).toEqual([403, '0x80040220'])
    await grant(cora, id, dora, 'AssignAccess')
    expect((await as(dora, 'PATCH', `contoso_inspections(${id})`, { body: await owner(dora) })).status).toBe(204)
    expect((await as(dora, 'DELETE', `contoso_inspections(${id})`)).status).toBe(204)
    const forOthers = await as(cora, 'POST', 'contoso_inspections', { body: { contoso_name: 'x', ...(await owner(dora)) } })
    expect([forOthers.status, errorOf(forOthers).code]).toEqual([403, '0x80040220'])
  })

  it('reaches the members of a team, and gives nobody more than the roles allow', async () => {
    const id = await rowOf(cora, 'for a team')
    expect((await admin('POST', 'teams', { body: { name: 'Inspectors', teamtype: 0 } })).status).toBe(204)
    const [team] = rowsOf(await admin('GET', "teams?$filter=name eq 'Inspectors'"))
    const Principal = { teamid: team?.['teamid'], '@odata.type': 'Microsoft.Dynamics.CRM.team' }
    for (const who of [dora, bert]) {
      const body = { '@odata.id': `${tenant.url}/dev/api/data/v9.2/systemusers(${await userId(who)})` }
      await admin('POST', `teams(${String(team?.['teamid'])})/teammembership_association/$ref`, { body })
    }
    const body = { Target: inspection(id), PrincipalAccess: { Principal, AccessMask: 'ReadAccess' } }
    expect((await as(cora, 'POST', 'GrantAccess', { body })).status).toBe(204)
    expect((await as(dora, 'GET', `contoso_inspections(${id})`)).status).toBe(200)
    // A basic user may read no custom table at all.
    expect((await as(bert, 'GET', `contoso_inspections(${id})`)).status).toBe(403)
  })

  it('is refused to who may not share the row, and for what is no row, user or right', async () => {
    const id = await rowOf(cora, 'guarded')
    expect((await grant(dora, id, dora, 'ReadAccess')).status).toBe(404)
    await grant(cora, id, dora, 'ReadAccess')
    expect(errorOf(await grant(dora, id, bert, 'ReadAccess')).code).toBe('0x80040220')
    expect((await grant(cora, id, dora, 'ReadAccess,ShareAccess')).status).toBe(204)
    expect((await grant(dora, id, bert, 'ReadAccess')).status).toBe(204)
    expect((await grant(cora, id, dora, 'EveryAccess')).status).toBe(400)
    expect((await grant(cora, crypto.randomUUID(), dora, 'ReadAccess')).status).toBe(404)
    const nobody = { systemuserid: crypto.randomUUID(), '@odata.type': 'Microsoft.Dynamics.CRM.systemuser' }
    const toNobody = { Target: inspection(id), PrincipalAccess: { Principal: nobody, AccessMask: 'ReadAccess' } }
    expect((await admin('POST', 'GrantAccess', { body: toNobody })).status).toBe(404)
    const [solution] = rowsOf(await admin('GET', "solutions?$filter=uniquename eq 'ContosoInspection'"))
    const Target = { solutionid: solution?.['solutionid'], '@odata.type': 'Microsoft.Dynamics.CRM.solution' }
    const ofOrganization = { Target, PrincipalAccess: { Principal: await principal(dora), AccessMask: 'ReadAccess' } }
    expect((await admin('POST', 'GrantAccess', { body: ofOrganization })).status).toBe(400)
    for (const body of [
      {},
      { Target: 5, PrincipalAccess: {} },
      { Target: {}, PrincipalAccess: { Principal: null, AccessMask: 'ReadAccess' } },
    ])
      expect((await admin('POST', 'GrantAccess', { body })).status).toBe(400)
  })

  it('gives connection references and flows to others, and ends with the row', async () => {
    const made = await as(cora, 'POST', 'connectionreferences', {
      body: { connectionreferencelogicalname: 'contoso_shared', connectorid: '/providers/Microsoft.PowerApps/apis/shared_office365' },
    })
    const id = /\(([0-9a-f-]{36})\)/.exec(made.headers.get('odata-entityid') ?? '')?.[1]
    const Target = { '@odata.id': `connectionreferences(${id})` }
    const body = { Target, PrincipalAccess: { Principal: await principal(dora), AccessMask: 'ReadAccess' } }
    expect((await as(cora, 'POST', 'GrantAccess', { body })).status).toBe(204)
    const shares = `principalobjectaccessset?$filter=objectid eq ${id}`
    expect(rowsOf(await admin('GET', shares))).toMatchObject([{ objecttypecode: 'connectionreference', accessrightsmask: 1 }])
    expect((await as(cora, 'DELETE', `connectionreferences(${id})`)).status).toBe(204)
    expect(rowsOf(await admin('GET', shares))).toEqual([])
    const row = await rowOf(cora, 'short-lived')
    await grant(cora, row, dora, 'ReadAccess')
    expect((await as(cora, 'DELETE', `contoso_inspections(${row})`)).status).toBe(204)
    expect(rowsOf(await admin('GET', `principalobjectaccessset?$filter=objectid eq ${row}`))).toEqual([])
  })
})
