import { setTimeout as pause } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'
import { partiesTable, sharesTable } from '#domain/plan'
import type { RefusedRow, Row, RowSelection, RowsWritten } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { readErrorBody } from '../platform-error.ts'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { CurrentRow } from './current-rows.ts'
import { currentRowRequests, readCurrentRows } from './current-rows.ts'
import type { TableDefinition } from './definitions.ts'
import { fetchTable, findPair } from './definitions.ts'
import { partyWriter } from './parties.ts'
import type { Decision, Writer } from './row-writers.ts'
import { leftAlone, pairWriter, writerOf } from './row-writers.ts'
import { shareWriter } from './share-writer.ts'

/** A row takes the service some tens of milliseconds (unverified): a batch should end well within its two minutes. */
const rowsInBatch = 200
const patience = { tries: 12, firstMs: 500, longestMs: 60_000 }

/** A row that others change all the while is given up after so many looks (ours). */
const looksAtMost = 4

type Write = RowSelection & { readonly part: 'values' | 'links'; readonly rows: AsyncIterable<readonly Row[]> }

/**
 * Writes rows back, and overwrites nothing: what was rescued is older than what people have entered since. What comes back: ids, plain values,
 * lookups, owner, state with its reason, and the creation date (by overriddencreatedon, which takes the privilege prvOverrideCreatedOnCreatedBy and
 * works for new rows only; verified against local environments, else unverified). What does not: createdby and modifiedby are Drover's identity, modifiedon is now, rollups and formulas are computed anew, versions, audit history,
 * files and images are not part of rows. Notes are rows of their own, and so are shares, which are granted again, and parties of activities, which are set as lists. Numbers of autonumber columns are sent as they were (unverified for the service).
 */
export async function writeRows(client: DataverseClient, write: Write): Promise<RowsWritten> {
  if (write.table === sharesTable) return writeHanging(client, write, shareWriter)
  if (write.table === partiesTable && write.regarding !== undefined) return writeHanging(client, write, partyWriter)
  const definition = await fetchTable(client, write.table)
  const pair = await findPair(client, write.table, definition)
  if (pair !== undefined)
    return write.part === 'links' ? inBatches(client, write.rows, await pairWriter(client, pair)) : nothing(write.rows)
  if (definition === undefined) throw absent(client, write.table)
  return inBatches(client, write.rows, await writerOf(client, write, definition))
}

/** With the links: the rows, and whose they are or who takes part in them, have to be there. */
async function writeHanging(
  client: DataverseClient,
  { regarding = '', part, rows }: Write,
  writer: (client: DataverseClient, definition: TableDefinition) => Promise<Writer>,
): Promise<RowsWritten> {
  if (part === 'values') return nothing(rows)
  const definition = await fetchTable(client, regarding)
  if (definition === undefined) throw absent(client, regarding)
  return inBatches(client, rows, await writer(client, definition))
}

function absent(client: DataverseClient, table: string): DroverError {
  return new DroverError('rows.absent', `${client.environment.name} has no table ${table} to write rows into.`, {
    hint: 'Bring the version of the solution that has the table first, then restore again.',
  })
}

/** Writes pages of rows as a writer decides, some batches at a time. */
export async function inBatches(client: DataverseClient, pages: AsyncIterable<readonly Row[]>, writer: Writer): Promise<RowsWritten> {
  let total = noneWritten
  let waiting: Promise<RowsWritten>[] = []
  async function settle(): Promise<void> {
    for (const each of await Promise.all(waiting)) total = added(total, each)
    waiting = []
  }
  for await (const page of pages) {
    for (let at = 0; at < page.length; at += rowsInBatch) {
      waiting.push(writeSome(client, page.slice(at, at + rowsInBatch), writer))
      if (waiting.length >= client.limits.parallelReads) await settle()
    }
  }
  await settle()
  return total
}

const noneWritten: RowsWritten = { written: 0, kept: 0, refused: [] }

function added(one: RowsWritten, other: RowsWritten): RowsWritten {
  return { written: one.written + other.written, kept: one.kept + other.kept, refused: [...one.refused, ...other.refused] }
}

/** A row that people changed between our look and our request is looked at again; one that they keep changing is refused. */
async function writeSome(client: DataverseClient, rows: readonly Row[], writer: Writer): Promise<RowsWritten> {
  let total = noneWritten
  let open = rows
  for (let look = 1; open.length > 0; look++) {
    const { result, again } = await writeOnce(client, open, writer)
    total = added(total, result)
    open = again
    if (look < looksAtMost) continue
    const message = 'somebody kept changing it meanwhile; restore it again'
    return added(total, { ...noneWritten, refused: open.map((row) => ({ id: writer.idOf(row), message })) })
  }
  return total
}

async function writeOnce(
  client: DataverseClient,
  rows: readonly Row[],
  writer: Writer,
): Promise<{ readonly result: RowsWritten; readonly again: readonly Row[] }> {
  const now = await fetchNow(client, rows, writer)
  if ('message' in now) {
    const refused = rows.map((row) => ({ id: writer.idOf(row), message: now.message }))
    return { result: { ...noneWritten, refused }, again: [] }
  }
  const decided = rows.map((row) => ({ row, decision: writer.decide(row, now.rows.get(writer.idOf(row).toLowerCase())) }))
  const asked = decided.flatMap(({ row, decision }) =>
    decision.request === undefined ? [] : [{ row, decision, request: decision.request }],
  )
  const answers = await sendPatiently(
    client,
    asked.map(({ request }) => request),
  )
  const failed = asked.flatMap((each, at) => {
    const answer = answers[at]
    return answer === undefined || writer.isDone(answer) ? [] : [{ ...each, answer }]
  })
  const again = failed.filter(({ answer }) => answer.status === 412).map(({ row }) => row)
  const lasting = failed.filter(({ answer }) => answer.status !== 412)
  const refused = await tryInParts(client, lasting, writer)
  const without = new Set([...again, ...lasting.map(({ row }) => row)])
  const partly = lasting.filter(({ row }) => !refused.some(({ id }) => id === writer.idOf(row)))
  const done = [...decided.filter(({ row }) => !without.has(row)), ...partly]
  const lacking = done.flatMap(({ row, decision }) => (decision === leftAlone ? [] : tellLacking(writer, row)))
  const fine = done.filter(({ row }) => !lacking.some(({ id }) => id === writer.idOf(row)))
  const kept = fine.filter(({ decision }) => decision.leaves).length
  return { result: { written: fine.length - kept, kept, refused: [...refused, ...lacking] }, again }
}

/** A row that is there with less than was saved of it is not as it was saved. */
function tellLacking(writer: Writer, row: Row): readonly RefusedRow[] {
  const names = writer.lacksOf?.(row) ?? []
  if (names.length === 0) return []
  return [{ id: writer.idOf(row), message: `came back without what its table has no column for: ${names.join(', ')}` }]
}

async function fetchNow(
  client: DataverseClient,
  rows: readonly Row[],
  writer: Writer,
): Promise<{ readonly rows: ReadonlyMap<string, CurrentRow> } | { readonly message: string }> {
  const { definition, looksAt, expands } = writer
  if (definition === undefined || looksAt === undefined) return { rows: new Map() }
  const requests = currentRowRequests(definition, { names: looksAt, expands }, rows.map(writer.idOf))
  const answers = await sendPatiently(client, requests)
  const bad = answers.find(({ status }) => status !== 200 && status !== 404)
  if (bad !== undefined) return { message: `what is there now cannot be read: ${whyRefused(bad, undefined)}` }
  return { rows: readCurrentRows(definition, answers) }
}

async function tryInParts(
  client: DataverseClient,
  failed: readonly { readonly row: Row; readonly decision: Decision; readonly answer: BatchAnswer }[],
  writer: Writer,
): Promise<readonly RefusedRow[]> {
  const answers = await sendPatiently(
    client,
    failed.flatMap(({ decision }) => decision.parts),
  )
  let next = 0
  return failed.flatMap(({ row, decision, answer }): RefusedRow[] => {
    const { parts } = decision
    const own = answers.slice(next, next + parts.length)
    next += parts.length
    const why =
      parts.length === 0
        ? [whyRefused(answer, undefined)]
        : own.flatMap((each, at) => (writer.isDone(each) ? [] : [whyRefused(each, parts[at])]))
    return why.length === 0 ? [] : [{ id: writer.idOf(row), message: why.join('; ') }]
  })
}

/** What is turned away for now is sent again after the time that the environment asks for: each request names the wanted end, so that is harmless. */
export async function sendPatiently(client: DataverseClient, requests: readonly BatchRequest[]): Promise<readonly BatchAnswer[]> {
  const answers: BatchAnswer[] = requests.map(() => ({ status: 0, text: '' }))
  let open = requests.map((_, at) => at)
  for (let attempt = 1; open.length > 0; attempt++) {
    let waitMs = Math.min(patience.longestMs, patience.firstMs * 2 ** (attempt - 1))
    try {
      const given = await sendBatch(
        client,
        'WriteBatch',
        open.flatMap((at) => requests[at] ?? []),
      )
      for (const [index, at] of open.entries()) answers[at] = given[index] ?? { status: 0, text: '' }
      open = open.filter((at) => [429, 503].includes(answers[at]?.status ?? 0))
      if (attempt >= patience.tries) return answers
    } catch (error) {
      if (!(error instanceof DroverError) || !error.isRetryable || attempt >= patience.tries) throw error
      waitMs = error.retryAfterMs ?? waitMs
    }
    if (open.length > 0) await pause(waitMs)
  }
  return answers
}

/** The environment's own words may repeat what was in the row; its code does not. */
export function whyRefused(answer: BatchAnswer, request: BatchRequest | undefined): string {
  const code = readErrorBody(answer.text)?.code
  const what =
    request?.body === undefined
      ? ''
      : ` (${Object.keys(request.body)
          .map((name) => name.replace('@odata.bind', ''))
          .join(', ')})`
  const said = code === undefined ? `status ${answer.status}` : `${code}, status ${answer.status}`
  if (answer.status === 404) return `the row is not there, or what it points to is not${what}: ${said}`
  if (answer.status === 403) return `Drover's identity may not write it${what}: ${said}`
  return `the environment refused it${what}: ${said}`
}

async function nothing(rows: AsyncIterable<readonly Row[]>): Promise<RowsWritten> {
  let written = 0
  for await (const page of rows) written += page.length
  return { ...noneWritten, written }
}
