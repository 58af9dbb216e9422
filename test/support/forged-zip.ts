import { crc32, deflateRawSync } from 'node:zlib'

/** What one of an entry's two headers says. */
export interface Claims {
  readonly name?: string | Uint8Array
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly packedSize?: number
  readonly size?: number
  readonly extra?: Uint8Array
}

/** An entry of a zip that need not be true: without claims of its own it is. */
export interface ForgedEntry {
  readonly name: string | Uint8Array
  readonly content?: string | Uint8Array
  readonly isStored?: boolean
  /** Said in both headers. */
  readonly both?: Claims
  /** Said in the central directory only. */
  readonly central?: Claims & { readonly host?: number; readonly mode?: number; readonly disk?: number; readonly headerAt?: number }
  /** Said in the header before the content only. */
  readonly local?: Claims
  /** Bytes between the packed content and the next entry. */
  readonly after?: Uint8Array
}

/** What the end of the zip says, and what stands around it. */
export interface ForgedEnd {
  readonly before?: Uint8Array
  /** False: offsets are counted from the first entry, although bytes stand before it. */
  readonly countsBefore?: boolean
  readonly comment?: Uint8Array
  readonly commentLength?: number
  readonly after?: Uint8Array
  readonly disk?: number
  readonly count?: number
  readonly size?: number
  readonly at?: number
  /** Writes a zip64 record and locator with these values instead of the true ones. */
  readonly zip64?: {
    readonly count?: number
    readonly size?: number
    readonly at?: number
    readonly recordAt?: number
    readonly recordSize?: number
    readonly disks?: number
  }
}

/** A zip written field by field from APPNOTE, by none of the product's code. */
export function forgeZip(entries: readonly ForgedEntry[], end: ForgedEnd = {}): Uint8Array {
  const before = end.before ?? new Uint8Array()
  const base = end.countsBefore === false ? 0 : before.length
  const parts: Buffer[] = []
  const records: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const { content, truth } = packed(entry)
    const header = localHeader({ ...truth, ...entry.both, ...entry.local })
    records.push(centralRecord({ ...truth, ...entry.both, ...entry.central }, base + at, entry.central ?? {}))
    const whole = Buffer.concat([header, content, entry.after ?? new Uint8Array()])
    parts.push(whole)
    at += whole.length
  }
  const directory = Buffer.concat(records)
  return Uint8Array.from(
    Buffer.concat([
      before,
      ...parts,
      directory,
      endOf({ at: base + at, size: directory.length, count: entries.length }, end),
      end.after ?? new Uint8Array(),
    ]),
  )
}

/** An extra field. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  return Buffer.concat([numbers([2, id], [2, data.length]), data])
}

/** Little-endian numbers, each of so many bytes. */
export function numbers(...fields: readonly (readonly [width: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const field = Buffer.alloc(8)
      field.writeBigUInt64LE(BigInt(value))
      return field.subarray(0, width)
    }),
  )
}

type Truth = Required<Claims>

function packed(entry: ForgedEntry): { content: Uint8Array; truth: Truth } {
  const plain = Buffer.from(entry.content ?? '')
  const content = entry.isStored === true ? plain : deflateRawSync(plain)
  const method = entry.isStored === true ? 0 : 8
  return {
    content,
    truth: {
      name: entry.name,
      flags: 0,
      method,
      crc: crc32(plain),
      packedSize: content.length,
      size: plain.length,
      extra: new Uint8Array(),
    },
  }
}

function common({ flags, method, crc, packedSize, size, name, extra }: Truth): Buffer {
  return numbers(
    [2, 20],
    [2, flags],
    [2, method],
    [4, 0x210000],
    [4, crc],
    [4, packedSize],
    [4, size],
    [2, Buffer.from(name).length],
    [2, extra.length],
  )
}

function localHeader(claims: Truth): Buffer {
  return Buffer.concat([numbers([4, 0x04034b50]), common(claims), Buffer.from(claims.name), claims.extra])
}

function centralRecord(claims: Truth, headerAt: number, more: NonNullable<ForgedEntry['central']>): Buffer {
  const { host = 0, mode = 0, disk = 0 } = more
  return Buffer.concat([
    numbers([4, 0x02014b50], [1, 20], [1, host]),
    common(claims),
    numbers([2, 0], [2, disk], [2, 0], [2, 0], [2, mode], [4, more.headerAt ?? headerAt]),
    Buffer.from(claims.name),
    claims.extra,
  ])
}

function endOf(truth: { at: number; size: number; count: number }, end: ForgedEnd): Buffer {
  const { at, size, count } = truth
  const comment = end.comment ?? new Uint8Array()
  const { disk = 0 } = end
  const record = numbers(
    [4, 0x06054b50],
    [2, disk],
    [2, disk],
    [2, end.count ?? count],
    [2, end.count ?? count],
    [4, end.size ?? size],
    [4, end.at ?? at],
    [2, end.commentLength ?? comment.length],
  )
  return Buffer.concat([end.zip64 === undefined ? new Uint8Array() : zip64EndOf(truth, end.zip64), record, comment])
}

function zip64EndOf({ at, size, count }: { at: number; size: number; count: number }, said: NonNullable<ForgedEnd['zip64']>): Buffer {
  const wideCount = said.count ?? count
  return Buffer.concat([
    numbers(
      [4, 0x06064b50],
      [8, said.recordSize ?? 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
      [8, wideCount],
      [8, wideCount],
      [8, said.size ?? size],
      [8, said.at ?? at],
    ),
    numbers([4, 0x07064b50], [4, 0], [8, said.recordAt ?? at + size], [4, said.disks ?? 1]),
  ])
}
