import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, Organisation } from '../conformance/organisation.ts'
import type { FlowState, TableName } from './sequence.ts'
import { tables } from './sequence.ts'

export const flowOfOurs = '5b1c5c1e-0000-4000-8000-0000000000f1'
export const feeOfOurs = 'hand_Fee'

/** What production holds, read in other ways than the product reads it. */
export interface ProductionSight {
  /** Version of our solution; undefined where it is not installed. */
  readonly version: string | undefined
  /** Table → text column → maximum length in effect. */
  readonly lengths: Readonly<Partial<Record<TableName, Readonly<Record<string, number>>>>>
  /** `table id` → column → value. */
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** What the flow of ours says and its state; undefined where there is none. */
  readonly flow: { readonly says: string; readonly state: FlowState } | undefined
  /** Value of the environment variable of ours; undefined where there is no such variable. */
  readonly fee: string | undefined
  /** Import jobs and uninstallations that were begun here. */
  readonly jobs: number
}

export async function lookAtProduction(organisation: Organisation, solution: string): Promise<ProductionSight> {
  await settle(organisation)
  const [installed, imports, uninstalls, flow, fee, ...seen] = await Promise.all([
    organisation.call('GET', `solutions?$filter=uniquename eq '${solution}'&$select=version`),
    organisation.call('GET', 'importjobs?$select=importjobid'),
    organisation.call('GET', `asyncoperations?$filter=messagename eq 'UninstallSolutionAsync'&$select=name`),
    lookAtFlow(organisation),
    lookAtFee(organisation),
    ...tables.map((table) => lookAtTable(organisation, table)),
  ])
  const version = listOf(installed)[0]?.['version']
  return {
    version: version === undefined ? undefined : String(version),
    lengths: Object.fromEntries(seen.flatMap((one) => (one === undefined ? [] : [[one.table, one.lengths]]))),
    ...{ flow, fee },
    rows: new Map(seen.flatMap((one) => one?.rows ?? [])),
    jobs: listOf(imports).length + listOf(uninstalls).length,
  }
}

async function lookAtFlow(organisation: Organisation): Promise<ProductionSight['flow']> {
  const [flow] = listOf(await organisation.call('GET', `workflows?$filter=workflowid eq ${flowOfOurs}&$select=statecode,clientdata`))
  if (flow === undefined) return undefined
  return { says: /"inputs":"(\w+)"/.exec(String(flow['clientdata']))?.[1] ?? '', state: flow['statecode'] === 1 ? 'on' : 'off' }
}

async function lookAtFee(organisation: Organisation): Promise<string | undefined> {
  const values = 'environmentvariabledefinition_environmentvariablevalue($select=value)'
  const path = `environmentvariabledefinitions?$filter=schemaname eq '${feeOfOurs}'&$select=schemaname&$expand=${values}`
  const [variable] = listOf(await organisation.call('GET', path))
  // What is expanded is a list of rows.
  const [value] = (variable?.['environmentvariabledefinition_environmentvariablevalue'] ?? []) as readonly Record<string, unknown>[]
  return variable && String(value?.['value'] ?? '')
}

/** What a worker sent before it broke goes on without it. */
async function settle(organisation: Organisation): Promise<void> {
  const deadline = Date.now() + 240_000
  while (listOf(await organisation.call('GET', 'asyncoperations?$filter=statecode ne 3&$select=name')).length > 0) {
    if (Date.now() > deadline) throw new Error('work in production does not end')
    await wait(5)
  }
}

interface TableSight {
  readonly table: TableName
  readonly lengths: Readonly<Record<string, number>>
  readonly rows: readonly (readonly [string, Readonly<Record<string, string>>])[]
}

async function lookAtTable(organisation: Organisation, table: TableName): Promise<TableSight | undefined> {
  const path = `EntityDefinitions(LogicalName='${table}')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata`
  const texts = await organisation.call('GET', `${path}?$select=LogicalName,MaxLength`)
  if (texts.status === 404) return undefined
  const ours = listOf(texts).filter((one) => String(one['LogicalName']).startsWith('hand_'))
  const lengths = Object.fromEntries(ours.map((one) => [String(one['LogicalName']), Number(one['MaxLength'])]))
  const rows = listOf(await organisation.call('GET', `${table}s`)).map((row) => {
    const values = Object.keys(lengths).flatMap((column) => (row[column] == null ? [] : [[column, String(row[column])]]))
    return [`${table} ${String(row[`${table}id`])}`, Object.fromEntries(values) as Record<string, string>] as const
  })
  return { table, lengths, rows }
}

function listOf(answer: Answer): readonly Record<string, unknown>[] {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  // Lists of the Web API have their rows there.
  return answer.json['value'] as readonly Record<string, unknown>[]
}
