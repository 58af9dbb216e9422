import { randomInt } from 'node:crypto'
import { definitionsVersion } from '../../kinds/data-definitions.ts'
import { ODataError } from '../../errors.ts'
import { busyTables, timelineRow } from '../../store/busy-rows.ts'
import { currentNumber } from '../../store/rows.ts'
import type { EnvironmentStore, ReadTransaction } from '../../store/store.ts'

/** Days that changes are remembered: Organization.ExpireSubscriptionsInDays as it comes (Microsoft: Cache schema data). */
const expiresInDays = 90
const versionDigits = 12

/** A point in the life of an environment: `152647645!07/11/2025 22:09:13`, as recorded replies have it; clients give it back unread. */
export interface Point {
  /** Rows with a greater version number were written later. */
  readonly version: number
  /** No definition was written since. */
  readonly isCurrent: boolean
}

/**
 * The number of the environment's line of time. Version numbers of one that was restored or copied from elsewhere mean nothing to whoever
 * read it before, so it gets another line.
 */
export async function timelineOf(env: EnvironmentStore): Promise<number> {
  const known = env.read(readTimeline)
  if (known !== undefined) return known
  return env.write((tx) => {
    const made = readTimeline(tx) ?? randomInt(100_000, 999_999)
    tx.put(busyTables.stamps, timelineRow, { value: made })
    return made
  })
}

function readTimeline(tx: ReadTransaction): number | undefined {
  const value = tx.get(busyTables.stamps, timelineRow)?.['value']
  return typeof value === 'number' ? value : undefined
}

export function stampOf(tx: ReadTransaction, timeline: number, now: Date): string {
  const version = String(currentNumber(tx, 'version')).padStart(versionDigits, '0')
  const [year = '', month = '', day = ''] = now.toISOString().slice(0, 10).split('-')
  return `${timeline}${version}!${month}/${day}/${year} ${now.toISOString().slice(11, 19)}`
}

/** Throws ExpiredVersionStamp for a stamp of another line of time, or older than what is remembered; what a text that is none gets is unverified. */
export function readStamp(tx: ReadTransaction, text: string, { timeline, now }: { readonly timeline: number; readonly now: Date }): Point {
  const [, line, digits, month, day, year, time] = /^(\d{6})(\d{12})!(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)$/.exec(text) ?? []
  const version = Number(digits)
  const ageMs = now.getTime() - Date.parse(`${year}-${month}-${day}T${time}Z`)
  const isKept = ageMs <= expiresInDays * 86_400_000 && version <= currentNumber(tx, 'version')
  if (line !== String(timeline) || !isKept)
    throw new ODataError(400, '0x80044352', 'Version stamp associated with the client has expired. Please perform a full sync.')
  return { version, isCurrent: definitionsVersion(tx) < version }
}
