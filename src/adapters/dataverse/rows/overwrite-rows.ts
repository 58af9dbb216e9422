import { DroverError } from '#domain/kernel'
import type { Row, RowsWritten } from '#engine/ports'
import { rowVersion } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchSets, fetchTable } from './definitions.ts'
import { isReference, nameInReplies, travelling } from './read-rows.ts'
import type { Writer } from './row-writers.ts'
import { isOther, isRowReference, isSuccess, leftAlone, nothingToSend, pathOf } from './row-writers.ts'
import { inBatches } from './write-rows.ts'

/**
 * Writes values over what is there, each row only while it is as it was when it was saved. State and reason go with the values, in one request,
 * so that the version of the row guards both (Microsoft Learn, "Perform specialized operations using Update": SetState is an update of statecode
 * and statuscode). A row that its platform locks while it is inactive refuses that, and is counted as refused.
 */
export async function overwriteRows(
  client: DataverseClient,
  { table, rows }: { readonly table: string; readonly rows: AsyncIterable<readonly Row[]> },
): Promise<RowsWritten> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} has no table ${table} to write rows into.`, {
      hint: 'Bring the version of the solution that has the table first.',
    })
  }
  const columns = travelling(definition, undefined).filter(({ mayUpdate, type }) => mayUpdate || stateTypes.includes(type))
  const targets = [...definition.navigation.keys()].map((key) => key.slice(key.indexOf('>') + 1))
  const sets = await fetchSets(client, [...new Set(targets)])
  const writer: Writer = {
    idOf: (row) => String(row[definition.primaryId]),
    looksAt: columns.map(nameInReplies),
    definition,
    decide(row, now) {
      const other = columns.filter((column) => isOther(now, column, row[column.name]))
      if (other.length === 0) return nothingToSend
      const version = now?.['@odata.etag']
      if (typeof version !== 'string' || version !== row[rowVersion]) return leftAlone
      const body = Object.fromEntries(
        other.flatMap((column): [string, unknown][] => {
          const value = row[column.name]
          if (!isReference(column) || !isRowReference(value)) return [[column.name, value]]
          const [set, navigation] = [sets.get(value.table), definition.navigation.get(`${column.name}>${value.table}`)]
          return set === undefined || navigation === undefined ? [] : [[`${navigation}@odata.bind`, `/${set}(${value.id})`]]
        }),
      )
      return {
        request: { method: 'PATCH', path: pathOf(definition, row), headers: { 'If-Match': version }, body },
        parts: [],
        leaves: false,
      }
    },
    isDone: isSuccess,
  }
  return inBatches(client, rows, writer)
}

/** Types of statecode and statuscode. */
const stateTypes: readonly string[] = ['State', 'Status']
