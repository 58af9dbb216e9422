import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import type { Answer, Organisation } from './organisation.ts'
import { deployer, errorOf, followOperation, importSolution, openLocal, rowsOf } from './organisation.ts'

const secretPath = '/subscriptions/s1/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/api-key'
const types = { text: 100000000, number: 100000001, dataSource: 100000004, secret: 100000005 }

interface Variable {
  readonly name: string
  readonly type?: number
  readonly defaultValue?: string
  /** A current value that travels in the package. */
  readonly value?: string
}

// What apps see, and the vaults, can be set and read only where the emulator's control address is.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('environment variables (local environments only)', () => {
  let organisation: Organisation

  beforeAll(async () => {
    organisation = await openLocal()
  })
  afterAll(() => organisation.close())

  it('answers the current value, and the default one while there is none', async () => {
    const id = await define({ name: 'var_Plain', defaultValue: 'of the definition' })
    expect(await current('var_Plain')).toBe('of the definition')
    await give(id, 'of the environment')
    expect(await current('var_Plain')).toBe('of the environment')
    const unknown = await organisation.call('GET', "RetrieveEnvironmentVariableValue(DefinitionSchemaName='var_Nothing')")
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, '0x80040217'])
  })

  it('lets apps and flows see a new value after an hour, and keep the last one when it is deleted', async () => {
    const local = await openLocal({ clockScale: 1, tokenLifetimeSeconds: 86_400 })
    try {
      const id = await define({ name: 'var_Late', defaultValue: 'default' }, local)
      const value = await give(id, 'new', local)
      expect(await seenByApps('var_Late', local)).toBe('default')
      await jump(local, 59)
      expect(await seenByApps('var_Late', local)).toBe('default')
      await jump(local, 2)
      expect(await seenByApps('var_Late', local)).toBe('new')
      expect((await local.call('DELETE', `environmentvariablevalues(${value})`)).status).toBe(204)
      expect(await current('var_Late', local)).toBe('default')
      await jump(local, 120)
      expect(await seenByApps('var_Late', local)).toBe('new')
    } finally {
      await local.close()
    }
  })

  it('checks no type of a value', async () => {
    const id = await define({ name: 'var_Number', type: types.number })
    await give(id, 'not a number')
    expect(await current('var_Number')).toBe('not a number')
  })

  it('refuses the path of a secret that its writer, or Dataverse, may not read', async () => {
    const id = await define({ name: 'var_Secret', type: types.secret })
    const refused = await tryToGive(id, secretPath)
    expect(errorOf(refused).message).toBe(
      `This variable didn't save properly. User is not authorized to read secrets from '${secretPath}' resource.`,
    )
    await secret({ readers: [deployer.objectId], isReadByDataverse: false })
    expect((await tryToGive(id, secretPath)).status).toBe(400)
    await secret({ readers: [] })
    expect((await tryToGive(id, secretPath)).status).toBe(400)
    await secret({ readers: [deployer.objectId] })
    await give(id, secretPath)
    const read = await organisation.call('POST', 'RetrieveEnvironmentVariableSecretValue', {
      body: { EnvironmentVariableName: 'var_Secret' },
    })
    expect([read.status, read.json['EnvironmentVariableSecretValue']]).toEqual([200, 'hush'])
  })

  it('fails an import that sets a secret which the importer may not read', async () => {
    await secret({ readers: [] })
    const zip = await solution('SecretValues', [{ name: 'var_SecretHere', type: types.secret }])
    const done = await importSolution(organisation, zip, { ComponentParameters: [parameter('var_SecretHere', secretPath)] })
    expect(done['statuscode']).toBe(31)
    expect(done['message']).toContain(`User is not authorized to read secrets from '${secretPath}' resource.`)
    expect(rowsOf(await organisation.call('GET', "environmentvariabledefinitions?$filter=schemaname eq 'var_SecretHere'"))).toEqual([])
  })

  it('refuses a default path that may not be read, by hand and by import', async () => {
    await secret({ readers: [] })
    const id = await define({ name: 'var_SecretDefault', type: types.secret })
    const change = () => organisation.call('PATCH', `environmentvariabledefinitions(${id})`, { body: { defaultvalue: secretPath } })
    expect(errorOf(await change()).message).toContain(`User is not authorized to read secrets from '${secretPath}' resource.`)
    expect(await current('var_SecretDefault')).toBeNull()
    const zip = await solution('SecretDefaults', [{ name: 'var_SecretIn', type: types.secret, defaultValue: secretPath }])
    const done = await importSolution(organisation, zip)
    expect([done['statuscode'], done['message']]).toEqual([31, expect.stringContaining('User is not authorized to read secrets')])
    expect(rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'SecretDefaults'"))).toEqual([])
    await secret({ readers: [deployer.objectId] })
    expect((await change()).status).toBe(204)
    expect(await current('var_SecretDefault')).toBe(secretPath)
    await succeed(zip)
  })

  it('takes a packaged value where the environment has none, as an unmanaged row, and keeps its own', async () => {
    await organisation.call('GET', 'WhoAmI()')
    await succeed(await solution('Packaged', [{ name: 'var_Packaged', value: 'from the package' }]))
    const rows = rowsOf(await organisation.call('GET', "environmentvariablevalues?$filter=schemaname eq 'var_Packaged'"))
    expect(rows).toMatchObject([{ value: 'from the package', ismanaged: false }])
    await organisation.call('PATCH', `environmentvariablevalues(${String(rows[0]?.['environmentvariablevalueid'])})`, {
      body: { value: 'own' },
    })
    await succeed(await solution('Packaged', [{ name: 'var_Packaged', value: 'from the next package' }], '1.1.0.0'))
    expect(await current('var_Packaged')).toBe('own')
  })

  it('gives one value to data sources that had one value where they came from', async () => {
    const zip = await solution('Sources', [
      { name: 'var_Site1', type: types.dataSource, defaultValue: 'GHI' },
      { name: 'var_Site2', type: types.dataSource, defaultValue: 'GHI' },
      { name: 'var_Site3', type: types.dataSource, defaultValue: 'DEF' },
    ])
    const ComponentParameters = [parameter('var_Site1', 'OPQ'), parameter('var_Site2', 'RST'), parameter('var_Site3', 'LMN')]
    await succeed(zip, { ComponentParameters })
    expect([await current('var_Site1'), await current('var_Site2'), await current('var_Site3')]).toEqual(['OPQ', 'OPQ', 'LMN'])
  })

  it('absorbs an unmanaged definition into a managed import, and deletes it with its value on uninstall', async () => {
    const id = await define({ name: 'var_Absorbed', defaultValue: 'by hand' })
    await give(id, 'kept')
    await succeed(await solution('Absorbing', [{ name: 'var_Absorbed', defaultValue: 'managed' }]))
    const [row] = rowsOf(await organisation.call('GET', "environmentvariabledefinitions?$filter=schemaname eq 'var_Absorbed'"))
    expect(row).toMatchObject({ ismanaged: true, defaultvalue: 'managed', environmentvariabledefinitionid: id })
    expect(await current('var_Absorbed')).toBe('kept')
    const started = await organisation.call('POST', 'UninstallSolutionAsync', { body: { SolutionUniqueName: 'Absorbing' } })
    await followOperation(organisation, String(started.json['AsyncOperationId']))
    expect(rowsOf(await organisation.call('GET', "environmentvariabledefinitions?$filter=schemaname eq 'var_Absorbed'"))).toEqual([])
    expect(rowsOf(await organisation.call('GET', "environmentvariablevalues?$filter=schemaname eq 'var_Absorbed'"))).toEqual([])
  })

  async function define(variable: Variable, into = organisation): Promise<string> {
    const body = { schemaname: variable.name, type: variable.type ?? types.text, ...defaultOf(variable) }
    const made = await into.call('POST', 'environmentvariabledefinitions', { body, headers: { prefer: 'return=representation' } })
    expect(made.status, made.text).toBe(201)
    return String(made.json['environmentvariabledefinitionid'])
  }

  async function give(definitionId: string, value: string, into = organisation): Promise<string> {
    const made = await tryToGive(definitionId, value, into)
    expect(made.status, made.text).toBe(201)
    return String(made.json['environmentvariablevalueid'])
  }

  function tryToGive(definitionId: string, value: string, into = organisation): Promise<Answer> {
    const bound = { 'EnvironmentVariableDefinitionId@odata.bind': `/environmentvariabledefinitions(${definitionId})` }
    const headers = { prefer: 'return=representation' }
    return into.call('POST', 'environmentvariablevalues', { body: { value, ...bound }, headers })
  }

  async function current(name: string, into = organisation): Promise<unknown> {
    const answer = await into.call('GET', `RetrieveEnvironmentVariableValue(DefinitionSchemaName='${name}')`)
    expect(answer.status, answer.text).toBe(200)
    return answer.json['Value']
  }

  async function seenByApps(name: string, into: Organisation): Promise<unknown> {
    const answer = await into.control?.('GET', 'environments/dev/variables')
    const variables = answer?.json['variables'] as { schemaName: string; valueForApps: string | null }[]
    return variables.find((variable) => variable.schemaName === name)?.valueForApps
  }

  async function jump(into: Organisation, minutes: number): Promise<void> {
    const answer = await into.control?.('POST', 'clock/jump', { seconds: minutes * 60 })
    expect(answer?.status, answer?.text).toBeLessThan(300)
  }

  async function secret(given: { readonly readers: readonly string[]; readonly isReadByDataverse?: boolean }): Promise<void> {
    const answer = await organisation.control?.('PUT', 'secrets', { path: secretPath, value: 'hush', ...given })
    expect(answer?.status, answer?.text).toBe(204)
  }

  async function succeed(zip: Uint8Array, more: Record<string, unknown> = {}): Promise<void> {
    const done = await importSolution(organisation, zip, more)
    expect(done['statuscode'], String(done['message'])).toBe(30)
  }
})

function parameter(schemaname: string, value: string): object {
  return { '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue', schemaname, value }
}

function defaultOf(variable: Variable): object {
  return variable.defaultValue === undefined ? {} : { defaultvalue: variable.defaultValue }
}

/** A managed solution of variables alone, written by hand. */
function solution(name: string, variables: readonly Variable[], version = '1.0.0.0'): Promise<Uint8Array> {
  const files = variables.flatMap((variable) => {
    const folder = `environmentvariabledefinitions/${variable.name}`
    const value = { environmentvariablevalues: { environmentvariablevalue: { '@schemaname': variable.name, value: variable.value } } }
    return [
      { path: `${folder}/environmentvariabledefinition.xml`, text: definitionXml(variable) },
      ...(variable.value === undefined ? [] : [{ path: `${folder}/environmentvariablevalues.json`, text: JSON.stringify(value) }]),
    ]
  })
  const all = [
    { path: '[Content_Types].xml', text: contentTypes },
    { path: 'solution.xml', text: manifestXml(name, version) },
    { path: 'customizations.xml', text: customizationsXml },
    ...files,
  ]
  return writeZip(all.map(({ path, text }) => ({ path, bytes: Buffer.from(text) })))
}

function definitionXml({ name, type, defaultValue }: Variable): string {
  const given = defaultValue === undefined ? '' : `<defaultvalue>${defaultValue}</defaultvalue>`
  return `<environmentvariabledefinition schemaname="${name}">${given}<displayname default="${name}"><label description="${name}" languagecode="1033" /></displayname><introducedversion>1.0.0.0</introducedversion><iscustomizable>1</iscustomizable><isrequired>0</isrequired><secretstore>0</secretstore><type>${type ?? types.text}</type></environmentvariabledefinition>`
}

function manifestXml(name: string, version: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><ImportExportXml version="9.2.24034.184" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>${name}</UniqueName><LocalizedNames><LocalizedName description="${name}" languagecode="1033" /></LocalizedNames><Descriptions /><Version>${version}</Version><Managed>1</Managed><Publisher><UniqueName>variables</UniqueName><LocalizedNames><LocalizedName description="Variables" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>var</CustomizationPrefix><CustomizationOptionValuePrefix>34567</CustomizationOptionValuePrefix><Addresses></Addresses></Publisher><RootComponents /><MissingDependencies /></SolutionManifest></ImportExportXml>`
}

const contentTypes =
  '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="json" ContentType="application/octet-stream" /></Types>'
const customizationsXml =
  '<?xml version="1.0" encoding="utf-8"?><ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities></Entities><Roles></Roles><Workflows></Workflows><FieldSecurityProfiles></FieldSecurityProfiles><Templates /><EntityMaps /><EntityRelationships /><OrganizationSettings /><optionsets /><CustomControls /><EntityDataProviders /><Languages><Language>1033</Language></Languages></ImportExportXml>'
