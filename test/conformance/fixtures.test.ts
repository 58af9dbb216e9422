import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corpusFolder, whyNoCorpus } from '../support/corpus.ts'
import type { Organisation } from './organisation.ts'
import { followOperation, openLocal, sampleSolution } from './organisation.ts'
import { administrator, openTenant } from './tenant.ts'

const folder = join(corpusFolder, 'fixtures/webapi')
const recorded = existsSync(folder) ? findFixtures() : []

/** Members that a recorded reply has and ours has not, each with the reason. */
const notHere: readonly (readonly [RegExp, string])[] = [
  [/^environment_id$|\.environment_id$/, 'put into the fixture by the client that it was made for'],
  [/\.instanceURL$/, 'written by hand: recorded replies have instanceUrl'],
  [/(^|\.)properties\.(capacity|billingPolicy)\b/, 'what an environment takes up and who pays for it: local ones cost nothing'],
  [/(^|\.)properties\.(clientUris|cluster)(\.|$)/, 'portals, and machines of the cloud'],
  [/\.linkedEnvironmentMetadata\.scaleGroup$/, 'machines of the cloud'],
  [/(^|\.)properties\.usedBy(\.|$)/, 'the owner of a developer environment, who is not known here'],
  [
    /\.allowedOperations\[\]\.reason(\.|$)/,
    'of operations that are refused: the recording cut out all but those, and lists them as allowed',
  ],
]
/** Members that ours has and a whole recorded reply of 2023 has not: columns that came later, and what was cut from the recording. */
const sinceThen: readonly RegExp[] = [/^@odata\.context$/, /enabledforsourcecontrolintegration$/, /sourcecontrolsyncstatus$/, /isinternal$/]

describe.skipIf(process.env['DATAVERSE_URL'] !== undefined || recorded.length === 0)(
  recorded.length === 0 ? `recorded replies: ${whyNoCorpus}` : 'recorded replies of the service',
  () => {
    let organisation: Organisation
    const ours = new Map<string, unknown>()

    beforeAll(async () => {
      organisation = await openLocal()
      const file = Buffer.from(await sampleSolution()).toString('base64')
      const post = async (name: string, body: unknown): Promise<Record<string, unknown>> =>
        (await organisation.call('POST', name, { body })).json
      const get = async (path: string): Promise<Record<string, unknown>> => (await organisation.call('GET', path)).json
      const staged = await post('StageSolution', { CustomizationFile: file })
      const order = { OverwriteUnmanagedCustomizations: true, PublishWorkflows: true, ImportJobId: crypto.randomUUID() }
      const started = await post('ImportSolutionAsync', { ...order, CustomizationFile: file })
      await followOperation(organisation, String(started['AsyncOperationId']))
      ours.set('post_stage_solution', staged)
      ours.set('post_import_solution_async', started)
      ours.set('get_async_operations', await get(`asyncoperations(${String(started['AsyncOperationId'])})`))
      ours.set('get_solution_import_result', await get(`RetrieveSolutionImportResult(ImportJobId=${String(started['ImportJobKey'])})`))
      ours.set('get_solution', await get("solutions?$expand=publisherid&$filter=uniquename eq 'ContosoInspection'"))
      ours.set('get_installed_solutions', await get("solutions?$expand=publisherid&$filter=uniquename eq 'ContosoInspection'"))
      ours.set('get_environment_variable_definitions', await get('environmentvariabledefinitions'))
      for (const [operation, reply] of await administered()) ours.set(operation, reply)
    })
    afterAll(() => organisation.close())

    it('are all replies that are compared, but for a list of names that is none', () => {
      const others = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
      expect(others.filter((path) => !recorded.some(({ name }) => name === path))).toEqual(['managed_solution/built-in-solutions.json'])
      expect(recorded.filter(({ operation }) => !ours.has(operation)).map(({ name }) => name)).toEqual([])
    })

    it.each(recorded.map((fixture) => [fixture.name, fixture] as const))(
      'has the members and types of %s',
      (_name, { operation, whole, reply }) => {
        const theirs = shapeOf(reply)
        const mine = shapeOf(ours.get(operation))
        const isExcused = (path: string): boolean => notHere.some(([pattern]) => pattern.test(path))
        const missing = [...theirs.keys()].filter((path) => !mine.has(path) && !isExcused(path) && !isBelowEmpty(path, mine))
        expect(missing).toEqual([])
        const different = [...theirs].filter(([path, types]) => !agree(types, mine.get(path)))
        expect(different).toEqual([])
        if (!whole) return
        const added = [...mine.keys()].filter((path) => !theirs.has(path) && !isBelowEmpty(path, theirs))
        expect(added.filter((path) => !sinceThen.some((pattern) => pattern.test(path)))).toEqual([])
      },
    )
  },
)

/** What the administration of a tenant answers to the requests of which there are recordings. */
async function administered(): Promise<ReadonlyMap<string, unknown>> {
  const tenant = await openTenant()
  try {
    const version = 'api-version=2023-06-01'
    const token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    const get = async (path: string): Promise<unknown> => (await tenant.call('GET', path, { token })).json
    const linkedEnvironmentMetadata = { baseLanguage: 1033, currency: { code: 'EUR' }, domainName: 'recorded' }
    const properties = { displayName: 'Recorded', environmentSku: 'Sandbox', databaseType: 'CommonDataService', linkedEnvironmentMetadata }
    const started = await tenant.call('POST', `${bap}/environments?${version}`, { token, body: { location: 'europe', properties } })
    expect(started.status, started.text).toBe(202)
    // The time that making one takes in the service.
    await tenant.control('POST', 'clock/jump', { seconds: 600 })
    const created = await get((started.headers.get('location') ?? '').slice(tenant.url.length + 1))
    const all = Object(await get(`${bap}/scopes/admin/environments?${version}`)) as { value: { name: string }[] }
    const one = all.value.find(({ name }) => JSON.stringify(created).includes(name))?.name ?? ''
    const dev = all.value[0]?.name ?? ''
    return new Map([
      ['get_environments', all],
      ['get_environment', await get(`${bap}/scopes/admin/environments/${one}?${version}`)],
      ['get_lifecycle', created],
      ['get_connections', await get(`providers/Microsoft.PowerApps/scopes/admin/environments/${dev}/connections?api-version=2016-11-01`)],
    ])
  } finally {
    await tenant.close()
  }
}

const bap = 'providers/Microsoft.BusinessAppPlatform'

interface Fixture {
  readonly name: string
  readonly operation: string
  /** Recorded from an organisation; others hold only what a client reads. */
  readonly whole: boolean
  readonly reply: unknown
}

function findFixtures(): Fixture[] {
  const served = [
    'get_async_operations',
    'post_stage_solution',
    'post_import_solution_async',
    'get_solution_import_result',
    'get_solution',
    'get_installed_solutions',
    'get_environment_variable_definitions',
    'get_environments',
    'get_environment',
    'get_lifecycle',
    'get_connections',
  ]
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path): Fixture[] => {
    const operation = operationOf(path)
    if (!path.endsWith('.json') || !served.includes(operation)) return []
    const reply: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'))
    return [{ name: path, operation, whole: JSON.stringify(reply).includes('@odata.etag'), reply }]
  })
}

/** The operation that a file names: some are kept for one environment, as a copy, or for the polling of what deletes. */
function operationOf(path: string): string {
  const name = basename(path, '.json').replace(/ copy$/, '')
  if (name.startsWith('get_environment_0000')) return 'get_environment'
  return name === 'get_lifecycle_delete' ? 'get_lifecycle' : name
}

/** Types by the path of members; members of an array share one path. A null has no type of its own. */
function shapeOf(value: unknown, path = '', shape = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (Array.isArray(value)) {
    note(shape, path, 'array')
    for (const item of value) shapeOf(item, `${path}[]`, shape)
  } else if (typeof value === 'object' && value !== null) {
    if (path !== '') note(shape, path, 'object')
    for (const [name, member] of Object.entries(value)) shapeOf(member, path === '' ? name : `${path}.${name}`, shape)
  } else note(shape, path, value === null ? 'null' : typeof value)
  return shape
}

function note(shape: Map<string, Set<string>>, path: string, type: string): void {
  const types = shape.get(path) ?? new Set<string>()
  types.add(type)
  shape.set(path, types)
}

function agree(theirs: ReadonlySet<string>, mine: ReadonlySet<string> | undefined): boolean {
  if (mine === undefined) return true
  const sure = (types: ReadonlySet<string>): string[] => [...types].filter((type) => type !== 'null')
  return sure(theirs).length === 0 || sure(mine).length === 0 || sure(theirs).some((type) => mine.has(type))
}

// An array without members, or a null, shows nothing of what would be inside.
function isBelowEmpty(path: string, shape: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  for (let at = path.length; at > 0; at = Math.max(path.lastIndexOf('.', at - 1), path.lastIndexOf('[]', at - 1))) {
    const above = path.slice(0, at)
    const types = shape.get(above)
    if (types?.has('array') === true && !shape.has(`${above}[]`) && ![...shape.keys()].some((name) => name.startsWith(`${above}[]`)))
      return true
    if (types !== undefined && [...types].every((type) => type === 'null')) return path !== above
  }
  return false
}
