import type { Row, RowSelection } from '#engine/ports'
import { rowVersion } from '#engine/ports'
import type { BatchAnswer } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { readErrorBody } from '../platform-error.ts'
import { DroverError } from '#domain/kernel'
import { parseJson } from '../token.ts'
import type { TableDefinition } from './definitions.ts'
import { fetchTable } from './definitions.ts'
import { lookupTable, nameInReplies, toRow, travelling } from './read-rows.ts'

/** As many as a batch of reads takes without its answer becoming too large to be read in one piece (ours). */
const idsInBatch = 100

/** Asks for each row by its id, which is the fastest way to one row. */
export async function readRowsById(
  client: DataverseClient,
  of: RowSelection & { readonly ids: readonly string[] },
): Promise<readonly Row[]> {
  const definition = await fetchTable(client, of.table)
  if (definition === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} has no table ${of.table} to read rows of.`, {
      hint: 'Bring the version of the solution that has the table first.',
    })
  }
  const rows: Row[] = []
  for (let at = 0; at < of.ids.length; at += idsInBatch) {
    const answers = await sendBatch(client, 'ReadBatch', of.ids.slice(at, at + idsInBatch).map(requestFor(definition, of.columns)))
    rows.push(...answers.flatMap((answer) => readRow(client, { definition, columns: of.columns, answer })))
  }
  return rows
}

function requestFor(definition: TableDefinition, columns: RowSelection['columns']) {
  const names =
    columns === undefined ? [] : [definition.primaryId, ...versioned(definition), ...travelling(definition, columns).map(nameInReplies)]
  const select = names.length === 0 ? '' : `?$select=${[...new Set(names)].join(',')}`
  const headers = { Prefer: `odata.include-annotations="${lookupTable}"` }
  return (id: string) => ({ method: 'GET' as const, path: `${definition.setName}(${id})${select}`, headers })
}

/** When it was changed is asked for with any selection. */
function versioned({ columns }: TableDefinition): readonly string[] {
  return columns.has('modifiedon') ? ['modifiedon'] : []
}

function readRow(
  client: DataverseClient,
  of: { readonly definition: TableDefinition; readonly columns: RowSelection['columns']; readonly answer: BatchAnswer },
): readonly Row[] {
  const { definition, columns, answer } = of
  if (answer.status === 404) return []
  if (answer.status !== 200) {
    const code = readErrorBody(answer.text)?.code ?? `status ${answer.status}`
    throw new DroverError('rows.unreadable', `${client.environment.name} does not show rows of ${definition.table} (${code}).`, {
      hint: "Give Drover's identity the right to read the table, then try again.",
      isRetryable: answer.status === 429 || answer.status >= 500,
    })
  }
  // The answer of a row is an object, whatever is in it.
  const reply = parseJson(answer.text) as Readonly<Record<string, unknown>>
  const wanted = columns === undefined ? undefined : [...new Set([...columns, ...versioned(definition)])]
  return [{ ...toRow(definition, travelling(definition, wanted), reply), [rowVersion]: reply['@odata.etag'] ?? '' }]
}
