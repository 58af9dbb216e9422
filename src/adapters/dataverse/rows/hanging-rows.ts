import { partiesTable, sharesTable } from '#domain/plan'
import type { Row } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchTable } from './definitions.ts'
import { readParties } from './parties.ts'
import { readPages, toRow, travelling } from './read-rows.ts'

/** Notes carry what is attached to them, some megabytes each at the most by default: a page of these is still an answer of a usual size (ours). */
const notesInPage = 50

/** Pages of the notes on rows of a table, of the party lists of those rows, or of their shares; nothing where the table takes none. */
export async function* readHanging(client: DataverseClient, table: string, regarding: string): AsyncIterable<readonly Row[]> {
  if (table === partiesTable) yield* readParties(client, regarding)
  else yield* table === sharesTable ? readShares(client, regarding) : readNotes(client, table, regarding)
}

/** The rows behind them are named by the id, and their table beside it (`principalobjectaccess` in the table reference of the service). */
async function* readShares(client: DataverseClient, regarding: string): AsyncIterable<readonly Row[]> {
  const columns = 'principalobjectaccessid,objectid,objecttypecode,principalid,principaltypecode,accessrightsmask'
  const filter = encodeURIComponent(`objecttypecode eq '${regarding}' and accessrightsmask ne 0`)
  const path = `principalobjectaccessset?$select=${columns}&$filter=${filter}`
  const names = columns.split(',')
  for await (const rows of readPages(client, path, client.limits.pageSize))
    yield rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
}

async function* readNotes(client: DataverseClient, table: string, regarding: string): AsyncIterable<readonly Row[]> {
  const [notes, owner] = [await fetchTable(client, table), await fetchTable(client, regarding)]
  const navigation = notes?.navigation.get(`objectid>${regarding}`)
  if (notes === undefined || owner === undefined || navigation === undefined) return
  const columns = travelling(notes, undefined)
  const path = `${notes.setName}?$filter=${encodeURIComponent(`${navigation}/${owner.primaryId} ne null`)}`
  for await (const rows of readPages(client, path, notesInPage)) yield rows.map((row) => toRow(notes, columns, row))
}
