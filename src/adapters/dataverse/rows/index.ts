import type { Clock, RowAccess } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { countAll } from './count.ts'
import { readHanging } from './hanging-rows.ts'
import { readContents } from './read-contents.ts'
import { fetchShape, isHanging, readRows } from './read-rows.ts'
import { overwriteRows } from './overwrite-rows.ts'
import { readRowsById } from './rows-by-id.ts'
import { writeContents } from './write-contents.ts'
import { writeRows } from './write-rows.ts'

/** Counts, reads and writes rows over the Web API. */
export function createRowAccess(client: DataverseClient, clock: Clock): RowAccess {
  return {
    count: (questions, budget) => countAll({ client, clock }, questions, budget),
    fetchShape: (of) => fetchShape(client, of),
    readRows: (of) => (isHanging(of) ? readHanging(client, of.table, of.regarding) : readRows(client, of)),
    readRowsById: (of) => readRowsById(client, of),
    overwriteRows: (of) => overwriteRows(client, of),
    readContents: (of) => readContents(client, of),
    writeContents: (of) => writeContents(client, of),
    writeRows: (of) => writeRows(client, of),
  }
}
