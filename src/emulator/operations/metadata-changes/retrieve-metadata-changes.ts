import { listDeletedDefinitions } from '../../kinds/data-definitions.ts'
import { notSupported, syntaxError } from '../../odata/refuse.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import type { Operation } from '../operation.ts'
import { changedTables } from './changed-tables.ts'
import { parseMetadataQuery } from './metadata-query.ts'
import type { Point } from './version-stamp.ts'
import { readStamp, stampOf, timelineOf } from './version-stamp.ts'

/** Definitions of tables by a query, and what changed and went since an earlier answer (Microsoft: Query schema definitions, Cache schema data). */
export const retrieveMetadataChanges: Operation = {
  name: 'RetrieveMetadataChanges',
  kind: 'function',
  parameters: {
    Query: { type: 'complex', required: false },
    DeletedMetadataFilters: { type: 'string', required: false },
    ClientVersionStamp: { type: 'string', required: false },
    AppModuleId: { type: 'guid', required: false },
    RetrieveAllSettings: { type: 'boolean', required: false },
  },
  async run(ctx, params) {
    if (params['AppModuleId'] !== undefined) throw notSupported('AppModuleId of RetrieveMetadataChanges')
    // Documented as for internal use: what it adds is not known.
    if (params['RetrieveAllSettings'] === true) throw notSupported('RetrieveAllSettings of RetrieveMetadataChanges')
    const query = parseMetadataQuery(params['Query'])
    const filters = filtersOf(params['DeletedMetadataFilters'])
    const now = ctx.now()
    const timeline = await timelineOf(ctx.env)
    return ctx.env.read((tx) => {
      const text = params['ClientVersionStamp']
      const since = text === undefined ? undefined : readStamp(tx, String(text), { timeline, now })
      return {
        status: 200,
        body: {
          ServerVersionStamp: stampOf(tx, timeline, now),
          DeletedMetadata: deletedSince(tx, filters, since),
          EntityMetadata: changedTables(tx, query, since),
        },
      }
    })
  },
}

/** Members of the enumeration, with the kinds that they stand for. Labels have no definitions of their own here, so none is ever deleted. */
const filterKinds: Readonly<Record<string, readonly string[]>> = {
  Default: ['Entity'],
  Attribute: ['Attribute'],
  Relationship: ['EntityRelationship'],
  Label: [],
  OptionSet: ['OptionSet'],
}

/** Several are joined by commas; undefined when nothing deleted is asked for. */
function filtersOf(text: unknown): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = String(text)
    .split(',')
    .map((name) => name.trim())
  const unknown = names.find((name) => name !== 'All' && !(name in filterKinds))
  if (unknown !== undefined)
    throw syntaxError(`'${unknown}' is no member of the enumeration 'Microsoft.Dynamics.CRM.DeletedMetadataFilters'.`)
  return names.includes('All') ? Object.keys(filterKinds) : names
}

/** Ids of what was deleted, whatever the query names; nothing without a stamp and a filter. */
function deletedSince(tx: ReadTransaction, filters: readonly string[] | undefined, since: Point | undefined): Row {
  const gone = since === undefined || since.isCurrent || filters === undefined ? [] : listDeletedDefinitions(tx, since.version)
  const found = (filters ?? []).flatMap((name) => {
    const ids = gone.filter(({ kind }) => filterKinds[name]?.includes(kind) === true).map(({ id }) => id)
    return ids.length === 0 ? [] : [{ name, ids }]
  })
  return { Count: found.length, IsReadOnly: false, Keys: found.map(({ name }) => name), Values: found.map(({ ids }) => ({ Items: ids })) }
}
