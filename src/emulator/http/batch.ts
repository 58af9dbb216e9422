import { STATUS_CODES } from 'node:http'
import { ODataError } from '../errors.ts'
import { notSupported, syntaxError } from '../odata/refuse.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { dataTableBySet } from '../tables/data/data-table.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { ApiCall, CallRequest } from './api-call.ts'
import { openCall } from './api-call.ts'
import type { ContentIds } from './content-ids.ts'
import { resolveBody, resolveTarget } from './content-ids.ts'
import type { InnerRequest, Part } from './multipart.ts'
import { boundaryOf, parseInnerRequest, parseMultipart, writeMultipart } from './multipart.ts'
import { parsePreferences } from './preferences.ts'
import type { Reply } from './reply.ts'
import { errorReply } from './reply.ts'
import { single } from './server.ts'

/** Requests in one batch, change sets counted by what is in them (facts-2 §1.7). */
const mostRequests = 1000
/** Length of an address inside a batch in characters (facts-2 §1.7). */
const longestTarget = 64 * 1024

export type AnswerCall = (call: ApiCall) => Promise<Reply>

interface Batch {
  readonly call: ApiCall
  readonly answer: AnswerCall
  readonly ids: ContentIds
}

interface Piece {
  readonly contentId: string | undefined
  readonly inner: InnerRequest
}

type Item = { readonly kind: 'request'; readonly piece: Piece } | { readonly kind: 'changeset'; readonly pieces: readonly Piece[] }

/** `POST $batch` (facts-2 §1.7): the outer status is 400 when a request failed and the client did not ask to go on. */
export async function answerBatch(call: ApiCall, answer: AnswerCall): Promise<Reply> {
  if (call.method !== 'POST') throw syntaxError('A batch is sent by POST.')
  const items = parseBatch(await call.readText(), single(call.headers['content-type']))
  const batch: Batch = { call, answer, ids: new Map() }
  const goesOn = /(^|[,;\s])odata\.continue-on-error(\s*=\s*true)?\s*($|[,;])/i.test(single(call.headers['prefer']) ?? '')
  const parts: string[] = []
  let isFailed = false
  for (const run of goesOn ? runsOf(batch, items) : items.map((item) => [item])) {
    for (const done of await answerRun(batch, run)) {
      parts.push(done.text)
      isFailed = !done.ok && !goesOn
    }
    if (isFailed) break
  }
  const boundary = `batchresponse_${call.context.guid()}`
  const headers = { 'content-type': `multipart/mixed; boundary=${boundary}`, 'odata-version': '4.0' }
  return { status: isFailed ? 400 : 200, headers, body: writeMultipart(parts, boundary) }
}

function parseBatch(text: string, contentType: string | undefined): Item[] {
  const boundary = boundaryOf(contentType)
  if (boundary === undefined) throw syntaxError("The content type of a batch must be 'multipart/mixed' with a boundary.")
  const items = parseMultipart(text, boundary).map(parseItem)
  const count = items.reduce((sum, item) => sum + (item.kind === 'request' ? 1 : item.pieces.length), 0)
  if (count > mostRequests)
    throw syntaxError(
      `The current batch message contains too many parts. Only batch messages with a maximum number of '${mostRequests}' query operations and change sets are allowed.`,
    )
  return items
}

function parseItem(part: Part): Item {
  const boundary = boundaryOf(part.headers['content-type'])
  if (boundary === undefined) return { kind: 'request', piece: parsePiece(part) }
  const pieces = parseMultipart(part.body, boundary).map(parsePiece)
  const seen = new Set<string>()
  for (const { contentId, inner } of pieces) {
    if (inner.method === 'GET')
      throw syntaxError(
        "An invalid HTTP method 'GET' was detected for a request in a change set. Requests in change sets only support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'.",
      )
    if (contentId === undefined) throw syntaxError("The header 'Content-ID' is missing on a request of a change set.")
    if (seen.has(contentId)) throw syntaxError(`The content ID '${contentId}' was found more than once in the same change set.`)
    seen.add(contentId)
  }
  return { kind: 'changeset', pieces }
}

function parsePiece(part: Part): Piece {
  const type = part.headers['content-type'] ?? ''
  if (!/^application\/http\b/i.test(type)) throw syntaxError(`The content type '${type}' of a batch part is not 'application/http'.`)
  const inner = parseInnerRequest(part.body)
  if (inner.target.length > longestTarget) throw syntaxError(`An address in a batch is longer than ${longestTarget} characters.`)
  if (/(^|\/)\$batch\b/.test(inner.target)) throw syntaxError('A batch cannot contain another batch.')
  return { contentId: part.headers['content-id'] ?? inner.headers['content-id'], inner }
}

/** Changes of rows that follow each other, together; everything else alone. */
function runsOf(batch: Batch, items: readonly Item[]): Item[][] {
  const runs: Item[][] = []
  let isOpen = false
  for (const item of items) {
    const isChange = item.kind === 'request' && isRowChange(batch, item.piece)
    if (isChange && isOpen) runs.at(-1)?.push(item)
    else runs.push([item])
    isOpen = isChange
  }
  return runs
}

/** Of a row of a table with data, by its key; definitions and solutions have writes of their own. */
function isRowChange({ call }: Batch, { inner }: Piece): boolean {
  if (inner.method !== 'PATCH' && inner.method !== 'DELETE') return false
  const [, set] = /\/api\/data\/v[\d.]+\/(\w+)\([^/]*\)(?:\?|$)/.exec(inner.target) ?? []
  return set !== undefined && call.context.env.read((tx) => dataTableBySet(tx, set)) !== undefined
}

/**
 * Requests of a run are written to disk together, since one by one each would wait for the disk: each is all or nothing by itself as ever,
 * and nothing of them is acknowledged before all are written.
 */
async function answerRun(batch: Batch, run: readonly Item[]): Promise<Done[]> {
  const [first, ...more] = run
  if (first === undefined) return []
  if (first.kind === 'changeset') return [await answerChangeSet(batch, first.pieces)]
  if (more.length === 0) return [await answerAlone(batch, first.piece, batch.call.context)]
  const { context } = batch.call
  return context.env.join(async (env) => {
    const done: Done[] = []
    for (const item of run) if (item.kind === 'request') done.push(await answerAlone(batch, item.piece, { ...context, env }))
    return done
  })
}

interface Done {
  readonly ok: boolean
  readonly text: string
}

async function answerAlone(batch: Batch, piece: Piece, context: OperationContext): Promise<Done> {
  const reply = await answerPiece(batch, piece, context)
  return { ok: reply.status < 400, text: writePart(batch, reply, piece.contentId) }
}

// What a failed request carries out of the joined writes, so that nothing of them remains.
class ChangeSetFailure extends Error {
  readonly reply: Reply
  readonly contentId: string | undefined

  constructor(reply: Reply, contentId: string | undefined) {
    super('A request of the change set failed.')
    this.reply = reply
    this.contentId = contentId
  }
}

async function answerChangeSet(batch: Batch, pieces: readonly Piece[]): Promise<Done> {
  const { context } = batch.call
  const boundary = `changesetresponse_${context.guid()}`
  const wrap = (parts: readonly string[]): string =>
    `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${writeMultipart(parts, boundary)}`
  try {
    const parts = await context.env.join(async (env) => {
      const done: string[] = []
      for (const piece of pieces) {
        const reply = await answerPiece(batch, piece, { ...context, env, jobs: withoutStarting(context.jobs) })
        if (reply.status >= 400) throw new ChangeSetFailure(reply, piece.contentId)
        done.push(writePart(batch, reply, piece.contentId))
      }
      return done
    })
    return { ok: true, text: wrap(parts) }
  } catch (error) {
    if (!(error instanceof ChangeSetFailure)) throw error
    return { ok: false, text: wrap([writePart(batch, error.reply, error.contentId)]) }
  }
}

async function answerPiece(batch: Batch, { contentId, inner }: Piece, context: OperationContext): Promise<Reply> {
  try {
    const call = openCall(toRequest(batch, inner, context))
    const reply = await batch.answer(call)
    rememberRow(batch, contentId, reply)
    return reply
  } catch (error) {
    return errorReply(
      error,
      parsePreferences(inner.headers['prefer']).wantsAnnotation('Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus'),
    )
  }
}

function toRequest(batch: Batch, inner: InnerRequest, context: OperationContext): CallRequest {
  const { serviceRoot } = batch.call
  const target = resolveTarget(inner.target, batch.ids)
  const root = new URL(serviceRoot)
  const url = new URL(isRooted(target) ? target : `${serviceRoot}/${target}`, root)
  const path = belowRoot(url.pathname, root.pathname)
  if (url.origin !== root.origin || path === undefined)
    throw new ODataError(400, '0x80060888', `The address '${inner.target}' of a batch part is not below the service root '${serviceRoot}'.`)
  const body = resolveBody(inner.body, batch.ids)
  return {
    method: inner.method,
    path,
    url,
    headers: inner.headers,
    serviceRoot,
    context,
    readText: () => Promise.resolve(body),
    readBytes: () => Promise.resolve(Buffer.from(body)),
  }
}

// With the name of the environment before it, as this emulator's addresses have it, or without, as the service's have it.
function belowRoot(path: string, root: string): string | undefined {
  const base = /^\/api\/data\/v9\.[0-2](?=\/|$)/.exec(path)?.[0] ?? root
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length + 1) : undefined
}

function isRooted(target: string): boolean {
  return target.startsWith('/') || /^https?:\/\//i.test(target)
}

function rememberRow(batch: Batch, contentId: string | undefined, reply: Reply): void {
  const entity = reply.headers?.['odata-entityid'] ?? reply.headers?.['location']
  if (contentId !== undefined && typeof entity === 'string') batch.ids.set(contentId, entity.slice(batch.call.serviceRoot.length + 1))
}

function writePart(batch: Batch, reply: Reply, contentId: string | undefined): string {
  const body = typeof reply.body === 'object' ? JSON.stringify(reply.body) : (reply.body ?? '')
  const headers = { ...(reply.status >= 400 ? { REQ_ID: batch.call.context.guid() } : {}), ...reply.headers }
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${wellKnown[name] ?? name}: ${String(value)}`),
    '',
    body,
  ].join('\r\n')
}

// As the service writes them; clients that look for them by text find them.
const wellKnown: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'odata-version': 'OData-Version',
  'odata-entityid': 'OData-EntityId',
  'preference-applied': 'Preference-Applied',
  location: 'Location',
  etag: 'ETag',
}

// A solution operation is a transaction of its own and takes long; nothing is known of one inside a change set.
function withoutStarting(jobs: Jobs): Jobs {
  const refuse = (): never => {
    throw notSupported('solution operations inside a change set')
  }
  return {
    start: async () => refuse(),
    runNow: async () => refuse(),
    recover: async () => refuse(),
    holder: (environment) => jobs.holder(environment),
    withLock: (environment, lock, work) => jobs.withLock(environment, lock, work),
    idle: () => jobs.idle(),
  }
}
