import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corpusFolder, whyNoCorpus } from '../support/corpus.ts'
import type { Organisation } from './organisation.ts'
import { followOperation, openLocal, sampleSolution } from './organisation.ts'

const folder = join(corpusFolder, 'fixtures/webapi')
const recorded = existsSync(folder) ? findFixtures() : []

/** Members that a recorded reply has and ours has not, each with the reason. */
const notHere: readonly (readonly [RegExp, string])[] = [
  [/^environment_id$|\.environment_id$/, 'put into the fixture by the client that it was made for'],
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
    })
    afterAll(() => organisation.close())

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
  ]
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path): Fixture[] => {
    const operation = basename(path, '.json')
    if (!path.endsWith('.json') || !served.includes(operation)) return []
    const reply: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'))
    return [{ name: path, operation, whole: JSON.stringify(reply).includes('@odata.etag'), reply }]
  })
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
