import { requirePrivilege } from '../auth/privileges.ts'
import { ODataError } from '../errors.ts'
import type { Segment } from '../odata/resource-path.ts'
import { parseKey } from '../odata/resource-path.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import { attributeMetadata, isAttributeKind } from '../tables/metadata/attribute-rows.ts'
import { choiceMetadata } from '../tables/metadata/choice-rows.ts'
import { updateColumn } from '../tables/metadata/column-updates.ts'
import { deleteDefinition } from '../tables/metadata/definition-removal.ts'
import { createChoice, createColumn, createKey, createRelationship, createTable } from '../tables/metadata/definition-writes.ts'
import { entityMetadata } from '../tables/metadata/entity-rows.ts'
import type { Json } from '../tables/metadata/json.ts'
import type { RelationKind } from '../tables/metadata/relation-rows.ts'
import { keyMetadata, relationMetadata } from '../tables/metadata/relation-rows.ts'
import type { Table, WriteContext } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { readMetadata } from './metadata-reads.ts'
import { requireRow } from './row-of-key.ts'
import type { Reply } from './reply.ts'

const prefix = 'Microsoft.Dynamics.CRM.'

/** What the metadata part of the Web API answers; undefined for every other address. */
export async function answerMetadata(call: ApiCall): Promise<Reply | undefined> {
  const [first, ...rest] = call.segments
  if (first === undefined || !(first.name in roots)) return undefined
  requirePrivilege(call.context.caller, { verb: verbs[call.method] ?? 'read', table: 'entity' })
  return roots[first.name]?.(call, first, rest)
}

const verbs: Readonly<Record<string, 'read' | 'create' | 'write' | 'delete'>> = {
  POST: 'create',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
}

type Answer = (call: ApiCall, first: Segment, rest: readonly Segment[]) => Promise<Reply>

const roots: Readonly<Record<string, Answer>> = {
  EntityDefinitions: (call, first, rest) =>
    first.inside !== undefined && rest.length > 0
      ? answerInside(call, first.inside, rest)
      : answerDefinitions(call, { table: entityMetadata, create: createTable, path: 'EntityDefinitions', segments: [first, ...rest] }),
  RelationshipDefinitions: (call, first, rest) =>
    answerDefinitions(call, {
      table: relationMetadata(castOf([first, ...rest], 'RelationshipMetadata') as RelationKind | undefined),
      create: createRelationship,
      path: 'RelationshipDefinitions',
      segments: [first, ...rest],
    }),
  GlobalOptionSetDefinitions: (call, first, rest) =>
    answerDefinitions(call, {
      table: choiceMetadata,
      create: createChoice,
      path: 'GlobalOptionSetDefinitions',
      segments: [first, ...rest],
    }),
}

interface Place {
  readonly table: Table
  readonly create: ((ctx: WriteContext, body: Json) => Promise<string>) | undefined
  readonly update?: (ctx: WriteContext, id: string, body: Json) => Promise<void>
  /** Address of the set below the service root. */
  readonly path: string
  /** The set, perhaps with a key, and what follows: a cast, a member. */
  readonly segments: readonly Segment[]
}

async function answerDefinitions(call: ApiCall, place: Place): Promise<Reply> {
  const [first, ...rest] = place.segments
  const members = rest.filter(({ name }) => !name.startsWith(prefix))
  if (members.length > 1) throw notSupported(`'${members[1]?.name ?? ''}' behind '${members[0]?.name ?? ''}'`)
  if (first?.inside === undefined) {
    if (call.method === 'GET') return readMetadata(call, place.table, { key: undefined, member: members[0]?.name })
    if (call.method === 'POST' && place.create !== undefined)
      return created(call, place, await place.create(call.context, await call.readBody()))
    throw notSupported(`${call.method} of '${place.path}'`)
  }
  const key = parseKey(first.inside)
  if (call.method === 'GET') return requireMetadata(() => readMetadata(call, place.table, { key, member: members[0]?.name }))
  const row = requireMetadata(() => call.context.env.read((tx) => requireRow(tx, place.table, key)))
  return changeDefinition(call, place, String(row['MetadataId']))
}

async function changeDefinition(call: ApiCall, place: Place, id: string): Promise<Reply> {
  if (call.method === 'DELETE') await deleteDefinition(call.context, id)
  else if (call.method === 'PUT' && place.update !== undefined) await place.update(call.context, id, await call.readBody())
  else throw notSupported(`${call.method} of one of '${place.path}'`)
  return { status: 204, headers: { 'odata-version': '4.0' } }
}

/** `EntityDefinitions(…)/Attributes…` and the other sets inside a table's definition. */
function answerInside(call: ApiCall, inside: string, rest: readonly Segment[]): Promise<Reply> {
  const entity = requireMetadata(() => call.context.env.read((tx) => requireRow(tx, entityMetadata, parseKey(inside))))
  const name = String(entity['LogicalName'])
  const set = rest[0]?.name ?? ''
  const path = `EntityDefinitions(${String(entity['MetadataId'])})/${set}`
  const sets: Readonly<Record<string, () => Omit<Place, 'path' | 'segments'>>> = {
    Attributes: () => ({
      table: attributeMetadata(name, castOf(rest, 'AttributeMetadata')),
      create: (ctx, body) => createColumn(ctx, name, body),
      update: updateColumn,
    }),
    Keys: () => ({ table: keyMetadata(name), create: (ctx, body) => createKey(ctx, name, body) }),
    OneToManyRelationships: () => related('OneToMany', (row) => row['ReferencedEntity'] === name),
    ManyToOneRelationships: () => related('OneToMany', (row) => row['ReferencingEntity'] === name),
    ManyToManyRelationships: () => related('ManyToMany', (row) => row['Entity1LogicalName'] === name || row['Entity2LogicalName'] === name),
  }
  const make = sets[set]
  if (make === undefined && rest.length === 1) return answerMember(call, entity, set)
  if (make === undefined) throw notSupported(`'${set}' of a table definition`)
  const shown = make()
  const setName = `EntityDefinitions('${name}')/${set}`
  return answerDefinitions(call, { ...shown, table: { ...shown.table, setName }, path, segments: rest })
}

async function answerMember(call: ApiCall, entity: Row, member: string): Promise<Reply> {
  if (call.method !== 'GET') throw notSupported(`${call.method} of '${member}' of a table definition`)
  return readMetadata(call, entityMetadata, { key: { kind: 'id', id: String(entity['MetadataId']) }, member })
}

function related(kind: RelationKind, isRelated: (row: Row) => boolean): Omit<Place, 'path' | 'segments'> {
  const table = relationMetadata(kind)
  return { table: { ...table, list: (tx, query) => (table.list?.(tx, query) ?? []).filter(isRelated) }, create: undefined }
}

/** The kind that a cast such as `Microsoft.Dynamics.CRM.PicklistAttributeMetadata` names; undefined without a cast. */
function castOf(segments: readonly Segment[], suffix: string): string | undefined {
  const cast = segments.find(({ name }) => name.startsWith(prefix))?.name.slice(prefix.length)
  if (cast === undefined || cast === suffix) return undefined
  const kind = cast.endsWith(suffix) ? cast.slice(0, -suffix.length) : ''
  if (suffix === 'AttributeMetadata' ? isAttributeKind(kind) : ['OneToMany', 'ManyToMany'].includes(kind)) return kind
  throw notSupported(`the cast to '${prefix}${cast}'`)
}

function created(call: ApiCall, place: Place, id: string): Reply {
  const address = `${call.serviceRoot}/${place.path}(${id})`
  return { status: 204, headers: { 'odata-version': '4.0', 'odata-entityid': address, location: address } }
}

// Metadata that is not there has a code of its own.
function requireMetadata<T>(find: () => T): T {
  try {
    return find()
  } catch (error) {
    if (error instanceof ODataError && error.status === 404)
      throw new ODataError(404, '0x80060888', 'Could not find an entity or attribute definition with the specified name or id.')
    throw error
  }
}
