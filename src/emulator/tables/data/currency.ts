import type { ReadTransaction, Row } from '../../store/store.ts'
import type { DataDefinition } from './definition.ts'
import { defineTable } from './define.ts'
import { readRow } from './row-store.ts'

/** The base currency of every local environment: a row of the same id everywhere, which cannot be deleted or renamed. */
export const baseCurrencyId = '00000000-0000-4000-8000-00000000d01a'
const usDollar: Row = {
  transactioncurrencyid: baseCurrencyId,
  currencyname: 'US Dollar',
  isocurrencycode: 'USD',
  currencysymbol: '$',
  exchangerate: 1,
  currencyprecision: 2,
  statecode: 0,
  statuscode: 1,
  versionnumber: 1,
}

/** With the code that the environment was created with; the others of its columns stay those of the US dollar. */
export function baseCurrency(tx: ReadTransaction): Row {
  const code = tx.list('organization')[0]?.['~currency']
  return typeof code === 'string' && code !== usDollar['isocurrencycode']
    ? { ...usDollar, isocurrencycode: code, currencyname: code }
    : usDollar
}

/**
 * The columns beside amounts of money: the currency (the base one unless given), its exchange rate of now, and each amount in base
 * currency (`<name>_base`). Empty for a table without amounts.
 */
export function moneyColumns(tx: ReadTransaction, definition: DataDefinition, row: Row): Row {
  const amounts = definition.columns.filter((column) => column.type === 'money' && !column.name.endsWith('_base'))
  if (!definition.byName.has('transactioncurrencyid')) return {}
  const hasAmount = amounts.some(({ name }) => typeof row[name] === 'number')
  const given = row['transactioncurrencyid']
  if (typeof given !== 'string' && !hasAmount) return {}
  const currency = typeof given === 'string' ? given : baseCurrencyId
  const rate = rateOf(tx, currency)
  const base = amounts
    .filter(({ name }) => definition.byName.has(`${name}_base`))
    .map(({ name }) => [`${name}_base`, typeof row[name] === 'number' ? Number((Number(row[name]) / rate).toFixed(4)) : null] as const)
  return {
    transactioncurrencyid: currency,
    ...(definition.byName.has('exchangerate') ? { exchangerate: rate } : {}),
    ...Object.fromEntries(base),
  }
}

function rateOf(tx: ReadTransaction, id: string): number {
  const currencies = defineTable(tx, 'transactioncurrency')
  const rate = currencies === undefined ? undefined : readRow(tx, currencies, id)?.['exchangerate']
  return typeof rate === 'number' && rate > 0 ? rate : 1
}
