import type { Transaction } from '../../store/store.ts'

const store = '~autonumber'
/** First number of a column without a seed of its own (learn.microsoft.com, "Create autonumber columns"). */
const firstNumber = 1000
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The next value of an autonumber column: `{SEQNUM:n}`, `{RANDSTRING:n}` and `{DATETIMEUTC:format}` among plain text. */
export function nextAutoNumber(tx: Transaction, column: { readonly id: string; readonly format: string }, now: Date): string {
  return column.format.replace(/\{(SEQNUM|RANDSTRING|DATETIMEUTC):([^}]+)\}/g, (_, kind: string, argument: string) => {
    if (kind === 'SEQNUM') return String(nextOf(tx, column.id)).padStart(Number(argument), '0')
    if (kind === 'RANDSTRING')
      return Array.from({ length: Number(argument) }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
    return formatDate(now, argument)
  })
}

function nextOf(tx: Transaction, columnId: string): number {
  const value = Number(tx.get(store, columnId)?.['value'] ?? firstNumber)
  tx.put(store, columnId, { value: value + 1 })
  return value
}

function formatDate(now: Date, format: string): string {
  const parts: Readonly<Record<string, string>> = {
    yyyy: String(now.getUTCFullYear()),
    yy: String(now.getUTCFullYear()).slice(2),
    MM: two(now.getUTCMonth() + 1),
    dd: two(now.getUTCDate()),
    HH: two(now.getUTCHours()),
    hh: two(now.getUTCHours() % 12 || 12),
    mm: two(now.getUTCMinutes()),
    ss: two(now.getUTCSeconds()),
  }
  return format.replace(/yyyy|yy|MM|dd|HH|hh|mm|ss/g, (part) => parts[part] ?? part)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
