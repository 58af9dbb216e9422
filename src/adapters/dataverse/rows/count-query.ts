import type { CountQuestion } from '#engine/ports'
import type { PairDefinition, TableDefinition } from './definitions.ts'

/** What a table is called, without its columns. */
export type TableName = Pick<TableDefinition, 'table' | 'setName' | 'primaryId' | 'objectTypeCode'>

/** Counts rows of one table, in FetchXML: all of them, or those that meet the conditions. */
export interface CountQuery {
  readonly setName: string
  readonly table: string
  /** What is counted: rows have a value in it. */
  readonly column: string
  /** `<condition …/>` and `<link-entity>` elements. */
  readonly conditions: readonly string[]
  readonly links: string
  /** The whole table is counted, so that the platform's own count says the same. */
  readonly isWholeTable: boolean
}

/** How a question is answered: by the sum of these; by the pairs of a relationship; or not at all. */
export type Way =
  | { readonly kind: 'queries'; readonly queries: readonly CountQuery[] }
  | { readonly kind: 'pairs'; readonly pair: PairDefinition }
  | { readonly kind: 'none'; readonly why: string }

export interface Known {
  readonly tables: ReadonlyMap<string, TableName>
  /** Why a table is not among them. */
  readonly absent: ReadonlyMap<string, string>
  readonly pairs: readonly PairDefinition[]
  readonly lookups: ReadonlyMap<string, { readonly table: string; readonly column: string }>
}

/**
 * Sets of the platform whose names are the same in every environment. `systemuserroles` and `principalobjectaccess`: release-facts §3, facts-2
 * §3.4; `fieldpermission`, `systemuserprofiles`, `teamprofiles`, `processsession` and `flowrun`: from the public table reference, unverified.
 */
const sets = {
  systemuserroles: 'systemuserrolescollection',
  teamroles: 'teamrolescollection',
  principalobjectaccess: 'principalobjectaccessset',
  environmentvariablevalue: 'environmentvariablevalues',
  fieldpermission: 'fieldpermissions',
  systemuserprofiles: 'systemuserprofilescollection',
  teamprofiles: 'teamprofilescollection',
  processsession: 'processsessions',
  flowrun: 'flowruns',
} as const

/** Chooses how a question is counted. */
export function wayOf(question: CountQuestion, known: Known): Way {
  const { component, column } = question
  switch (question.kind) {
    case 'rows':
      return ofTable(question, known, (table) => [wholeTable(table)])
    case 'values': {
      if (column === undefined) return { kind: 'none', why: `nothing says which column of ${component.key} is meant` }
      return ofTable(question, known, (table) => [
        { ...wholeTable(table), column, conditions: [condition(column, 'not-null')], isWholeTable: false },
      ])
    }
    case 'links':
      return wayOfLinks(question, known)
    case 'role-assignments':
      return queries(holders('systemuserroles', 'systemuserid', component.id), holders('teamroles', 'teamid', component.id))
    case 'sharing':
      return queries(
        platformQuery('principalobjectaccess', 'principalid', [...sharedWhat(question), condition('accessrightsmask', 'ne', '0')]),
      )
    case 'variable-value':
      return queries(
        platformQuery('environmentvariablevalue', 'environmentvariablevalueid', [
          condition('environmentvariabledefinitionid', 'eq', component.id),
        ]),
      )
    case 'column-security':
      return wayOfColumnSecurity(question)
    case 'process-instances':
      if (question.table !== undefined) return ofTable(question, known, (table) => [wholeTable(table)])
      return queries(platformQuery('processsession', 'processsessionid', [condition('processid', 'eq', component.id)]))
    case 'run-history':
      return queries(platformQuery('flowrun', 'flowrunid', [condition('workflow', 'eq', component.id)]))
  }
}

/** Counts what meets the query and these further conditions. Throws nothing; the caller encodes it. */
export function aggregateXml(query: CountQuery, more: readonly string[] = []): string {
  const filter = filterOf([...query.conditions, ...more])
  return `<fetch aggregate="true"><entity name="${query.table}"><attribute name="${query.column}" alias="n" aggregate="countcolumn"/>${filter}${query.links}</entity></fetch>`
}

/** One row, and how many there are up to the cap of the service: for what no aggregate is allowed on. */
export function totalXml(query: CountQuery): string {
  return `<fetch count="1" page="1" returntotalrecordcount="true"><entity name="${query.table}"><attribute name="${query.column}"/>${filterOf(query.conditions)}${query.links}</entity></fetch>`
}

/** The creation date of the first or last row. */
export function edgeXml(query: CountQuery, edge: 'first' | 'last'): string {
  const filter = filterOf([...query.conditions, condition('createdon', 'not-null')])
  return `<fetch top="1"><entity name="${query.table}"><attribute name="createdon"/><order attribute="createdon" descending="${edge === 'last'}"/>${filter}</entity></fetch>`
}

export function fetchPath(query: Pick<CountQuery, 'setName'>, xml: string): string {
  return `${query.setName}?fetchXml=${encodeURIComponent(xml)}`
}

export function condition(attribute: string, operator: string, value?: string): string {
  return value === undefined
    ? `<condition attribute="${escapeXml(attribute)}" operator="${operator}"/>`
    : `<condition attribute="${escapeXml(attribute)}" operator="${operator}" value="${escapeXml(value)}"/>`
}

function filterOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `<filter type="and">${conditions.join('')}</filter>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function ofTable(question: CountQuestion, known: Known, make: (table: TableName) => readonly CountQuery[]): Way {
  if (question.table === undefined) return { kind: 'none', why: `nothing says which table ${question.component.key} belongs to` }
  const table = known.tables.get(question.table)
  if (table === undefined)
    return { kind: 'none', why: known.absent.get(question.table) ?? `the environment does not show table ${question.table}` }
  return { kind: 'queries', queries: make(table) }
}

function wholeTable({ table, setName, primaryId }: TableName): CountQuery {
  return { setName, table, column: primaryId, conditions: [], links: '', isWholeTable: true }
}

/** Of many-to-many the pairs; of one-to-many the values of its lookup. */
function wayOfLinks(question: CountQuestion, known: Known): Way {
  const wanted = [question.component.key, question.table].map((each) => each?.toLowerCase())
  const pair = known.pairs.find(
    ({ schemaName, intersect }) => wanted.includes(schemaName.toLowerCase()) || wanted.includes(intersect.toLowerCase()),
  )
  if (pair !== undefined) return { kind: 'pairs', pair }
  const lookup = known.lookups.get(question.component.key.toLowerCase()) ?? lookupOf(question)
  const table = lookup === undefined ? undefined : known.tables.get(lookup.table)
  if (lookup === undefined || table === undefined)
    return { kind: 'none', why: `the environment does not show relationship ${question.component.key}` }
  return queries({ ...wholeTable(table), column: lookup.column, conditions: [condition(lookup.column, 'not-null')], isWholeTable: false })
}

function lookupOf({ table, column }: CountQuestion): { readonly table: string; readonly column: string } | undefined {
  return table === undefined || column === undefined ? undefined : { table, column }
}

/** Each business unit has its own copy of a role, and people hold the copies. */
function holders(table: 'systemuserroles' | 'teamroles', column: string, roleId: string): CountQuery {
  const link = `<link-entity name="role" from="roleid" to="roleid" link-type="inner"><filter type="or">${condition('roleid', 'eq', roleId)}${condition('parentrootroleid', 'eq', roleId)}</filter></link-entity>`
  return { ...platformQuery(table, column, []), links: link }
}

function sharedWhat({ component, table }: CountQuestion): readonly string[] {
  return component.kind === 'Entity' || table !== undefined
    ? [condition('objecttypecode', 'eq', table ?? component.key)]
    : [condition('objectid', 'eq', component.id)]
}

/** Of a secured column, and of all in a table, the permissions on it; of a profile whoever has it. */
function wayOfColumnSecurity({ component, table, column }: CountQuestion): Way {
  if (table !== undefined) {
    const inColumn = column === undefined ? [] : [condition('attributelogicalname', 'eq', column)]
    return queries(platformQuery('fieldpermission', 'fieldpermissionid', [condition('entityname', 'eq', table), ...inColumn]))
  }
  const profile = condition('fieldsecurityprofileid', 'eq', component.id)
  return queries(platformQuery('systemuserprofiles', 'systemuserid', [profile]), platformQuery('teamprofiles', 'teamid', [profile]))
}

function platformQuery(table: keyof typeof sets, column: string, conditions: readonly string[]): CountQuery {
  return { setName: sets[table], table, column, conditions, links: '', isWholeTable: false }
}

function queries(...all: readonly CountQuery[]): Way {
  return { kind: 'queries', queries: all }
}
