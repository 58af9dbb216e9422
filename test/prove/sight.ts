import type { Organisation } from '../conformance/organisation.ts'
import type { ColumnName, TableName } from './scene.ts'
import { columns, formIds, lookupColumn, tables } from './scene.ts'

/** What anybody sees of an environment, read in other ways than the product reads it. */
export interface Sight {
  readonly tables: Readonly<Partial<Record<TableName, TableSight>>>
  /** Labels of the choice's options by value; undefined without the choice. */
  readonly choice: Readonly<Record<string, string>> | undefined
}

export interface TableSight {
  /** Column → maximum length as it is in effect. */
  readonly columns: Readonly<Partial<Record<ColumnName, number>>>
  readonly hasLookup: boolean
  readonly hasForm: boolean
  readonly rows: number
  /** Column → values that are there. */
  readonly values: Readonly<Partial<Record<ColumnName, number>>>
}

export async function look(organisation: Organisation): Promise<Sight> {
  const seen = await Promise.all(tables.map(async (table) => [table, await lookAtTable(organisation, table)] as const))
  return {
    tables: Object.fromEntries(seen.flatMap(([table, sight]) => (sight === undefined ? [] : [[table, sight]]))),
    choice: await lookAtChoice(organisation),
  }
}

async function lookAtTable(organisation: Organisation, table: TableName): Promise<TableSight | undefined> {
  const definition = `EntityDefinitions(LogicalName='${table}')`
  const texts = await organisation.call(
    'GET',
    `${definition}/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=LogicalName,MaxLength`,
  )
  if (texts.status === 404) return undefined
  const lengths = Object.fromEntries(listOf(texts).map((one) => [String(one['LogicalName']), Number(one['MaxLength'])]))
  const lookups = await organisation.call(
    'GET',
    `${definition}/Attributes/Microsoft.Dynamics.CRM.LookupAttributeMetadata?$select=LogicalName`,
  )
  const rows = listOf(await organisation.call('GET', `${table}s`))
  const own = columns.filter((column) => lengths[column] !== undefined)
  return {
    columns: Object.fromEntries(own.map((column) => [column, lengths[column]])),
    hasLookup: listOf(lookups).some((one) => one['LogicalName'] === lookupColumn),
    hasForm: (await organisation.call('GET', `systemforms(${formIds[table]})?$select=formid`)).status === 200,
    rows: rows.length,
    values: Object.fromEntries(own.map((column) => [column, rows.filter((row) => row[column] != null).length])),
  }
}

async function lookAtChoice(organisation: Organisation): Promise<Sight['choice']> {
  const answer = await organisation.call(
    'GET',
    "GlobalOptionSetDefinitions(Name='hand_size')/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=Options",
  )
  if (answer.status !== 200) return undefined
  // The definition of a choice has its options with labels in this shape.
  const options = answer.json['Options'] as readonly { Value: number; Label: { UserLocalizedLabel: { Label: string } } }[]
  return Object.fromEntries(options.map((option) => [String(option.Value), option.Label.UserLocalizedLabel.Label]))
}

function listOf(answer: {
  readonly status: number
  readonly text: string
  readonly json: Record<string, unknown>
}): readonly Record<string, unknown>[] {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  // Lists of the Web API have their rows there.
  return answer.json['value'] as readonly Record<string, unknown>[]
}
