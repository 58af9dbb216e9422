import { xml2json } from 'odata-csdl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from './organisation.ts'
import { importSolution, openOrganisation, rowsOf, sampleSolution } from './organisation.ts'

/** CSDL JSON: members of the schema by name; `$`-names are the language's own. */
type Csdl = Record<string, unknown>

const namespace = 'Microsoft.Dynamics.CRM'
let organisation: Organisation
let text: string
let document: Csdl
let schema: Record<string, Csdl | Csdl[]>

beforeAll(async () => {
  organisation = await openOrganisation()
  if (!organisation.isLive) await importSolution(organisation, await sampleSolution())
  const answer = await organisation.call('GET', '$metadata', { headers: { accept: 'application/xml' } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('application/xml')
  text = answer.text
  document = xml2json(text, { strict: true })
  schema = document[namespace] as Record<string, Csdl | Csdl[]>
})
afterAll(() => organisation.close())

function ofKind(kind: string): [string, Csdl][] {
  return Object.entries(schema).flatMap(([name, member]): [string, Csdl][] =>
    !Array.isArray(member) && typeof member === 'object' && member['$Kind'] === kind ? [[name, member]] : [],
  )
}

function overloads(kind: string): [string, Csdl][] {
  return Object.entries(schema).flatMap(([name, member]): [string, Csdl][] =>
    Array.isArray(member) ? member.filter((one) => one['$Kind'] === kind).map((one): [string, Csdl] => [name, one]) : [],
  )
}

/** Members of a type that are properties, by name. */
function properties(type: Csdl): [string, Csdl][] {
  return Object.entries(type).flatMap(([name, member]): [string, Csdl][] =>
    name.startsWith('$') || name.startsWith('@') || typeof member !== 'object' || member === null ? [] : [[name, member as Csdl]],
  )
}

function local(type: unknown): string | undefined {
  const match = /^(?:mscrm|Microsoft\.Dynamics\.CRM)\.(\w+)$/.exec(String(type))
  return match?.[1]
}

describe('the metadata document', () => {
  it('has the head of the service: edmx 4.0, the vocabularies, the schema with its alias, crmbaseentity', () => {
    expect(text).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\s*<edmx:Edmx Version="4.0"/)
    expect(text).toMatch(/<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http:\/\/docs.oasis-open.org\/odata\/ns\/edm">/)
    expect(document['$Version']).toBe('4.0')
    expect(schema['crmbaseentity']).toMatchObject({ $Kind: 'EntityType', $Abstract: true })
  })

  it('names no type that it does not have', () => {
    const known = new Set(Object.keys(schema))
    const used = new Set<string>()
    const walk = (node: unknown): void => {
      if (Array.isArray(node)) node.forEach(walk)
      else if (typeof node === 'object' && node !== null)
        for (const [name, value] of Object.entries(node)) {
          if (['$Type', '$BaseType', '$Action', '$Function'].includes(name)) used.add(local(value) ?? String(value))
          walk(value)
        }
    }
    walk(schema)
    const strange = [...used].filter((name) => !known.has(name) && !name.startsWith('Edm.'))
    expect(strange).toEqual([])
    expect(used.size).toBeGreaterThan(30)
  })

  it('has rows behind navigation properties alone, and nothing else there; keys that are plain and never empty', () => {
    const kindOf = (type: unknown): unknown => {
      const named = local(type)
      return named === undefined ? 'plain' : (schema[named] as Csdl)['$Kind']
    }
    const wrong: string[] = []
    const types = [...ofKind('EntityType'), ...ofKind('ComplexType')]
    for (const [name, type] of types)
      for (const [property, member] of properties(type)) {
        const isNavigation = member['$Kind'] === 'NavigationProperty'
        // Without a type it is a text, in CSDL JSON.
        if ((kindOf(member['$Type']) === 'EntityType') !== isNavigation) wrong.push(`${name}.${property}`)
      }
    for (const [name, type] of ofKind('EntityType'))
      for (const key of (type['$Key'] ?? []) as string[]) {
        const member = type[key] as Csdl
        if (kindOf(member['$Type']) !== 'plain' || member['$Nullable'] === true) wrong.push(`key of ${name}`)
      }
    expect(wrong).toEqual([])
    expect(types.length).toBeGreaterThan(60)
  })

  it('types what operations take and answer: an answer has no member that is not declared, and nothing is answered where nothing is', async () => {
    const functions = [
      'WhoAmI',
      'RetrieveVersion',
      "RetrieveCurrentOrganization(AccessType=Microsoft.Dynamics.CRM.EndpointAccessType'Default')",
      'RetrieveProvisionedLanguages',
      "RetrieveTotalRecordCount(EntityNames=['account'])",
      'RetrieveDependenciesForUninstallWithMetadata(SolutionId=@id)?@id=11111111-1111-4111-8111-111111111111',
      'RetrieveMetadataChanges(Query=@q,RetrieveAllSettings=false)?@q={"Criteria":{"Conditions":[{"ConditionOperator":"Equals","PropertyName":"LogicalName","Value":{"Type":"System.String","Value":"account"}}]}}',
    ]
    const solution = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'ContosoInspection'&$select=solutionid"))[0]
    for (const path of functions) {
      const answer = await organisation.call('GET', path.replace(/(?<==)11111111.*/, String(solution?.['solutionid'])))
      expect(answer.status, answer.text).toBe(200)
      const name = /^\w+/.exec(path)?.[0] ?? ''
      const declared = schema[`${name}Response`] as Csdl
      expect(declared['$OpenType'], name).toBeUndefined()
      const members = Object.keys(answer.json).filter((member) => !member.startsWith('@'))
      expect(members.filter((member) => !(member in declared))).toEqual([])
      expect(members.length, name).toBeGreaterThan(0)
    }
    const actions = Object.fromEntries(overloads('Action'))
    for (const name of ['GrantAccess', 'ModifyAccess', 'RevokeAccess', 'PublishAllXml', 'ImportSolution'])
      expect(actions[name]?.['$ReturnType'], name).toBeUndefined()
    const query = Object.fromEntries(overloads('Function'))['RetrieveMetadataChanges']?.['$Parameter'] as Csdl[]
    expect(query.map((parameter) => [parameter['$Name'], parameter['$Type']])).toEqual([
      ['Query', 'mscrm.EntityQueryExpression'],
      ['DeletedMetadataFilters', 'mscrm.DeletedMetadataFilters'],
      ['ClientVersionStamp', undefined],
      ['AppModuleId', 'Edm.Guid'],
      ['RetrieveAllSettings', 'Edm.Boolean'],
    ])
  })

  it('gives every table a key that is a property, and every navigation property a target and a constraint that hold', () => {
    for (const [name, type] of ofKind('EntityType')) {
      if (type['$Abstract'] === true) continue
      const own = Object.fromEntries(properties(type))
      for (const key of type['$Key'] as string[]) expect(own[key], `${name}.${key}`).toBeDefined()
      for (const [property, navigation] of Object.entries(own)) {
        if (navigation['$Kind'] !== 'NavigationProperty') continue
        const target = schema[local(navigation['$Type']) ?? ''] as Csdl
        for (const [from, to] of Object.entries((navigation['$ReferentialConstraint'] ?? {}) as Record<string, string>)) {
          expect(own[from], `${name}.${property}`).toBeDefined()
          expect(target[to], `${name}.${property}`).toBeDefined()
        }
      }
    }
  })

  it('binds every navigation property of a set to a set of the right type', () => {
    const [[, container] = ['', {}]] = ofKind('EntityContainer')
    const sets = Object.fromEntries(properties(container))
    for (const [name, set] of Object.entries(sets)) {
      if (set['$Collection'] !== true) continue
      const type = schema[local(set['$Type']) ?? ''] as Csdl
      for (const [path, target] of Object.entries((set['$NavigationPropertyBinding'] ?? {}) as Record<string, string>)) {
        const navigation = type[path] as Csdl
        expect(navigation['$Kind'], `${name}/${path}`).toBe('NavigationProperty')
        expect(sets[target]?.['$Type'], `${name}/${path}`).toBe(navigation['$Type'])
      }
    }
  })

  it('has exactly the sets of the service document', async () => {
    const [[, container] = ['', {}]] = ofKind('EntityContainer')
    const sets = properties(container).filter(([, member]) => member['$Collection'] === true)
    const listed = rowsOf(await organisation.call('GET', '')).map((row) => row['name'])
    expect(sets.map(([name]) => name).sort()).toEqual([...listed].sort())
    expect(listed).toEqual(expect.arrayContaining(['solutions', 'publishers', 'asyncoperations']))
  })

  it('imports its actions and functions, whose parameters are those of the service', () => {
    const [[, container] = ['', {}]] = ofKind('EntityContainer')
    expect(container['ImportSolutionAsync']).toBeDefined()
    const actions = Object.fromEntries(overloads('Action'))
    const names = (actions['ImportSolutionAsync']?.['$Parameter'] as Csdl[]).map((parameter) => parameter['$Name'])
    expect(names).toEqual(
      expect.arrayContaining(['OverwriteUnmanagedCustomizations', 'PublishWorkflows', 'CustomizationFile', 'ImportJobId']),
    )
    expect(properties(schema['ImportSolutionAsyncResponse'] as Csdl).map(([name]) => name)).toEqual(['AsyncOperationId', 'ImportJobKey'])
    const functions = Object.fromEntries(overloads('Function'))
    expect((functions['WhoAmI']?.['$ReturnType'] as Csdl)['$Type']).toBe('mscrm.WhoAmIResponse')
  })

  it('has the custom tables of the environment, and what a row shows', async (test) => {
    if (organisation.isLive) test.skip('the sample is imported into local environments only')
    await organisation.call('POST', 'contoso_inspections', { body: { contoso_name: 'Shown' } })
    const [row = {}] = rowsOf(await organisation.call('GET', 'contoso_inspections'))
    const declared = properties(schema['contoso_inspection'] as Csdl)
    const plain = declared.filter(([, member]) => member['$Kind'] !== 'NavigationProperty').map(([name]) => name)
    const shown = Object.keys(row).filter((name) => !name.includes('@'))
    expect(shown.sort()).toEqual(plain.sort())
  })
})
