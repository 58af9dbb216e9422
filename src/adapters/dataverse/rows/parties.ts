import { partiesTable } from '#domain/plan'
import type { Row, RowReference } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import type { CurrentRow } from './current-rows.ts'
import { fetchMe, makerOf } from './current-rows.ts'
import type { ColumnDefinition, TableDefinition } from './definitions.ts'
import { fetchSets, fetchTable } from './definitions.ts'
import { nameInReplies, readPages, toRow } from './read-rows.ts'
import type { Writer } from './row-writers.ts'
import { isMadeBy, isRowReference, isSuccess, leftAlone, nothingToSend } from './row-writers.ts'

/*
 * Parties are rows of `activityparty` that are only read by themselves ("activityparty EntityType" in the Web API reference: RetrieveMultiple only).
 * They are set with their activity or, what the documentation grants to them alone, by PUT of its whole collection ("Associate and disassociate
 * table rows using the Web API", https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api).
 * We put the collection, because parties may be rows that come back with the same restore.
 */

/** What may be written of a party besides its ids ("ActivityParty table/entity reference": writable columns), as far as an environment has it. */
const partyColumns = ['participationtypemask', 'partyid', 'addressused', 'effort', 'unresolvedpartyname']

/** Regarding and owner: the service keeps these from the columns of those names (unverified), which come back with the row. */
const keptByService: ReadonlySet<unknown> = new Set([8, 9])

/** Activities in a page: each brings some parties along (ours). */
const listsInPage = 500

/** Member of a {@link Row} under which the parties of an activity travel. */
const partyList = 'parties'

/** Tables that parties are of in every environment. */
const usualParties = ['account', 'contact', 'queue']

/** As each activity table names it, a custom one too (table reference of ActivityParty). */
function collectionOf({ table }: TableDefinition): string {
  return `${table}_activity_parties`
}

/** Pages of party lists, one for each activity of a table that has parties; nothing where the table holds no activities. */
export async function* readParties(client: DataverseClient, regarding: string): AsyncIterable<readonly Row[]> {
  const [owner, parties] = await Promise.all([fetchTable(client, regarding), fetchTable(client, partiesTable)])
  if (owner?.isActivity !== true || parties === undefined) return
  const collection = collectionOf(owner)
  const columns = partyColumns.flatMap((name) => parties.columns.get(name) ?? [])
  const select = `$select=${columns.map(nameInReplies).join(',')}`
  const path = `${owner.setName}?$select=${owner.primaryId}&$expand=${collection}(${select})`
  for await (const rows of readPages(client, path, listsInPage)) {
    const lists: Row[] = []
    for (const row of rows) {
      const id = String(row[owner.primaryId])
      const found = await wholeList(client, { shown: repliesIn(row[collection]), path: `${owner.setName}(${id})/${collection}?${select}` })
      if (found.length > 0) lists.push({ [owner.primaryId]: id, [partyList]: found.map((party) => toRow(parties, columns, party)) })
    }
    yield lists
  }
}

type Reply = Readonly<Record<string, unknown>>

/** An expansion may end with a page; such a list is read by itself. */
async function wholeList(
  client: DataverseClient,
  { shown, path }: { readonly shown: readonly Reply[]; readonly path: string },
): Promise<readonly Reply[]> {
  if (shown.length < Math.min(client.limits.pageSize, listsInPage)) return shown
  const all: Reply[] = []
  for await (const page of readPages(client, path, client.limits.pageSize)) all.push(...page)
  return all
}

function repliesIn(value: unknown): readonly Reply[] {
  // The service expands a collection into an array of rows.
  return Array.isArray(value) ? (value as readonly Reply[]) : []
}

/**
 * Gives activities that were made anew by us the parties that they had, where they have none yet. The list goes as a whole: one whose party is
 * gone is refused and told. Between our look and the list nobody is kept from adding a party: conditions are not documented for collections.
 */
export async function partyWriter(client: DataverseClient, definition: TableDefinition): Promise<Writer> {
  const [me, parties] = await Promise.all([fetchMe(client), fetchTable(client, partiesTable)])
  const navigation = parties?.navigation ?? new Map<string, string>()
  const targets = [...navigation.keys()].filter((key) => key.startsWith('partyid>')).map((key) => key.slice('partyid>'.length))
  const sets = await fetchSets(client, [...new Set([...usualParties, ...targets])])
  const collection = collectionOf(definition)
  const bind = ({ table, id }: RowReference): Reply => {
    const name = navigation.get(`partyid>${table}`) ?? `partyid_${table}`
    return { [`${name}@odata.bind`]: `/${sets.get(table) ?? table}(${id})` }
  }
  const bodyOf = (party: Row): Reply => {
    const { partyid, ...plain } = Object.fromEntries(
      partyColumns.flatMap((name) => (party[name] === undefined ? [] : [[name, party[name]]])),
    )
    return { ...plain, ...(isRowReference(partyid) ? bind(partyid) : {}) }
  }
  return {
    idOf: (row) => String(row[definition.primaryId]),
    looksAt: makerOf(definition),
    expands: `${collection}($select=${partyColumns.slice(0, 3).map(wireName(parties)).join(',')})`,
    definition,
    decide(row, now) {
      const saved = entered(repliesIn(row[partyList]))
      if (now !== undefined && !isMadeBy(now, me)) return leftAlone
      const there = entered(repliesIn(now?.[collection]))
      if (saved.length === 0 || isSame(there, saved)) return nothingToSend
      if (there.length > 0) return leftAlone
      const path = `${definition.setName}(${String(row[definition.primaryId])})/${collection}`
      return { request: { method: 'PUT', path, body: { value: saved.map(bodyOf) } }, parts: [], leaves: false }
    },
    isDone: isSuccess,
  }
}

function wireName(parties: TableDefinition | undefined): (name: string) => string {
  return (name) => {
    const column: ColumnDefinition | undefined = parties?.columns.get(name)
    return column === undefined ? name : nameInReplies(column)
  }
}

/** What people and programs have entered. */
function entered(parties: readonly Reply[]): readonly Reply[] {
  return parties.filter(({ participationtypemask }) => !keptByService.has(participationtypemask))
}

/** In any order. */
function isSame(there: readonly CurrentRow[], saved: readonly Row[]): boolean {
  const told = (parties: readonly Reply[]) => JSON.stringify(parties.map(tellParty).sort())
  return there.length === saved.length && told(there) === told(saved)
}

function tellParty(party: Reply): string {
  const { partyid, participationtypemask, addressused } = party
  const id = isRowReference(partyid) ? partyid.id : party['_partyid_value']
  return JSON.stringify([participationtypemask ?? null, typeof id === 'string' ? id.toLowerCase() : null, addressused ?? null])
}
