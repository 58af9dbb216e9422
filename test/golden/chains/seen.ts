import type { Organisation } from '../../conformance/organisation.ts'
import { rowsOf } from '../../conformance/organisation.ts'

/** One thing that anybody can see in an environment. */
export interface Seen {
  /** `kind:key` in lower case: by its name, and by its id. */
  readonly ids: readonly string[]
  /** `entity:name` of the table that it is part of. */
  readonly table: string | undefined
  /** What of its definition shows, without what says who wrote it when. */
  readonly definition: string
  /** Rows of a table, or values in a column; undefined where nothing can be counted. */
  readonly data: number | undefined
}

/** All of it, by its first id: read otherwise than the product reads, so that the two can be compared. */
export async function lookAround(organisation: Organisation): Promise<ReadonlyMap<string, Seen>> {
  const seen = [
    ...(await lookAtTables(organisation)),
    ...(await lookAtRelationships(organisation)),
    ...(await lookAtChoices(organisation)),
    ...(await lookAtOtherComponents(organisation)),
  ]
  return new Map(seen.map((one) => [one.ids[0] ?? '', one]))
}

type Row = Readonly<Record<string, unknown>>

async function list(organisation: Organisation, path: string): Promise<readonly Row[]> {
  const all: Row[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer = await organisation.call('GET', next)
    all.push(...rowsOf(answer))
    const link: unknown = answer.json['@odata.nextLink']
    next = typeof link === 'string' ? link : undefined
  }
  return all
}

async function lookAtTables(organisation: Organisation): Promise<readonly Seen[]> {
  const tables = await list(organisation, 'EntityDefinitions?$expand=Attributes')
  const seen: Seen[] = []
  for (const table of tables) {
    const name = String(table['LogicalName'])
    const rows = await rowsIn(organisation, table)
    seen.push({
      ids: [`entity:${name}`],
      table: undefined,
      definition: definitionOf({ ...table, Attributes: undefined }),
      data: rows?.length,
    })
    // $expand gives the members of every column.
    for (const column of table['Attributes'] as readonly Row[]) {
      const key = `${name}.${String(column['LogicalName'])}`.toLowerCase()
      const values = rows?.filter((row) => valueIn(row, column) != null).length
      // Lookups of the platform that lead to many tables lead to each new one, too, and nobody's component changes by that.
      const own = column['IsCustomAttribute'] === true ? column : { ...column, Targets: undefined }
      seen.push({ ids: [`attribute:${key}`], table: `entity:${name}`, definition: definitionOf(own), data: values })
    }
  }
  return seen
}

/** Undefined where the table has no rows of its own here. */
async function rowsIn(organisation: Organisation, table: Row): Promise<readonly Row[] | undefined> {
  if (typeof table['EntitySetName'] !== 'string') return undefined
  const answer = await organisation.call('GET', table['EntitySetName'])
  return answer.status === 200 ? rowsOf(answer) : undefined
}

function valueIn(row: Row, column: Row): unknown {
  const name = String(column['LogicalName'])
  return row[name] ?? row[`_${name}_value`]
}

async function lookAtRelationships(organisation: Organisation): Promise<readonly Seen[]> {
  const rows = await list(organisation, 'RelationshipDefinitions')
  return rows.map((row) => ({
    ids: [`entityrelationship:${String(row['SchemaName']).toLowerCase()}`],
    table: undefined,
    definition: definitionOf(row),
    data: undefined,
  }))
}

async function lookAtChoices(organisation: Organisation): Promise<readonly Seen[]> {
  const rows = await list(organisation, 'GlobalOptionSetDefinitions')
  return rows.map((row) => ({
    ids: [`optionset:${String(row['Name']).toLowerCase()}`],
    table: undefined,
    definition: definitionOf(row),
    data: undefined,
  }))
}

/** Kind → set, its id and, where files name it by a name, its name. */
const sets: readonly {
  readonly kind: string
  readonly set: string
  readonly id: string
  readonly name?: string
  readonly table?: string
}[] = [
  { kind: 'systemform', set: 'systemforms', id: 'formid', table: 'objecttypecode' },
  { kind: 'savedquery', set: 'savedqueries', id: 'savedqueryid', table: 'returnedtypecode' },
  { kind: 'savedqueryvisualization', set: 'savedqueryvisualizations', id: 'savedqueryvisualizationid', table: 'primaryentitytypecode' },
  { kind: 'webresource', set: 'webresourceset', id: 'webresourceid', name: 'name' },
  { kind: 'workflow', set: 'workflows', id: 'workflowid' },
  { kind: 'role', set: 'roles', id: 'roleid' },
  { kind: 'appmodule', set: 'appmodules', id: 'appmoduleid', name: 'uniquename' },
  { kind: 'canvasapp', set: 'canvasapps', id: 'canvasappid', name: 'name' },
  { kind: 'connectionreference', set: 'connectionreferences', id: 'connectionreferenceid', name: 'connectionreferencelogicalname' },
  {
    kind: 'environmentvariabledefinition',
    set: 'environmentvariabledefinitions',
    id: 'environmentvariabledefinitionid',
    name: 'schemaname',
  },
  { kind: 'pluginassembly', set: 'pluginassemblies', id: 'pluginassemblyid' },
  { kind: 'sdkmessageprocessingstep', set: 'sdkmessageprocessingsteps', id: 'sdkmessageprocessingstepid' },
  { kind: 'fieldsecurityprofile', set: 'fieldsecurityprofiles', id: 'fieldsecurityprofileid' },
  { kind: 'customcontrol', set: 'customcontrols', id: 'customcontrolid', name: 'name' },
  { kind: 'report', set: 'reports', id: 'reportid' },
]

async function lookAtOtherComponents(organisation: Organisation): Promise<readonly Seen[]> {
  const found = await Promise.all(sets.map(async (one) => ({ ...one, rows: await list(organisation, one.set) })))
  return found.flatMap(({ kind, id, name, table, rows }) =>
    rows.map((row): Seen => {
      const names = [...(name === undefined ? [] : [row[name]]), row[id]].map((value) => `${kind}:${String(value).toLowerCase()}`)
      const inside = table === undefined || typeof row[table] !== 'string' ? undefined : `entity:${row[table].toLowerCase()}`
      return { ids: names, table: inside, definition: definitionOf(row), data: undefined }
    }),
  )
}

const bookkeeping =
  /^(@odata\..*|.*idunique|MetadataId|versionnumber|modifiedon|createdon|overwritetime|publishedon|solutionid|introducedversion|ismanaged|componentstate|_.*_value|version|versionnumberold|ColumnNumber|HasChanged)$/i

/** Ids that editors give to the controls of forms anew, which no difference speaks of. */
const editorsIds = / uniqueid=\\"[^"]*\\"/g

function definitionOf(row: Row): string {
  return JSON.stringify(row, (key, value: unknown) => (bookkeeping.test(key) ? undefined : value)).replace(editorsIds, '')
}
