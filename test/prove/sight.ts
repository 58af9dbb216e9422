import type { Answer, Organisation } from '../conformance/organisation.ts'
import type { FlowIs, TableName } from './scene.ts'
import {
  appName,
  canvasName,
  choiceName,
  columns,
  flowId,
  formIds,
  lookupColumns,
  mapName,
  roleId,
  sizeColumn,
  tables,
  viewIds,
} from './scene.ts'

/** What anybody sees of an environment, read in other ways than the product reads it. */
export interface Sight {
  readonly tables: Readonly<Partial<Record<TableName, TableSight>>>
  /** `value label` of each option; undefined without the choice. */
  readonly choice: readonly string[] | undefined
  readonly role: { readonly name: string; readonly holders: number } | undefined
  /** What its step says. */
  readonly flow: string | undefined
  readonly flowIs: FlowIs | undefined
  /** Its title. */
  readonly app: string | undefined
  readonly canvas: string | undefined
  /** `subarea page`, or `subarea table`, of each subarea. */
  readonly map: readonly string[] | undefined
}

export interface TableSight {
  readonly label: string
  /** Text column → maximum length as it is in effect; of other columns that they are there. */
  readonly columns: Readonly<Record<string, number | true>>
  /** Columns that the form shows; undefined without the form. */
  readonly form: readonly string[] | undefined
  /** Its name and the columns that it shows. */
  readonly view: readonly string[] | undefined
  readonly rows: number
  /** Column → values that are there. */
  readonly values: Readonly<Record<string, number>>
}

export async function look(organisation: Organisation): Promise<Sight> {
  const [seen, choice, role, flow, app, canvas, map] = await Promise.all([
    Promise.all(tables.map(async (table) => [table, await lookAtTable(organisation, table)] as const)),
    lookAtChoice(organisation),
    lookAtRole(organisation),
    lookAtFlow(organisation),
    lookAtApp(organisation),
    lookAtCanvasApp(organisation),
    lookAtSiteMap(organisation),
  ])
  const inTables = Object.fromEntries(seen.flatMap(([table, sight]) => (sight === undefined ? [] : [[table, sight]])))
  return { tables: inTables, choice, role, ...flow, app, canvas, map }
}

async function lookAtFlow(organisation: Organisation): Promise<Pick<Sight, 'flow' | 'flowIs'>> {
  const { status, json } = await organisation.call('GET', `workflows(${flowId})?$select=clientdata,statecode`)
  if (status !== 200) return { flow: undefined, flowIs: undefined }
  return { flow: /"inputs":"([^"]*)"/.exec(String(json['clientdata']))?.[1], flowIs: json['statecode'] === 1 ? 'on' : 'off' }
}

async function lookAtCanvasApp(organisation: Organisation): Promise<string | undefined> {
  const [app] = listOf(await organisation.call('GET', `canvasapps?$select=displayname&$filter=name eq '${canvasName}'`))
  return app === undefined ? undefined : String(app['displayname'])
}

async function lookAtSiteMap(organisation: Organisation): Promise<Sight['map']> {
  const [map] = listOf(await organisation.call('GET', `sitemaps?$select=sitemapxml&$filter=sitemapnameunique eq '${mapName}'`))
  return map === undefined ? undefined : subareasIn(String(map['sitemapxml']))
}

function subareasIn(xml: string): readonly string[] {
  return [...xml.matchAll(/<SubArea Id="([^"]+)" (?:Url|Entity)="([^"]+)"/g)].map(([, id, page]) => `${id} ${page}`).sort()
}

async function lookAtApp(organisation: Organisation): Promise<string | undefined> {
  const [app] = listOf(await organisation.call('GET', `appmodules?$select=name&$filter=uniquename eq '${appName}'`))
  return app === undefined ? undefined : String(app['name'])
}

async function lookAtTable(organisation: Organisation, table: TableName): Promise<TableSight | undefined> {
  const path = `EntityDefinitions(LogicalName='${table}')`
  const definition = await organisation.call('GET', `${path}?$select=DisplayName`)
  if (definition.status === 404) return undefined
  const [texts, all, rows, form, view] = await Promise.all([
    organisation.call('GET', `${path}/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=LogicalName,MaxLength`),
    organisation.call('GET', `${path}/Attributes?$select=LogicalName`),
    organisation.call('GET', `${table}s`),
    organisation.call('GET', `systemforms(${formIds[table]})?$select=formxml`),
    organisation.call('GET', `savedqueries(${viewIds[table]})?$select=name,layoutxml`),
  ])
  const lengths = new Map(listOf(texts).map((one) => [String(one['LogicalName']), Number(one['MaxLength'])]))
  const others = [sizeColumn, lookupColumns[table]].filter((name) => listOf(all).some((one) => one['LogicalName'] === name))
  const texted = columns.filter((column) => lengths.has(column))
  const present = [...texted, ...others]
  return {
    label: labelOf(definition.json['DisplayName']),
    columns: Object.fromEntries(present.map((column) => [column, lengths.get(column) ?? true])),
    form: form.status === 200 ? namesIn(form.json['formxml'], /datafieldname="([^"]+)"/g) : undefined,
    view: view.status === 200 ? [String(view.json['name']), ...namesIn(view.json['layoutxml'], /<cell name="([^"]+)"/g)] : undefined,
    rows: listOf(rows).length,
    values: Object.fromEntries(present.map((column) => [column, countValues(listOf(rows), column)])),
  }
}

function countValues(rows: readonly Record<string, unknown>[], column: string): number {
  return rows.filter((row) => (row[column] ?? row[`_${column}_value`]) != null).length
}

function namesIn(xml: unknown, pattern: RegExp): readonly string[] {
  return [...String(xml).matchAll(pattern)].map(([, name]) => name ?? '').sort()
}

async function lookAtChoice(organisation: Organisation): Promise<Sight['choice']> {
  const answer = await organisation.call(
    'GET',
    `GlobalOptionSetDefinitions(Name='${choiceName}')/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=Options`,
  )
  if (answer.status !== 200) return undefined
  // The definition of a choice has its options with labels in this shape.
  const options = answer.json['Options'] as readonly { Value: number; Label: unknown }[]
  return options.map((option) => `${option.Value} ${labelOf(option.Label)}`).sort()
}

async function lookAtRole(organisation: Organisation): Promise<Sight['role']> {
  const answer = await organisation.call('GET', `roles(${roleId})?$select=name`)
  if (answer.status !== 200) return undefined
  const holders = listOf(await organisation.call('GET', `systemuserrolescollection?$filter=roleid eq ${roleId}`))
  return { name: String(answer.json['name']), holders: holders.length }
}

/** Labels of definitions have this shape. */
function labelOf(value: unknown): string {
  return (value as { readonly UserLocalizedLabel: { readonly Label: string } }).UserLocalizedLabel.Label
}

function listOf(answer: Answer): readonly Record<string, unknown>[] {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  // Lists of the Web API have their rows there.
  return answer.json['value'] as readonly Record<string, unknown>[]
}
