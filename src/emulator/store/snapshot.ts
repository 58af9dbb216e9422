import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { DroverError } from '#domain/kernel'
import type { EmulatorStore, EnvironmentContent, PlacedRow } from './store.ts'

/** What a snapshot says of itself. */
export interface SnapshotHeader {
  readonly format: 'drover-environment'
  readonly version: 1
  readonly environment: string
  /** ISO instant on the clock of the environments. */
  readonly takenAt: string
  readonly rows: number
  readonly blobs: number
}

export interface Snapshot {
  readonly header: SnapshotHeader
  readonly content: EnvironmentContent
}

/** Largest snapshot when unpacked, in bytes. */
const largest = 2 ** 31 - 1
const newline = 0x0a

/**
 * One environment as one file: gzip over lines of JSON. The first says what it is, then each row and each blob that rows name, and
 * the last has the sha256 of all before it; each blob is named by its own.
 */
export async function takeSnapshot(store: EmulatorStore, environment: string, takenAt: Date): Promise<Buffer> {
  const lines = linesOf(store, environment, takenAt)
  const body = Buffer.concat(lines)
  const end = Buffer.from(`${JSON.stringify({ sha256: sha256(body) })}\n`)
  return promisify(gzip)(Buffer.concat([body, end]), { level: 6 })
}

/** Throws `emulator.snapshot-unreadable` for a file that is no snapshot, and `emulator.snapshot-damaged` for one that changed since. */
export async function readSnapshot(file: Uint8Array): Promise<Snapshot> {
  const whole = await promisify(gunzip)(file, { maxOutputLength: largest }).catch((cause: unknown) => {
    throw unreadable('it is not a whole gzip file', cause)
  })
  const { header, body, end } = split(whole)
  if (end['sha256'] !== sha256(body)) throw damaged('its digest is not that of its content')
  const rows: PlacedRow[] = []
  const blobs: Uint8Array[] = []
  for (const line of bodyLines(body)) {
    const bytes = blobOf(line)
    if (bytes === undefined) rows.push(line as unknown as PlacedRow)
    else blobs.push(bytes)
  }
  if (rows.length !== header.rows || blobs.length !== header.blobs) throw damaged('it does not hold as much as it says')
  return { header, content: { rows, blobs } }
}

// Synchronous as a whole: no write can come between two lines.
function linesOf(store: EmulatorStore, environment: string, takenAt: Date): Buffer[] {
  const lines: Buffer[] = []
  const seen = new Set<string>()
  const blobs: Buffer[] = []
  let rows = 0
  for (const { table, id, row } of store.rows(environment)) {
    const text = JSON.stringify({ table, id, row })
    lines.push(Buffer.from(`${text}\n`))
    rows += 1
    addBlobs(store, text, { seen, lines: blobs })
  }
  const header: SnapshotHeader = {
    format: 'drover-environment',
    version: 1,
    environment,
    takenAt: takenAt.toISOString(),
    rows,
    blobs: blobs.length,
  }
  return [Buffer.from(`${JSON.stringify(header)}\n`), ...lines, ...blobs]
}

// Rows name blobs by digest, wherever they keep it; a stored component names its files the same way.
function addBlobs(store: EmulatorStore, text: string, into: { readonly seen: Set<string>; readonly lines: Buffer[] }): void {
  for (const [digest] of text.matchAll(/\b[0-9a-f]{64}\b/g)) {
    if (into.seen.has(digest)) continue
    into.seen.add(digest)
    const bytes = store.blob(digest)
    if (bytes === undefined) continue
    const copy = Buffer.from(bytes)
    into.lines.push(Buffer.from(`${JSON.stringify({ blob: digest, bytes: copy.toString('base64') })}\n`))
    if (copy[0] === 0x7b) addBlobs(store, copy.toString('utf8'), into)
  }
}

function split(whole: Buffer): { readonly header: SnapshotHeader; readonly body: Buffer; readonly end: Readonly<Record<string, unknown>> } {
  const first = whole.indexOf(newline)
  const last = whole.lastIndexOf(newline, whole.length - 2)
  if (first < 0 || last < first || whole.at(-1) !== newline) throw unreadable('it has no beginning or no end')
  const header = parseLine(whole.subarray(0, first))
  if (header['format'] !== 'drover-environment') throw unreadable('it does not say that it is one')
  if (header['version'] !== 1) throw unreadable(`its version is ${String(header['version'])}, and this Drover reads version 1`)
  return { header: header as unknown as SnapshotHeader, body: whole.subarray(0, last + 1), end: parseLine(whole.subarray(last + 1)) }
}

function* bodyLines(body: Buffer): Iterable<Readonly<Record<string, unknown>>> {
  let from = body.indexOf(newline) + 1
  while (from < body.length) {
    const to = body.indexOf(newline, from)
    yield parseLine(body.subarray(from, to))
    from = to + 1
  }
}

function blobOf(line: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  if (typeof line['blob'] !== 'string') return undefined
  const bytes = Buffer.from(String(line['bytes']), 'base64')
  if (sha256(bytes) !== line['blob']) throw damaged(`the bytes of ${line['blob']} are others`)
  return bytes
}

function parseLine(line: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line.toString('utf8'))) as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw unreadable('a line of it is no JSON', cause)
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function unreadable(reason: string, cause?: unknown): DroverError {
  return new DroverError('emulator.snapshot-unreadable', `This file is no snapshot of a local environment: ${reason}.`, {
    hint: 'Name a file that `drover emulator snapshot` wrote.',
    cause,
  })
}

function damaged(reason: string): DroverError {
  return new DroverError('emulator.snapshot-damaged', `This snapshot is damaged: ${reason}.`, {
    hint: 'Take it again, or copy it again from where it was taken.',
  })
}
