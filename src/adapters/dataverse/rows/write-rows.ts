import { setTimeout as pause } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'
import type { RefusedRow, Row, RowReference, RowSelection, RowsWritten } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { readErrorBody } from '../platform-error.ts'
import type { BatchAnswer, BatchRequest } from './batch.ts'
import { sendBatch } from './batch.ts'
import type { PairDefinition, TableDefinition } from './definitions.ts'
import { fetchSets, fetchTable, findPair } from './definitions.ts'
import { isReference, travelling } from './read-rows.ts'

/** A row takes the service some tens of milliseconds (unverified): a batch should end well within its two minutes. */
const rowsInBatch = 200
const patience = { tries: 12, firstMs: 500, longestMs: 60_000 }

type Write = RowSelection & { readonly part: 'values' | 'links'; readonly rows: AsyncIterable<readonly Row[]> }

/**
 * Writes rows back. What comes back: ids, plain values, lookups, owner, state with its reason, and the creation date (by overriddencreatedon, which
 * takes the privilege prvOverrideCreatedOnCreatedBy and works for new rows only; verified against local environments, else unverified). What does
 * not: createdby and modifiedby are Drover's identity, modifiedon is now, rollups and formulas are computed anew, versions, audit history, shares,
 * notes, files and images are not part of rows. Numbers of autonumber columns are sent as they were (unverified for the service).
 */
export async function writeRows(client: DataverseClient, write: Write): Promise<RowsWritten> {
  const definition = await fetchTable(client, write.table)
  const pair = await findPair(client, write.table, definition)
  if (pair !== undefined)
    return write.part === 'links' ? inBatches(client, write.rows, await pairWriter(client, pair)) : nothing(write.rows)
  if (definition === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} has no table ${write.table} to write rows into.`, {
      hint: 'Bring the version of the solution that has the table first, then restore again.',
    })
  }
  const writer = write.part === 'values' ? valuesWriter(definition, write.columns) : await linksWriter(client, definition, write.columns)
  return inBatches(client, write.rows, writer)
}

/** Makes requests of a row, one attempt after the other: an attempt may ask for a further one by how it ended. */
interface Writer {
  idOf(row: Row): string
  /** Undefined: there is nothing to write of this row. */
  first(row: Row): BatchRequest | undefined
  /** What to try after an answer that is no success; undefined: the row is refused. */
  next(row: Row, answer: BatchAnswer): readonly BatchRequest[] | undefined
  /** An answer that is as good as success. */
  isDone(answer: BatchAnswer): boolean
}

function valuesWriter(definition: TableDefinition, columns: readonly string[] | undefined): Writer {
  const { primaryId, setName } = definition
  const plain = travelling(definition, columns).filter(
    (column) => (!isReference(column) && !['State', 'Status'].includes(column.type)) || column.name === 'transactioncurrencyid',
  )
  function bodyOf(row: Row, right: 'mayCreate' | 'mayUpdate'): Record<string, unknown> {
    const entries = plain
      .filter((column) => column[right])
      .flatMap(({ name }): [string, unknown][] => {
        const value = row[name]
        if (value === undefined || value === null || name === 'overriddencreatedon') return []
        if (!isRowReference(value)) return [[name, value]]
        return [[`${definition.navigation.get(`${name}>${value.table}`) ?? name}@odata.bind`, `/transactioncurrencies(${value.id})`]]
      })
    return Object.fromEntries(entries)
  }
  const path = (row: Row): string => `${setName}(${String(row[primaryId])})`
  function update(row: Row): BatchRequest | undefined {
    const body = bodyOf(row, 'mayUpdate')
    return Object.keys(body).length === 0 ? undefined : { method: 'PATCH', path: path(row), headers: { 'If-Match': '*' }, body }
  }
  return {
    idOf: (row) => String(row[primaryId]),
    first(row) {
      if (columns !== undefined) return update(row)
      const createdon = row['createdon'] === undefined ? {} : { overriddencreatedon: row['createdon'] }
      return { method: 'PATCH', path: path(row), headers: { 'If-None-Match': '*' }, body: { ...bodyOf(row, 'mayCreate'), ...createdon } }
    },
    // 412: a row of this id is there, from an earlier try of ours or made by somebody.
    next: (row, answer) =>
      columns === undefined && answer.status === 412 ? [update(row)].filter((each) => each !== undefined) : undefined,
    isDone: isSuccess,
  }
}

async function linksWriter(client: DataverseClient, definition: TableDefinition, columns: readonly string[] | undefined): Promise<Writer> {
  const { primaryId, setName } = definition
  const references = travelling(definition, columns).filter((column) => isReference(column) && column.mayUpdate)
  const sets = await fetchSets(client, [...new Set([...definition.navigation.keys()].map((key) => key.slice(key.indexOf('>') + 1)))])
  /** One part for each lookup, and one for state and reason, which belong together. */
  function partsOf(row: Row): readonly Record<string, unknown>[] {
    const bound = references.flatMap(({ name }): Record<string, unknown>[] => {
      const value = row[name]
      if (!isRowReference(value)) return []
      const set = sets.get(value.table)
      const navigation = definition.navigation.get(`${name}>${value.table}`)
      return set === undefined || navigation === undefined
        ? [{ [name]: value.id }]
        : [{ [`${navigation}@odata.bind`]: `/${set}(${value.id})` }]
    })
    const { statecode, statuscode } = row
    const state =
      columns === undefined && statecode !== undefined ? [{ statecode, ...(statuscode === undefined ? {} : { statuscode }) }] : []
    const reason = columns?.includes('statuscode') === true && statuscode !== undefined ? [{ statuscode }] : []
    return [...bound, ...state, ...reason]
  }
  function request(row: Row, body: Record<string, unknown>): BatchRequest {
    return { method: 'PATCH', path: `${setName}(${String(row[primaryId])})`, headers: { 'If-Match': '*' }, body }
  }
  return {
    idOf: (row) => String(row[primaryId]),
    first(row) {
      const parts = partsOf(row)
      return parts.length === 0 ? undefined : request(row, Object.assign({}, ...parts))
    },
    // One that cannot be set must not keep the others from being set.
    next(row) {
      const parts = partsOf(row)
      return parts.length < 2 ? undefined : parts.map((part) => request(row, part))
    },
    isDone: isSuccess,
  }
}

async function pairWriter(client: DataverseClient, pair: PairDefinition): Promise<Writer> {
  const [first, second] = await Promise.all([fetchTable(client, pair.first.table), fetchTable(client, pair.second.table)])
  if (first === undefined || second === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} does not have both tables that ${pair.schemaName} joins.`, {
      hint: 'Bring the version of the solution that has them first, then restore again.',
    })
  }
  const root = `${client.environment.url.replace(/\/+$/, '')}/api/data/v9.2`
  const ends = (row: Row): readonly [string, string] => [String(row[pair.first.column]), String(row[pair.second.column])]
  return {
    idOf: (row) => ends(row).join(' + '),
    first(row) {
      const [one, other] = ends(row)
      const path = `${first.setName}(${one})/${pair.first.navigation}/$ref`
      return { method: 'POST', path, body: { '@odata.id': `${root}/${second.setName}(${other})` } }
    },
    next: () => undefined,
    // 412: they are joined already.
    isDone: (answer) => isSuccess(answer) || answer.status === 412,
  }
}

async function inBatches(client: DataverseClient, pages: AsyncIterable<readonly Row[]>, writer: Writer): Promise<RowsWritten> {
  let written = 0
  const refused: RefusedRow[] = []
  let waiting: Promise<RowsWritten>[] = []
  async function settle(): Promise<void> {
    for (const each of await Promise.all(waiting)) {
      written += each.written
      refused.push(...each.refused)
    }
    waiting = []
  }
  for await (const page of pages) {
    for (let at = 0; at < page.length; at += rowsInBatch) {
      waiting.push(writeSome(client, page.slice(at, at + rowsInBatch), writer))
      if (waiting.length >= client.limits.parallelReads) await settle()
    }
  }
  await settle()
  return { written, refused }
}

async function writeSome(client: DataverseClient, rows: readonly Row[], writer: Writer): Promise<RowsWritten> {
  const asked = rows.flatMap((row) => {
    const request = writer.first(row)
    return request === undefined ? [] : [{ row, request }]
  })
  const answers = await sendPatiently(
    client,
    asked.map(({ request }) => request),
  )
  const further = asked.map(({ row }, at) => {
    const answer = answers[at]
    if (answer === undefined || writer.isDone(answer)) return { row, requests: [], answer: undefined }
    const requests = writer.next(row, answer)
    return { row, requests: requests ?? [], answer: requests === undefined ? answer : undefined }
  })
  const more = await sendPatiently(
    client,
    further.flatMap(({ requests }) => requests),
  )
  let next = 0
  const refused = further.flatMap(({ row, requests, answer }): RefusedRow[] => {
    const own = more.slice(next, next + requests.length)
    next += requests.length
    const failed =
      answer === undefined
        ? own.flatMap((each, at) => (writer.isDone(each) ? [] : [{ each, request: requests[at] }]))
        : [{ each: answer, request: undefined }]
    return failed.length === 0
      ? []
      : [{ id: writer.idOf(row), message: failed.map(({ each, request }) => whyRefused(each, request)).join('; ') }]
  })
  return { written: rows.length - refused.length, refused }
}

/** What is turned away for now is sent again after the time that the environment asks for: each request names the wanted end, so that is harmless. */
async function sendPatiently(client: DataverseClient, requests: readonly BatchRequest[]): Promise<readonly BatchAnswer[]> {
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
function whyRefused(answer: BatchAnswer, request: BatchRequest | undefined): string {
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
  return { written, refused: [] }
}

function isSuccess(answer: BatchAnswer): boolean {
  return answer.status >= 200 && answer.status < 300
}

function isRowReference(value: unknown): value is RowReference {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value
}
