import { z } from 'zod'
import type { MaskingColumn, MaskingTable } from '#domain/data'
import { errorCode } from '#domain/kernel'
import type { DataTables } from '#engine/ports'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { parseJson } from '../token.ts'
import { fetchTable, pairsRequest, parsePairs } from './definitions.ts'

const label = z.object({ Value: z.string().nullish() }).nullish()
const tableReply = z.object({ LogicalName: z.string(), PrimaryIdAttribute: z.string().nullish(), IsIntersect: z.boolean().nullish() })
const columnsReply = z.object({
  value: z.array(
    z.object({
      LogicalName: z.string(),
      AttributeType: z.string().nullish(),
      AttributeTypeName: label,
      AttributeOf: z.string().nullish(),
      FormatName: label,
      Format: z.string().nullish(),
      MaxLength: z.number().nullish(),
      MinValue: z.unknown().optional(),
      MaxValue: z.unknown().optional(),
      Precision: z.number().nullish(),
      IsPrimaryId: z.boolean().nullish(),
      IsPrimaryName: z.boolean().nullish(),
      IsValidForCreate: z.boolean().nullish(),
      IsValidForRead: z.boolean().nullish(),
      RequiredLevel: label,
    }),
  ),
})
const keysReply = z.object({ value: z.array(z.object({ KeyAttributes: z.array(z.string()).nullish() })) })
const lookupsReply = z.object({ value: z.array(z.object({ ReferencingAttribute: z.string(), ReferencedEntity: z.string() })) })
const namesReply = z.object({
  LogicalName: z.string(),
  IsIntersect: z.boolean().nullish(),
})

/** Tables of the platform that hold people (release-facts §9), besides those of solutions. */
const usual = ['account', 'contact', 'lead', 'opportunity', 'incident', 'annotation', 'email', 'phonecall', 'appointment', 'task', 'letter']

const requestsATable = 4
/** So many tables are asked for in one batch: their definitions are long. */
const tablesInBatch = 10

/** What the tables of an environment consist of, as far as their data has to be known. */
export function createDataTables(client: DataverseClient): DataTables {
  return {
    fetchMaskingTables: (tables) => fetchMaskingTables(client, tables),
    listDataTables: () => listDataTables(client),
    async listJoins(tables) {
      const [answer] = await sendBatch(client, 'ReadBatch', [pairsRequest])
      const joins = parsePairs(answer).filter(({ first, second }) => tables.includes(first.table) && tables.includes(second.table))
      return [...new Set(joins.map(({ intersect }) => intersect))].sort()
    },
    fetchFile: (of) => fetchFile(client, of),
  }
}

/**
 * Attributes are asked for without a selection: only then does each come with the members of its own kind, in one request (unverified for the
 * service, which is documented to give them by casts, one request a kind).
 */
async function fetchMaskingTables(client: DataverseClient, tables: readonly string[]): Promise<readonly MaskingTable[]> {
  const found: MaskingTable[] = []
  for (let at = 0; at < tables.length; at += tablesInBatch) {
    const some = tables.slice(at, at + tablesInBatch)
    const answers = await sendBatch(client, 'ReadBatch', some.flatMap(requestsFor))
    for (const index of some.keys()) {
      const table = readTable(answers.slice(index * requestsATable, (index + 1) * requestsATable))
      if (table !== undefined) found.push(table)
    }
  }
  return found
}

function requestsFor(table: string): readonly BatchRequest[] {
  const path = `EntityDefinitions(LogicalName='${encodeURIComponent(table.replaceAll("'", "''"))}')`
  return [
    { method: 'GET', path: `${path}?$select=LogicalName,PrimaryIdAttribute,IsIntersect` },
    { method: 'GET', path: `${path}/Attributes` },
    { method: 'GET', path: `${path}/Keys?$select=KeyAttributes` },
    { method: 'GET', path: `${path}/ManyToOneRelationships?$select=ReferencingAttribute,ReferencedEntity` },
  ]
}

function readTable([entity, attributes, keys, lookups]: readonly BatchAnswer[]): MaskingTable | undefined {
  const known = parse(entity, tableReply)
  const columns = parse(attributes, columnsReply)
  if (known === undefined || columns === undefined) return undefined
  const targets: Record<string, string[]> = {}
  for (const { ReferencingAttribute, ReferencedEntity } of parse(lookups, lookupsReply)?.value ?? [])
    (targets[ReferencingAttribute] ??= []).push(ReferencedEntity)
  return {
    table: known.LogicalName,
    primaryId: known.PrimaryIdAttribute || `${known.LogicalName}id`,
    isIntersect: known.IsIntersect === true,
    columns: columns.value.filter((each) => each.IsValidForRead !== false && !each.AttributeOf).map(readColumn),
    keys: (parse(keys, keysReply)?.value ?? []).map(({ KeyAttributes }) => KeyAttributes ?? []),
    targets,
  }
}

type ColumnReply = z.output<typeof columnsReply>['value'][number]

function readColumn(reply: ColumnReply): MaskingColumn {
  return {
    name: reply.LogicalName,
    type: reply.AttributeTypeName?.Value?.replace(/Type$/, '') ?? reply.AttributeType ?? 'String',
    format: reply.FormatName?.Value ?? reply.Format ?? undefined,
    maxLength: reply.MaxLength ?? undefined,
    minValue: numberOf(reply.MinValue),
    maxValue: numberOf(reply.MaxValue),
    precision: reply.Precision ?? undefined,
    isPrimaryId: reply.IsPrimaryId === true,
    isPrimaryName: reply.IsPrimaryName === true,
    isRequired: reply.RequiredLevel?.Value === 'SystemRequired',
    isWritable: reply.IsValidForCreate !== false,
  }
}

/** Limits of dates are texts and are not needed. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

async function listDataTables(client: DataverseClient): Promise<readonly string[]> {
  const filter = ['IsCustomEntity eq true', ...usual.map((name) => `LogicalName eq '${name}'`)].join(' or ')
  const rows = await client.list(
    'ReadRows',
    `EntityDefinitions?$select=LogicalName,IsIntersect&$filter=${encodeURIComponent(filter)}`,
    namesReply,
  )
  return rows
    .filter(({ IsIntersect }) => IsIntersect !== true)
    .map(({ LogicalName }) => LogicalName)
    .sort()
}

async function fetchFile(
  client: DataverseClient,
  { table, column, id }: { readonly table: string; readonly column: string; readonly id: string },
): Promise<Uint8Array | undefined> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) return undefined
  try {
    return await client.callBytes({
      operation: 'ReadRows',
      path: `${definition.setName}(${id})/${column}/$value`,
      headers: { Accept: '*/*' },
      isLong: true,
    })
  } catch (error) {
    // Nothing in it, or an environment that gives none: the scan says that it could not look there.
    if (['dataverse.not-found', 'dataverse.refused', 'dataverse.failed'].includes(errorCode(error))) return undefined
    throw error
  }
}

function parse<T>(answer: BatchAnswer | undefined, schema: z.ZodType<T>): T | undefined {
  if (answer === undefined || answer.status !== 200) return undefined
  const parsed = schema.safeParse(parseJson(answer.text))
  return parsed.success ? parsed.data : undefined
}
