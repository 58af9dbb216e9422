import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import type { Answer } from './organisation.ts'
import { deployer, errorOf, rowsOf, sampleSolution } from './organisation.ts'
import type { PeopledTenant } from './people.ts'
import { openWithPeople, person } from './people.ts'
import type { LocalTenant } from './tenant.ts'

// A live organisation's users and roles are not ours to make.
const skipped = process.env['DATAVERSE_URL'] !== undefined

const customizer = person('Cora', 'c', 'System Customizer')
const basic = person('Bert', 'b', 'Basic User')
const nobody = person('Nemo', 'e')

let tenant: LocalTenant
let as: PeopledTenant['as']
let admin: PeopledTenant['admin']
let userId: PeopledTenant['userId']

async function roleId(name: string): Promise<string> {
  const [row] = rowsOf(await admin('GET', `roles?$select=roleid&$filter=name eq '${name}'`))
  return String(row?.['roleid'])
}

async function assign(set: string, id: string, relation: string, roleid: string): Promise<void> {
  const body = { '@odata.id': `${tenant.url}/dev/api/data/v9.2/roles(${roleid})` }
  const answer = await admin('POST', `${set}(${id})/${relation}/$ref`, { body })
  expect([answer.status, answer.text]).toEqual([204, ''])
}

function expectMissing(answer: Answer, privilege: string): void {
  expect([answer.status, answer.json['error'] === undefined ? answer.text : errorOf(answer).code]).toEqual([403, '0x80040220'])
  expect(errorOf(answer).message).toMatch(
    new RegExp(`^Principal user \\(Id=[0-9a-f-]{36}, type=8, roleCount=\\d+, .*is missing ${privilege} privilege \\(Id=`),
  )
}

const publisher = (name: string) => ({
  body: { uniquename: name, friendlyname: name, customizationprefix: 'abc', customizationoptionvalueprefix: 12_345 },
})

describe.skipIf(skipped)('security roles', () => {
  beforeAll(async () => {
    ;({ tenant, as, admin, userId } = await openWithPeople([customizer, basic, nobody]))
  })
  afterAll(() => tenant.close())

  it('are in every environment, with the template ids that are the same everywhere', async () => {
    const rows = rowsOf(await admin('GET', 'roles?$select=name,_roletemplateid_value,_businessunitid_value'))
    const [unit] = rowsOf(await admin('GET', 'businessunits?$select=businessunitid'))
    const builtIn = rows.filter((row) => row['_roletemplateid_value'] !== null)
    expect(Object.fromEntries(builtIn.map((row) => [row['name'], row['_roletemplateid_value']]))).toEqual({
      'System Administrator': '627090ff-40a3-4053-8790-584edc5be201',
      'System Customizer': '119f245c-3cc8-4b62-b31c-d1a046ced15d',
      'Basic User': '236750cd-45ae-4939-ab12-b24b920ced93',
    })
    expect(builtIn.every((row) => row['_businessunitid_value'] === unit?.['businessunitid'])).toBe(true)
  })

  it('are held by whom the environment was started for', async () => {
    const of = async (who: { readonly objectId: string }) =>
      rowsOf(await admin('GET', `systemusers(${await userId(who)})/systemuserroles_association?$select=name`)).map((row) => row['name'])
    expect(await of(deployer)).toEqual(['System Administrator'])
    expect(await of(customizer)).toEqual(['System Customizer'])
    expect(await of(nobody)).toEqual([])
  })

  it('let a user without any do nothing', async () => {
    expectMissing(await as(nobody, 'GET', 'solutions'), 'prvReadSolution')
    expectMissing(await as(nobody, 'GET', 'contoso_inspections'), 'prvReadcontoso_inspection')
    expectMissing(await as(nobody, 'POST', 'PublishAllXml', { body: {} }), 'prvPublishCustomization')
    expectMissing(await as(nobody, 'GET', 'EntityDefinitions'), 'prvReadEntity')
  })

  it('let a customizer change and carry solutions, and administer nobody', async () => {
    expect((await as(customizer, 'POST', 'publishers', publisher('cora'))).status).toBe(204)
    expect((await as(customizer, 'POST', 'PublishAllXml', { body: {} })).status).toBe(204)
    const zip = Buffer.from(await sampleSolution('1.1.0.0')).toString('base64')
    expect((await as(customizer, 'POST', 'StageSolution', { body: { CustomizationFile: zip } })).status).toBe(200)
    expect(rowsOf(await as(customizer, 'GET', 'systemusers?$select=fullname')).length).toBeGreaterThan(1)
    const me = await userId(customizer)
    expectMissing(await as(customizer, 'PATCH', `systemusers(${me})`, { body: { isdisabled: true } }), 'prvWriteUser')
    const body = { '@odata.id': `${tenant.url}/dev/api/data/v9.2/roles(${await roleId('System Administrator')})` }
    const promoted = await as(customizer, 'POST', `systemusers(${me})/systemuserroles_association/$ref`, { body })
    expectMissing(promoted, 'prvWriteUser')
    expectMissing(await as(customizer, 'POST', 'teams', { body: { name: 'mine' } }), 'prvCreateTeam')
  })

  it('show a customizer only the rows of business tables that are its own', async () => {
    expect((await admin('POST', 'contoso_inspections', { body: { contoso_name: 'of the deployer' } })).status).toBe(204)
    expect((await as(customizer, 'POST', 'contoso_inspections', { body: { contoso_name: 'of Cora' } })).status).toBe(204)
    const mine = rowsOf(await as(customizer, 'GET', 'contoso_inspections?$select=contoso_name'))
    expect(mine.map((row) => row['contoso_name'])).toEqual(['of Cora'])
    expect(rowsOf(await admin('GET', 'contoso_inspections')).length).toBe(2)
    const [other] = rowsOf(await admin('GET', "contoso_inspections?$filter=contoso_name eq 'of the deployer'"))
    const id = String(other?.['contoso_inspectionid'])
    expect((await as(customizer, 'DELETE', `contoso_inspections(${id})`)).status).not.toBe(204)
    expect((await admin('GET', `contoso_inspections(${id})`)).status).toBe(200)
  })

  it('let a basic user read what apps need, and neither custom tables nor customization', async () => {
    expect((await as(basic, 'GET', 'solutions?$select=uniquename')).status).toBe(200)
    expectMissing(await as(basic, 'GET', 'contoso_inspections'), 'prvReadcontoso_inspection')
    expectMissing(await as(basic, 'POST', 'publishers', publisher('bert')), 'prvCreatePublisher')
    expectMissing(await as(basic, 'POST', 'ExportSolution', { body: { SolutionName: 'x', Managed: false } }), 'prvExportCustomization')
    expectMissing(await as(basic, 'POST', 'ImportSolution', { body: {} }), 'prvImportCustomization')
  })

  it('are gained and lost by association, also through a team', async () => {
    const user = await userId(nobody)
    const customizing = await roleId('System Customizer')
    expect((await as(nobody, 'GET', 'solutions')).status).toBe(403)
    await assign('systemusers', user, 'systemuserroles_association', customizing)
    expect((await as(nobody, 'GET', 'solutions')).status).toBe(200)
    expect(rowsOf(await admin('GET', `systemuserrolescollection?$filter=systemuserid eq ${user}`)).map((row) => row['roleid'])).toEqual([
      customizing,
    ])
    expect((await admin('DELETE', `systemusers(${user})/systemuserroles_association(${customizing})/$ref`)).status).toBe(204)
    expect((await as(nobody, 'GET', 'solutions')).status).toBe(403)

    const group = { name: 'Makers', teamtype: 2, membershiptype: 0, azureactivedirectoryobjectid: '12121212-0000-4000-8000-121212121212' }
    expect((await admin('POST', 'teams', { body: group })).status).toBe(204)
    expect((await admin('POST', 'teams', { body: group })).status).toBe(412)
    const [team] = rowsOf(
      await admin('GET', `teams?$filter=membershiptype eq 0 and azureactivedirectoryobjectid eq ${group.azureactivedirectoryobjectid}`),
    )
    const teamid = String(team?.['teamid'])
    await assign('teams', teamid, 'teamroles_association', customizing)
    const body = { '@odata.id': `${tenant.url}/dev/api/data/v9.2/systemusers(${user})` }
    expect((await admin('POST', `teams(${teamid})/teammembership_association/$ref`, { body })).status).toBe(204)
    expect((await as(nobody, 'GET', 'solutions')).status).toBe(200)
    expect((await admin('DELETE', `teams(${teamid})`)).status).toBe(204)
    expect((await as(nobody, 'GET', 'solutions')).status).toBe(403)
  })

  it('come with solutions too, and reach as far as the depth of each privilege', async () => {
    const rights = { prvReadcontoso_inspection: 'Global', prvCreatecontoso_inspection: 'Basic', prvWritecontoso_inspection: 'Basic' }
    const order = {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: crypto.randomUUID(),
      CustomizationFile: Buffer.from(await roleSolution('Inspector', rights)).toString('base64'),
    }
    const imported = await admin('POST', 'ImportSolution', { body: order })
    expect([imported.status, imported.text]).toEqual([204, ''])
    await assign('systemusers', await userId(basic), 'systemuserroles_association', await roleId('Inspector'))
    expect((await admin('POST', 'contoso_inspections', { body: { contoso_name: 'not of Bert' } })).status).toBe(204)
    expect((await as(basic, 'POST', 'contoso_inspections', { body: { contoso_name: 'of Bert' } })).status).toBe(204)
    const rows = rowsOf(await as(basic, 'GET', 'contoso_inspections?$select=contoso_name'))
    const idOf = (name: string) => String(rows.find((row) => row['contoso_name'] === name)?.['contoso_inspectionid'])
    const change = (name: string) => as(basic, 'PATCH', `contoso_inspections(${idOf(name)})`, { body: { contoso_name: name } })
    expect((await change('of Bert')).status).toBe(204)
    const refused = await change('not of Bert')
    expect([refused.status, errorOf(refused).code]).toEqual([403, '0x80040220'])
    expectMissing(await as(basic, 'DELETE', `contoso_inspections(${idOf('of Bert')})`), 'prvDeletecontoso_inspection')
  })

  it('of a solution are in the root business unit, and lost to all who held them when they go', async () => {
    const [unit] = rowsOf(await admin('GET', 'businessunits?$select=businessunitid'))
    const inUnit = `name eq 'Inspector' and _businessunitid_value eq ${String(unit?.['businessunitid'])}`
    const [found] = rowsOf(await admin('GET', `roles?$select=roleid,_parentrootroleid_value&$filter=${inUnit}`))
    const id = String(found?.['roleid'])
    expect(found?.['_parentrootroleid_value']).toBe(id)
    const holders = async () => rowsOf(await admin('GET', `systemuserrolescollection?$filter=roleid eq ${id}`)).length
    expect(await holders()).toBe(1)
    const [solution] = rowsOf(await admin('GET', "solutions?$filter=uniquename eq 'roles_only'"))
    expect((await admin('DELETE', `solutions(${String(solution?.['solutionid'])})`)).status).toBe(204)
    expect(await holders()).toBe(0)
    expectMissing(await as(basic, 'GET', 'contoso_inspections'), 'prvReadcontoso_inspection')
  })

  describe('of another user', () => {
    it('are taken on by an administrator, whose rows show both', async () => {
      const headers = { CallerObjectId: customizer.objectId }
      expect((await admin('POST', 'publishers', { ...publisher('together'), headers })).status).toBe(204)
      const [made] = rowsOf(
        await admin('GET', "publishers?$filter=uniquename eq 'together'&$select=_createdby_value,_createdonbehalfby_value"),
      )
      expect(made).toMatchObject({ _createdby_value: await userId(customizer), _createdonbehalfby_value: await userId(deployer) })
      const legacy = { MSCRMCallerID: await userId(basic) }
      expect((await admin('GET', 'WhoAmI()', { headers: legacy })).json['UserId']).toBe(await userId(basic))
      expectMissing(await admin('POST', 'publishers', { ...publisher('notallowed'), headers: legacy }), 'prvCreatePublisher')
      expect((await admin('GET', 'WhoAmI()', { headers: { CallerObjectId: '99999999-9999-4999-8999-999999999999' } })).status).toBe(403)
    })

    it('are taken on by nobody without the privilege for it', async () => {
      const answer = await as(customizer, 'GET', 'WhoAmI()', { headers: { CallerObjectId: basic.objectId } })
      expectMissing(answer, 'prvActOnBehalfOfAnotherUser')
    })
  })
})

// A solution that brings one security role, from texts alone.
async function roleSolution(name: string, rights: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const id = '{5a5a5a5a-0000-4000-8000-5a5a5a5a5a5a}'
  const privileges = Object.entries(rights).map(([privilege, level]) => `<RolePrivilege name="${privilege}" level="${level}" />`)
  const role = `<Role id="${id}" name="${name}"><IsCustomizable>1</IsCustomizable><RolePrivileges>${privileges.join('')}</RolePrivileges></Role>`
  const files = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>',
    'solution.xml': `<ImportExportXml version="9.2.25084.176" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>roles_only</UniqueName><LocalizedNames><LocalizedName description="Roles" languagecode="1033" /></LocalizedNames><Descriptions /><Version>1.0.0.0</Version><Managed>1</Managed><Publisher><UniqueName>rolepublisher</UniqueName><LocalizedNames><LocalizedName description="Roles" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>role</CustomizationPrefix><CustomizationOptionValuePrefix>41301</CustomizationOptionValuePrefix><Addresses></Addresses></Publisher><RootComponents><RootComponent type="20" id="${id}" behavior="0" /></RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>`,
    'customizations.xml': `<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities></Entities><Roles>${role}</Roles><Workflows></Workflows><FieldSecurityProfiles></FieldSecurityProfiles><Templates /><EntityMaps /><EntityRelationships></EntityRelationships><OrganizationSettings /><optionsets /><CustomControls /><EntityDataProviders /><Languages><Language>1033</Language></Languages></ImportExportXml>`,
  }
  return writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })))
}
