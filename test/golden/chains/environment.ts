import { createHash } from 'node:crypto'
import type { Plan } from '#domain/plan'
import { planPromotion } from '#domain/plan'
import { laneOf } from '#domain/environment'
import { describeSolution, readManifest, readPackage } from '#format'
import { createEnvironments } from '../../../src/adapters/dataverse/index.ts'
import { dependencies, environmentAt } from '../../../src/adapters/dataverse/testing/local-server.ts'
import { forecastRelease } from '../../../src/engine/planning/forecast-release.ts'
import type { Organisation } from '../../conformance/organisation.ts'
import { deployer, followOperation, rowsOf } from '../../conformance/organisation.ts'
import { buildPlanFacts, buildRelease, version } from '../../support/domain-builders.ts'
import { createMemoryObservations } from '../../support/memory-observations.ts'

/** Forecasts one release after the other into one environment, remembering what was read before. */
export function createPlanner(organisation: Organisation): {
  (file: Uint8Array, installed: Uint8Array | undefined): Promise<Plan>
  /** Sent so far. */
  countRequests(): number
} {
  const environment = environmentAt(organisation.url, {
    connectivityUrl: organisation.connectivityUrl,
    credentials: {
      tokenUrl: organisation.tokenUrl,
      clientId: organisation.clientId,
      clientSecret: { kind: 'environment', variable: 'SECRET' },
    },
  })
  const clock = { now: () => new Date().toISOString() as ReturnType<ReturnType<typeof dependencies>['clock']['now']> }
  const target = createEnvironments(
    dependencies({ secrets: { resolve: async () => deployer.clientSecret }, clock, limits: { requestsInWindow: 1e6 } }),
  ).open(environment)
  const observations = createMemoryObservations()
  const hashing = { sha256: (text: string) => createHash('sha256').update(text).digest('hex') }
  const plan = async (file: Uint8Array, installed: Uint8Array | undefined): Promise<Plan> => {
    const about = readManifest((await readPackage(file)).manifest)
    const observed = await target.observe({ solution: about.uniqueName, connectionIds: [] })
    const content = await forecastRelease(
      { observations, clock, hashing: hashing as never },
      {
        lane: laneOf(environment),
        target,
        observed,
        solution: about.uniqueName,
        publisherPrefix: about.publisher.prefix,
        content: { release: await describe(file), installed: installed === undefined ? undefined : await describe(installed) },
        tweaks: [],
        references: [],
        countingRequests: 400,
      },
    )
    const release = buildRelease({
      solution: about.uniqueName,
      version: version(about.version),
      publisherPrefix: about.publisher.prefix,
      dependencies: [],
    })
    return planPromotion(buildPlanFacts({ release, observed, content }))
  }
  return Object.assign(plan, { countRequests: target.countRequests })
}

async function describe(file: Uint8Array) {
  return describeSolution(await readPackage(file))
}

/** Puts there what a solution needs of others: platform solutions by name, the rest by component. */
export async function prepareFor(organisation: Organisation, file: Uint8Array): Promise<void> {
  const needs = readManifest((await readPackage(file)).manifest).missingDependencies.map(({ required }) => required)
  const loose = needs.filter(({ solution }) => ['active', 'default', ''].includes(solution.toLowerCase()))
  for (const name of new Set(needs.map(({ solution }) => solution))) {
    if (['system', 'active', 'default', ''].includes(name.toLowerCase())) continue
    expectFine(await organisation.control?.('POST', 'environments/dev/solutions', { uniqueName: name, version: '99.0.0.0' }))
  }
  if (loose.length > 0) expectFine(await organisation.control?.('POST', 'environments/dev/assumptions', { components: loose }))
}

function expectFine(answer: { readonly status: number; readonly text: string } | undefined): void {
  if (answer === undefined || answer.status >= 300) throw new Error(`${answer?.status} ${answer?.text}`)
}

/** Imports a file as the plan's mode says; the completed operation. */
export async function bringIn(
  organisation: Organisation,
  file: Uint8Array,
  mode: Plan['mode'],
): Promise<Readonly<Record<string, unknown>>> {
  const message = mode === 'upgrade' || mode === 'stage-for-upgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync'
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(file).toString('base64'),
    ImportJobId: crypto.randomUUID(),
  }
  const started = await organisation.call('POST', message, { body })
  if (started.status !== 200) return { statuscode: 31, message: started.text }
  return followOperation(organisation, String(started.json['AsyncOperationId']))
}

/** The environment is in this very process: while that is busy with a large file, connections that wait time out, and are made again. */
export function patient(organisation: Organisation): Organisation {
  const call: Organisation['call'] = async (method, path, more) => {
    for (let tries = 0; ; tries++) {
      try {
        return await organisation.call(method, path, more)
      } catch (error) {
        if (!(error instanceof TypeError) || tries === 9) throw error
      }
    }
  }
  return { ...organisation, call }
}

/**
 * Changes by hand, published, and what was changed (`kind:key`): of each sort some that are there, every other one. They stand in the Active layer, so that whatever a release
 * says of these components is hidden.
 */
export async function changeByHand(organisation: Organisation, most: number): Promise<readonly string[]> {
  const changed: string[] = []
  for (const { kind, set, id, body } of byHand) {
    const rows = rowsOf(await organisation.call('GET', `${set}?$select=${id}`))
    for (const row of rows.filter((_, at) => at % 2 === 0).slice(0, most)) {
      const answer = await organisation.call('PATCH', `${set}(${String(row[id])})`, { body: body(changed.length) })
      if (answer.status === 204) changed.push(`${kind}:${String(row[id])}`)
      // A managed property may forbid it, which is a scene like any other.
      else if (answer.status !== 403 && answer.status !== 400) throw new Error(`${set}: ${answer.status} ${answer.text}`)
    }
  }
  changed.push(...(await changeColumns(organisation, most)))
  await organisation.call('POST', 'PublishAllXml', { body: {} })
  return changed
}

const byHand: readonly {
  readonly kind: string
  readonly set: string
  readonly id: string
  readonly body: (n: number) => Readonly<Record<string, unknown>>
}[] = [
  { kind: 'savedquery', set: 'savedqueries', id: 'savedqueryid', body: (n) => ({ name: `View by hand ${n}` }) },
  { kind: 'systemform', set: 'systemforms', id: 'formid', body: (n) => ({ name: `Form by hand ${n}` }) },
  { kind: 'webresource', set: 'webresourceset', id: 'webresourceid', body: (n) => ({ displayname: `Web resource by hand ${n}` }) },
]

async function changeColumns(organisation: Organisation, most: number): Promise<readonly string[]> {
  const changed: string[] = []
  const tables = rowsOf(await organisation.call('GET', 'EntityDefinitions?$expand=Attributes'))
  for (const table of tables) {
    const columns = (table['Attributes'] as readonly Record<string, unknown>[]).filter(
      (column) => column['AttributeType'] === 'String' && column['IsCustomAttribute'] === true && Number(column['MaxLength']) > 20,
    )
    for (const column of columns.filter((_, at) => at % 2 === 0)) {
      if (changed.length >= most) return changed
      const path = `EntityDefinitions(LogicalName='${String(table['LogicalName'])}')/Attributes(LogicalName='${String(column['LogicalName'])}')`
      const body = { ...column, MaxLength: Number(column['MaxLength']) + 7 }
      const answer = await organisation.call('PUT', path, { body, headers: { 'mscrm.mergelabels': 'true' } })
      if (answer.status === 204) changed.push(`attribute:${String(table['LogicalName'])}.${String(column['LogicalName'])}`)
      else if (answer.status !== 403 && answer.status !== 400) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    }
  }
  return changed
}

/** Managed files of versions of which there are unmanaged ones alone, each exported from an environment that has nothing else. */
export async function exportedManaged(
  organisation: Organisation,
  solution: string,
  files: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const managed: Uint8Array[] = []
  for (const file of files) {
    expectFine(await organisation.control?.('POST', 'environments/dev/reset'))
    await prepareFor(organisation, file)
    const operation = await bringIn(organisation, file, 'install')
    if (operation['statuscode'] !== 30) throw new Error(String(operation['message']))
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    const answer = await organisation.call('POST', 'ExportSolution', { body: { SolutionName: solution, Managed: true } })
    if (answer.status !== 200) throw new Error(answer.text)
    managed.push(Buffer.from(String(answer.json['ExportSolutionFile']), 'base64'))
  }
  expectFine(await organisation.control?.('POST', 'environments/dev/reset'))
  return managed
}

/** Two rows in every table that has rows here: the first with a value in every plain column that solutions brought, the second without. */
export async function fillTables(organisation: Organisation): Promise<number> {
  let count = 0
  const tables = rowsOf(await organisation.call('GET', 'EntityDefinitions?$expand=Attributes'))
  for (const table of tables) {
    if (typeof table['EntitySetName'] !== 'string') continue
    // $expand gives the members of every column.
    const columns = (table['Attributes'] as readonly Record<string, unknown>[]).filter((column) =>
      String(column['LogicalName']).includes('_'),
    )
    if (columns.length === 0) continue
    const values = Object.fromEntries(columns.flatMap(sampleOf))
    for (const body of [values, {}]) {
      const answer = await organisation.call('POST', table['EntitySetName'], { body })
      // A table of the platform that was mounted by name has no rows here.
      if (answer.status === 501) break
      if (answer.status !== 204) throw new Error(`${String(table['LogicalName'])}: ${answer.status} ${answer.text}`)
      count++
    }
  }
  return count
}

function sampleOf(column: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  if (column['IsValidForCreate'] !== true || column['AttributeOf'] != null || column['SourceType'] !== 0) return []
  const name = String(column['LogicalName'])
  if (name.endsWith('_base')) return []
  switch (column['AttributeType']) {
    case 'String':
    case 'Memo':
      return [[name, `v ${name}`.slice(0, Number(column['MaxLength'] ?? 10))]]
    case 'Integer':
    case 'Decimal':
    case 'Double':
    case 'Money':
      return [[name, Math.max(Number(column['MinValue'] ?? 1), Math.min(7, Number(column['MaxValue'] ?? 7)))]]
    case 'Boolean':
      return [[name, true]]
    default:
      return []
  }
}
