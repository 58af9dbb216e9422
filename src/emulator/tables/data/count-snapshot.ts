import type { OperationContext } from '../../operations/operation.ts'
import type { ReadTransaction, Row, Transaction } from '../../store/store.ts'
import { catalogueOf } from './catalogue.ts'
import { definedTables } from './define.ts'
import { typeCodeOf } from './type-code.ts'

const store = 'recordcountsnapshot'
const state = '~count'
const dayMs = 24 * 60 * 60 * 1000
/** Tables of the platform that are counted besides data. */
const systemTables = [
  'systemuser',
  'businessunit',
  'team',
  'role',
  'organization',
  'solution',
  'publisher',
  'workflow',
  'systemform',
  'savedquery',
  'webresource',
]

/**
 * Takes the daily snapshot of row counts when it is due. Called before rows change and before counts are read, so that a snapshot
 * holds what there was at its hour: the job runs every 24 hours of the clock, and the first time a day after the environment was made
 * (facts-2 §2: snapshot up to 24 hours old, zeros before it has run).
 */
export function takeDueSnapshot(tx: Transaction, clock: OperationContext['clock']): void {
  const due = dueSnapshot(tx, clock)
  if (due === undefined || tx.get(state, 'last')?.['number'] === due.number) return
  tx.put(state, 'last', { number: due.number })
  for (const row of tx.list(store)) tx.remove(store, String(row['recordcountsnapshotid']))
  for (const row of countRows(tx, due.at)) tx.put(store, String(row['recordcountsnapshotid']), row)
}

/** True when the job has run since and nobody has seen it. */
export function isSnapshotDue(tx: ReadTransaction, clock: OperationContext['clock']): boolean {
  const due = dueSnapshot(tx, clock)
  return due !== undefined && tx.get(state, 'last')?.['number'] !== due.number
}

/** Rows of a table at the last snapshot; undefined for a table that it does not know. */
export function snapshotCount(tx: ReadTransaction, logicalName: string): number | undefined {
  const row = tx.list(store).find((item) => item['~table'] === logicalName)
  return row === undefined ? undefined : Number(row['count'])
}

function dueSnapshot(tx: ReadTransaction, clock: OperationContext['clock']): { readonly number: number; readonly at: string } | undefined {
  const made = Date.parse(String(tx.list('organization')[0]?.['createdon'] ?? ''))
  if (Number.isNaN(made)) return undefined
  const period = clock.scaled(dayMs)
  const number = Math.floor((clock.now().getTime() - made) / period)
  return number < 1 ? undefined : { number, at: new Date(made + number * period).toISOString() }
}

function countRows(tx: ReadTransaction, at: string): readonly Row[] {
  const tables = catalogueOf(tx).tables
  const data = definedTables(tx).map(({ logicalName, store: rows }) => ({ logicalName, rows }))
  const system = systemTables.map((logicalName) => ({ logicalName, rows: logicalName }))
  return [...data, ...system].map(({ logicalName, rows }) => {
    const code = typeCodeOf(logicalName, tables.get(logicalName)?.metadataId ?? logicalName)
    return {
      '~table': logicalName,
      recordcountsnapshotid: `00000000-0000-4000-8000-${String(code).padStart(12, '0')}`,
      objecttypecode: code,
      count: tx.list(rows).length,
      lastupdated: at,
      versionnumber: 1,
    }
  })
}
