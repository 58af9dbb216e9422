import { z } from 'zod'
import type { ConfigurationColumn, ConfigurationTable, DataSort } from '#domain/data'
import { carriedColumns, sortOf } from '#domain/data'
import { DroverError } from '#domain/kernel'
import type { DataTableShape } from '#engine/ports'
import type { BatchAnswer } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { fetchSets, fetchTable, parsePairs } from '../rows/definitions.ts'
import type { PairDefinition, TableDefinition } from '../rows/definitions.ts'
import { parseJson } from '../token.ts'

export type DataTable = Omit<ConfigurationTable, 'rows'>

/** A table of the package as one environment has it. */
export interface PlacedTable {
  readonly definition: TableDefinition
  /** Of the package's columns those that the environment has, with what they are to us. */
  readonly columns: readonly { readonly name: string; readonly sort: DataSort; readonly isDateOnly: boolean }[]
  readonly pairs: readonly PairDefinition[]
  /** Set of each table that its lookups and relationships may point to. */
  readonly sets: ReadonlyMap<string, string>
}

const dateReply = z.object({
  value: z.array(
    z.object({ LogicalName: z.string(), Format: z.string().nullish(), DateTimeBehavior: z.object({ Value: z.string() }).nullish() }),
  ),
})
const cascadeReply = z.object({
  value: z.array(
    z.object({
      ReferencingEntity: z.string(),
      ReferencingAttribute: z.string(),
      CascadeConfiguration: z.object({ Delete: z.string().nullish() }).nullish(),
    }),
  ),
})

/** Throws `data.table-absent` where the environment has no such table. */
export async function placeTable(client: DataverseClient, table: DataTable): Promise<PlacedTable> {
  const definition = await fetchTable(client, table.name)
  if (definition === undefined) {
    throw new DroverError('data.table-absent', `${client.environment.name} has no table ${table.name}.`, {
      hint: 'Bring the solution that has the table first.',
    })
  }
  const there = carriedColumns(table).filter((column) => definition.columns.has(column.name))
  const hasMoments = there.some((column) => sortOf(column) === 'moment')
  const [dates, pairs] = await sendBatch(client, 'ReadBatch', [
    {
      method: 'GET',
      path: hasMoments
        ? `${entityPath(table.name)}/Attributes/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata?$select=LogicalName,Format,DateTimeBehavior`
        : 'WhoAmI()',
    },
    { method: 'GET', path: `${entityPath(table.name)}/ManyToManyRelationships` },
  ])
  const dateOnly = new Set(
    (hasMoments ? parse(dates, dateReply) : { value: [] }).value
      .filter(({ Format, DateTimeBehavior }) => DateTimeBehavior?.Value === 'DateOnly' || Format === 'DateOnly')
      .map(({ LogicalName }) => LogicalName),
  )
  const known = parsePairs(pairs)
  const others = [...definition.navigation.keys()].map((key) => key.slice(key.indexOf('>') + 1))
  const pointed = others.filter((name) => there.some((column) => pointsTo(column, name)))
  return {
    definition,
    columns: there.map((column) => ({ name: column.name, sort: sortOf(column) ?? 'text', isDateOnly: dateOnly.has(column.name) })),
    pairs: known,
    sets: await fetchSets(client, [...new Set([...pointed, ...table.links.map(({ target }) => target), table.name])]),
  }
}

/** What the package does not say may be any table. */
function pointsTo({ target, type }: ConfigurationColumn, table: string): boolean {
  if (sortOf({ type }) !== 'reference') return false
  return target === undefined || target.split('|').includes(table)
}

export async function fetchShape(client: DataverseClient, table: string): Promise<DataTableShape | undefined> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) return undefined
  const [pairs, children] = await sendBatch(client, 'ReadBatch', [
    { method: 'GET', path: `${entityPath(table)}/ManyToManyRelationships` },
    {
      method: 'GET',
      path: `${entityPath(table)}/OneToManyRelationships?$select=ReferencingEntity,ReferencingAttribute,CascadeConfiguration`,
    },
  ])
  return {
    table,
    columns: [...definition.columns.keys()],
    relationships: parsePairs(pairs).map(({ schemaName }) => schemaName),
    cascades: parse(children, cascadeReply)
      .value.filter(({ CascadeConfiguration }) => ['Cascade', 'RemoveLink'].includes(CascadeConfiguration?.Delete ?? ''))
      .map(({ ReferencingEntity, ReferencingAttribute, CascadeConfiguration }) => ({
        table: ReferencingEntity,
        column: ReferencingAttribute,
        ...(CascadeConfiguration?.Delete === 'RemoveLink' ? { isEmptied: true } : {}),
      })),
  }
}

function entityPath(table: string): string {
  return `EntityDefinitions(LogicalName='${encodeURIComponent(table)}')`
}

/** What cannot be read must not pass for something that is not there. */
function parse<T>(answer: BatchAnswer | undefined, schema: z.ZodType<T>): T {
  const parsed = answer?.status === 200 ? schema.safeParse(parseJson(answer.text)) : undefined
  if (parsed?.success === true) return parsed.data
  throw new DroverError('dataverse.unexpected', 'The definition of a table of configuration data could not be read.', {
    hint: 'Give the application user the right to read customizations (System Administrator or System Customizer).',
  })
}
