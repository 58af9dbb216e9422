import type { Clock } from '../clock.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

/** Milliseconds until apps and flows see a new value: up to an hour, and here always the whole of it (facts-2 §4). */
export const valueDelayMs = 3_600_000

const table = '~runtimevalue'

interface SavedValue {
  readonly value: string
  /** ISO instant of saving. */
  readonly at: string
}

/** Notes a value that was saved; apps and flows see it later, and keep the last one when it is deleted (facts-2 §4). */
export function noteValue(tx: Transaction, definitionId: string, saved: SavedValue): void {
  const before = savedValues(tx, definitionId)
  if (before.at(-1)?.value !== saved.value) tx.put(table, definitionId, { saved: [...before, saved] })
}

export function forgetValues(tx: Transaction, definitionId: string): void {
  tx.remove(table, definitionId)
}

/** One variable as it is and as apps and flows see it. */
export interface VariableSight {
  readonly schemaName: string
  readonly defaultValue: string | null
  /** The current value of the environment; null when there is none. */
  readonly currentValue: string | null
  /** What apps and flows use now. */
  readonly valueForApps: string | null
}

/** Every environment variable of the environment. A default value counts at once (U). */
export function listVariableSights(tx: ReadTransaction, clock: Clock): readonly VariableSight[] {
  const values = new Map(tx.list('environmentvariablevalue').map((row) => [row.environmentvariabledefinitionid, row.value]))
  const latest = new Date(clock.now().getTime() - clock.scaled(valueDelayMs)).toISOString()
  return tx.list('environmentvariabledefinition').map((row) => {
    const id = String(row.environmentvariabledefinitionid)
    const arrived = savedValues(tx, id).filter((saved) => saved.at <= latest)
    const defaultValue = textOrNull(row.defaultvalue)
    return {
      schemaName: String(row.schemaname),
      defaultValue,
      currentValue: textOrNull(values.get(id)),
      valueForApps: arrived.at(-1)?.value ?? defaultValue,
    }
  })
}

function savedValues(tx: ReadTransaction, definitionId: string): readonly SavedValue[] {
  // Rows of this table are written by noteValue only.
  return ((tx.get(table, definitionId) as Row | undefined)?.saved ?? []) as readonly SavedValue[]
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
