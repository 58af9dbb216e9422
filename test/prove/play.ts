import { setTimeout as wait } from 'node:timers/promises'
import type { HandMade, HandMadeTable } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { rowsOf } from '../conformance/organisation.ts'
import type { DataStep, FlowIs, Row, Step, Way } from './scene.ts'
import { choiceName, flowId, lookupColumns, otherTable, ourSolution, roleId, sizeColumn, tables } from './scene.ts'
import type { Sight } from './sight.ts'
import { look } from './sight.ts'

/** What came of the steps. */
export interface Played {
  /** What of ours was brought last. */
  readonly installed: HandMade | undefined
  /** Whether it has been patched since. */
  readonly isPatched: boolean
  /** Of the steps that the environment took or refused, in a few words. */
  readonly words: readonly string[]
}

/** Plays the steps; one that the environment refuses did not happen, which is a scene like any other. */
export async function play(organisation: Organisation, steps: readonly Step[]): Promise<Played> {
  let [installed, isPatched]: [HandMade | undefined, boolean] = [undefined, false]
  const words: string[] = []
  for (const step of steps) {
    if (step.kind === 'data') await addData(organisation, step)
    else {
      const solution = await onWhatIsThere(organisation, step.solution)
      const operation = await bringIn(organisation, solution, step.how)
      if (solution.isManaged !== true) await organisation.call('POST', 'PublishAllXml', { body: {} })
      const isIn = operation['statuscode'] === 30
      words.push(`scene: ${wordOf(solution, step.how)} ${isIn ? 'came' : 'was refused'}`)
      if (isIn && solution.name === ourSolution && step.how !== 'stage') installed = solution
      if (isIn && solution.patchOf !== undefined) isPatched = true
    }
  }
  return { installed, isPatched, words }
}

function wordOf({ name, isManaged, patchOf, publisher }: HandMade, how: Way): string {
  if (how === 'stage') return 'a pending upgrade'
  if (patchOf !== undefined) return 'a patch'
  if (name === ourSolution) return isManaged === true ? 'a version of ours' : 'ours, unmanaged'
  if (isManaged !== true) return 'work by hand'
  return publisher === 'handpublisher' ? 'another solution of our publisher' : 'a solution of another publisher'
}

/** A solution that adds to a table needs the table: without it nobody could have made the file, and the service would refuse it. */
export async function onWhatIsThere(organisation: Organisation, solution: HandMade): Promise<HandMade> {
  const [definitions, choice] = await Promise.all([
    organisation.call(
      'GET',
      `EntityDefinitions?$select=LogicalName&$filter=${tables.map((table) => `LogicalName eq '${table}'`).join(' or ')}`,
    ),
    organisation.call('GET', `GlobalOptionSetDefinitions(Name='${choiceName}')?$select=Name`),
  ])
  const said = solution.tables ?? []
  const present = new Set([
    ...rowsOf(definitions).map((one) => String(one['LogicalName'])),
    ...said.filter((table) => table.isWhole !== false).map(({ name }) => name),
  ])
  const overPresent = <T extends { readonly tables: readonly string[] }>(one: T): T => ({
    ...one,
    tables: one.tables.filter((name) => present.has(name)),
  })
  const hasChoice = choice.status === 200 || (solution.choices ?? []).length > 0
  return {
    ...solution,
    tables: said.filter(({ name }) => present.has(name)).map((table) => (hasChoice ? table : withoutChoice(table))),
    lookups: (solution.lookups ?? []).filter(({ from, to }) => present.has(from) && present.has(to)),
    ...(solution.roles === undefined ? {} : { roles: solution.roles.map(overPresent) }),
    ...(solution.apps === undefined ? {} : { apps: solution.apps.map(overPresent) }),
    ...(solution.siteMaps === undefined ? {} : { siteMaps: solution.siteMaps.map(overPresent) }),
    ...(solution.canvasApps === undefined ? {} : { canvasApps: solution.canvasApps.map(overPresent) }),
  }
}

function withoutChoice(table: HandMadeTable): HandMadeTable {
  return { ...table, columns: (table.columns ?? []).filter((column) => column.choice === undefined) }
}

/** The completed operation of an import in one of the ways. */
export async function bringIn(organisation: Organisation, solution: HandMade, how: Way): Promise<Record<string, unknown>> {
  const zip = await handMade(solution)
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(zip).toString('base64'),
    ImportJobId: crypto.randomUUID(),
    ...(how === 'stage' ? { HoldingSolution: true } : {}),
  }
  return ask(organisation, how === 'upgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync', body)
}

/** The completed operation in which a staged upgrade takes its place. */
export function applyUpgrade(organisation: Organisation, solution: string): Promise<Record<string, unknown>> {
  return ask(organisation, 'DeleteAndPromoteAsync', { UniqueName: solution })
}

async function ask(organisation: Organisation, message: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const started = await organisation.call('POST', message, { body })
  if (started.status !== 200) return { statuscode: 31, message: started.text }
  return follow(organisation, String(started.json['AsyncOperationId']))
}

/** Looks often: environments of this proof do their work at many times the usual speed. */
async function follow(organisation: Organisation, id: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 240_000
  for (;;) {
    const { json } = await organisation.call('GET', `asyncoperations(${id})`)
    if (json['statecode'] === 3) return json
    if (Date.now() > deadline) throw new Error(`The operation ${id} did not end: ${JSON.stringify(json)}`)
    await wait(2)
  }
}

async function addData(organisation: Organisation, { rows, assignsRole, switchesFlow }: DataStep): Promise<void> {
  const sight = await look(organisation)
  const ids: Record<string, string> = {}
  for (const [at, row] of rows.entries()) {
    const body = bodyOf(row, { at, sight, ids })
    if (body === undefined) continue
    const answer = await organisation.call('POST', `${row.table}s`, { body, headers: { prefer: 'return=representation' } })
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`)
    ids[row.table] = String(answer.json[`${row.table}id`])
  }
  if (assignsRole && sight.role !== undefined) await assignRole(organisation)
  if (switchesFlow !== undefined && sight.flow !== undefined) await switchFlow(organisation, switchesFlow)
}

export async function switchFlow(organisation: Organisation, to: FlowIs): Promise<void> {
  const body = to === 'on' ? { statecode: 1, statuscode: 2 } : { statecode: 0, statuscode: 1 }
  const answer = await organisation.call('PATCH', `workflows(${flowId})`, { body })
  if (answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`)
}

interface Adding {
  readonly at: number
  readonly sight: Sight
  /** Table → a row of it that is there already. */
  readonly ids: Readonly<Record<string, string>>
}

function bodyOf(row: Row, { at, sight, ids }: Adding): Record<string, unknown> | undefined {
  const table = sight.tables[row.table]
  if (table === undefined) return undefined
  const present = row.columns.filter((column) => table.columns[column] !== undefined)
  const [lookup, other] = [lookupColumns[row.table], otherTable[row.table]]
  const option = sight.choice?.[0]?.split(' ')[0]
  const isSized = row.isSized && table.columns[sizeColumn] !== undefined && option !== undefined
  const isLinked = row.isLinked && table.columns[lookup] !== undefined && ids[other] !== undefined
  return {
    hand_name: `row ${at}`,
    ...Object.fromEntries(present.map((column) => [column, `${column} ${at}`])),
    ...(isSized ? { [sizeColumn]: Number(option) } : {}),
    ...(isLinked ? { [`${lookup}@odata.bind`]: `/${other}s(${ids[other]})` } : {}),
  }
}

async function assignRole(organisation: Organisation): Promise<void> {
  const me = await organisation.call('GET', 'WhoAmI')
  const body = { '@odata.id': `${organisation.url}/api/data/v9.2/roles(${roleId})` }
  const path = `systemusers(${String(me.json['UserId'])})/systemuserroles_association/$ref`
  const answer = await organisation.call('POST', path, { body })
  if (answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`)
}
