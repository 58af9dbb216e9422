import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import { parseJson } from '../token.ts'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import { sendBatch } from '../batch.ts'

/** What reading and writing rows needs of a table. Names are logical. */
export interface TableDefinition {
  readonly table: string
  readonly setName: string
  readonly primaryId: string
  readonly objectTypeCode: number | undefined
  /** It only joins two others. */
  readonly isIntersect: boolean
  /** Its rows are activities, which may have parties. */
  readonly isActivity: boolean
  readonly columns: ReadonlyMap<string, ColumnDefinition>
  /** Navigation property of a lookup, by `column>target`. */
  readonly navigation: ReadonlyMap<string, string>
}

export interface ColumnDefinition {
  readonly name: string
  readonly type: string
  readonly mayCreate: boolean
  readonly mayUpdate: boolean
}

/** A many-to-many relationship. */
export interface PairDefinition {
  readonly schemaName: string
  readonly intersect: string
  readonly first: PairEnd
  readonly second: PairEnd
}

export interface PairEnd {
  readonly table: string
  /** Collection of the other end's rows, as seen from this one. */
  readonly navigation: string
  /** Column of the intersect table that holds this end's id. */
  readonly column: string
}

const entityReply = z.object({
  LogicalName: z.string(),
  EntitySetName: z.string().nullish(),
  PrimaryIdAttribute: z.string().nullish(),
  ObjectTypeCode: z.number().nullish(),
  IsIntersect: z.boolean().nullish(),
  IsActivity: z.boolean().nullish(),
})
const attributeReply = z.object({
  value: z.array(
    z.object({
      LogicalName: z.string(),
      AttributeType: z.string().nullish(),
      AttributeTypeName: z.object({ Value: z.string() }).nullish(),
      AttributeOf: z.string().nullish(),
      IsValidForCreate: z.boolean().nullish(),
      IsValidForUpdate: z.boolean().nullish(),
      IsValidForRead: z.boolean().nullish(),
    }),
  ),
})
const lookupReply = z.object({
  value: z.array(
    z.object({
      ReferencingAttribute: z.string(),
      ReferencedEntity: z.string(),
      ReferencingEntityNavigationPropertyName: z.string().nullish(),
    }),
  ),
})
const pairReply = z.object({
  value: z.array(
    z.object({
      SchemaName: z.string(),
      IntersectEntityName: z.string(),
      Entity1LogicalName: z.string(),
      Entity2LogicalName: z.string(),
      Entity1NavigationPropertyName: z.string().nullish(),
      Entity2NavigationPropertyName: z.string().nullish(),
      Entity1IntersectAttribute: z.string().nullish(),
      Entity2IntersectAttribute: z.string().nullish(),
    }),
  ),
})

/** Sets of owners, the same everywhere: also where the identity may not read their definitions. */
const peopleSets = [
  ['systemuser', 'systemusers'],
  ['team', 'teams'],
] as const

/** Lookups whose navigation property is always named as the column, and that no relationship lists everywhere. */
const owners = [
  ['ownerid>systemuser', 'ownerid'],
  ['ownerid>team', 'ownerid'],
] as const

/** The definitions of a table, in one request; undefined when the environment has no such table. */
export async function fetchTable(client: DataverseClient, table: string): Promise<TableDefinition | undefined> {
  const [entity, attributes, lookups] = await sendBatch(client, 'ReadBatch', [
    entityRequest(table),
    { method: 'GET', path: `EntityDefinitions(LogicalName='${encodeURIComponent(table)}')/Attributes?$select=${attributeMembers}` },
    {
      method: 'GET',
      path: `EntityDefinitions(LogicalName='${encodeURIComponent(table)}')/ManyToOneRelationships?$select=${lookupMembers}`,
    },
  ])
  const known = parseEntity(entity)
  if (known === undefined) return undefined
  const columns = requireAnswer(client, table, parseAnswer(attributes, attributeReply))
    .value.filter((each) => each.IsValidForRead !== false && !each.AttributeOf)
    .map((each): [string, ColumnDefinition] => [
      each.LogicalName,
      {
        name: each.LogicalName,
        type: typeOf(each.AttributeTypeName?.Value, each.AttributeType),
        mayCreate: each.IsValidForCreate !== false,
        mayUpdate: each.IsValidForUpdate !== false,
      },
    ])
  const navigation = requireAnswer(client, table, parseAnswer(lookups, lookupReply)).value.map((each): [string, string] => [
    `${each.ReferencingAttribute}>${each.ReferencedEntity}`,
    each.ReferencingEntityNavigationPropertyName || each.ReferencingAttribute,
  ])
  return {
    ...known,
    columns: new Map(columns),
    navigation: new Map([...owners, ...navigation]),
  }
}

const attributeMembers = 'LogicalName,AttributeType,AttributeTypeName,AttributeOf,IsValidForCreate,IsValidForUpdate,IsValidForRead'
const lookupMembers = 'ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName'
const pairMembers =
  'SchemaName,IntersectEntityName,Entity1LogicalName,Entity2LogicalName,Entity1NavigationPropertyName,Entity2NavigationPropertyName,Entity1IntersectAttribute,Entity2IntersectAttribute'

/** Asks for what {@link parseEntity} reads. */
export function entityRequest(table: string): BatchRequest {
  const path = `EntityDefinitions(LogicalName='${encodeURIComponent(table)}')?$select=LogicalName,EntitySetName,PrimaryIdAttribute,ObjectTypeCode,IsIntersect,IsActivity`
  return { method: 'GET', path }
}

export function parseEntity(
  answer: BatchAnswer | undefined,
): Pick<TableDefinition, 'table' | 'setName' | 'primaryId' | 'objectTypeCode' | 'isIntersect' | 'isActivity'> | undefined {
  const known = parseAnswer(answer, entityReply)
  if (known === undefined || !known.EntitySetName) return undefined
  return {
    table: known.LogicalName,
    setName: known.EntitySetName,
    primaryId: known.PrimaryIdAttribute || `${known.LogicalName}id`,
    objectTypeCode: known.ObjectTypeCode ?? undefined,
    isIntersect: known.IsIntersect === true,
    isActivity: known.IsActivity === true,
  }
}

/** All many-to-many relationships, in one request: they cannot be asked for by the table that joins them in any shorter way. */
export const pairsRequest: BatchRequest = {
  method: 'GET',
  path: `RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata?$select=${pairMembers}`,
}

export function parsePairs(answer: BatchAnswer | undefined): readonly PairDefinition[] {
  return (parseAnswer(answer, pairReply)?.value ?? []).map((each) => ({
    schemaName: each.SchemaName,
    intersect: each.IntersectEntityName,
    first: {
      table: each.Entity1LogicalName,
      navigation: each.Entity1NavigationPropertyName || each.SchemaName,
      column: each.Entity1IntersectAttribute || `${each.Entity1LogicalName}id`,
    },
    second: {
      table: each.Entity2LogicalName,
      navigation: each.Entity2NavigationPropertyName || each.SchemaName,
      column: each.Entity2IntersectAttribute || `${each.Entity2LogicalName}id`,
    },
  }))
}

/** All many-to-many relationships of an environment. What cannot be read must not pass for an environment without any. */
export async function fetchPairs(client: DataverseClient): Promise<readonly PairDefinition[]> {
  const [answer] = await sendBatch(client, 'ReadBatch', [pairsRequest])
  if (parseAnswer(answer, pairReply) !== undefined) return parsePairs(answer)
  throw new DroverError('dataverse.unexpected', `${client.environment.name} does not tell which tables are joined to others.`, {
    hint: 'Give the application user the right to read customizations (System Administrator or System Customizer).',
  })
}

/** The relationship whose rows a table holds; undefined for a table of its own. */
export async function findPair(
  client: DataverseClient,
  table: string,
  definition: TableDefinition | undefined,
): Promise<PairDefinition | undefined> {
  if (definition !== undefined && !definition.isIntersect) return undefined
  const [answer] = await sendBatch(client, 'ReadBatch', [pairsRequest])
  return parsePairs(answer).find(({ intersect }) => intersect === table)
}

/** Whether the environment says of one of these tables that it is not there; of one that cannot be read it says something else. */
export async function isOneAbsent(client: DataverseClient, tables: readonly string[]): Promise<boolean> {
  const answers = await sendBatch(client, 'ReadBatch', tables.map(entityRequest))
  return answers.some(({ status }) => status === 404)
}

/** The set of each of these tables, in one request; those that are not there are left out. */
export async function fetchSets(client: DataverseClient, tables: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const answers = await sendBatch(client, 'ReadBatch', tables.map(entityRequest))
  return new Map([
    ...peopleSets,
    ...tables.flatMap((table, at): [string, string][] => {
      const set = parseEntity(answers[at])?.setName
      return set === undefined ? [] : [[table, set]]
    }),
  ])
}

/** Columns that cannot be read must not pass for a table without any. */
function requireAnswer<T>(client: DataverseClient, table: string, answer: T | undefined): T {
  if (answer !== undefined) return answer
  throw new DroverError('dataverse.unexpected', `${client.environment.name} does not tell which columns table ${table} has.`, {
    hint: 'Give the application user the right to read customizations (System Administrator or System Customizer).',
  })
}

/** The column type without the suffix, for example Lookup, File, MultiSelectPicklist. */
function typeOf(typeName: string | undefined, type: string | null | undefined): string {
  return typeName === undefined ? (type ?? 'String') : typeName.replace(/Type$/, '')
}

function parseAnswer<T>(answer: BatchAnswer | undefined, schema: z.ZodType<T>): T | undefined {
  if (answer === undefined || answer.status !== 200) return undefined
  const parsed = schema.safeParse(parseJson(answer.text))
  return parsed.success ? parsed.data : undefined
}
