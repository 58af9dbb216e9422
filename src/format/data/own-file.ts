import type { DataReference, OnTargetChange, OutsideRow } from '#domain/data'
import { DroverError } from '#domain/kernel'
import { idOf } from './data-values.ts'

/** What the platform's format cannot say: rows to delete, what holds where the target has changed a row, and rows outside of the package by their keys. */
export interface OwnFile {
  readonly tables: Readonly<Record<string, { readonly changedInTarget: OnTargetChange }>>
  readonly deletes: readonly DataReference[]
  readonly outside: readonly OutsideRow[]
}

const none: OwnFile = { tables: {}, deletes: [], outside: [] }

export function readOwnFile(bytes: Uint8Array | undefined): OwnFile {
  if (bytes === undefined) return none
  const file = members(parse(bytes))
  const odd = Object.keys(file).find((name) => !['tables', 'deletes', 'outside'].includes(name))
  if (odd !== undefined) throw badFile(`"${odd}" means nothing; it takes tables, deletes and outside`)
  return {
    tables: Object.fromEntries(
      Object.entries(members(file['tables'] ?? {})).map(([name, value]) => [name.toLowerCase(), readPolicy(name, value)]),
    ),
    deletes: listOf(file['deletes'], 'deletes').map((each) => readReference(each, 'deletes')),
    outside: listOf(file['outside'], 'outside').map(readOutside),
  }
}

/** Undefined where there is nothing to say. */
export function writeOwnFile({ tables, deletes, outside }: OwnFile): string | undefined {
  if (Object.keys(tables).length + deletes.length + outside.length === 0) return undefined
  return `${JSON.stringify({ tables, deletes, outside }, null, 2)}\n`
}

function badFile(problem: string): DroverError {
  return new DroverError('data.bad-package', `drover_data.json cannot be used: ${problem}.`, {
    hint: 'It may say { "tables": { "exa_state": { "changedInTarget": "overwrite" } }, "deletes": [{ "table": "exa_state", "id": "…" }], "outside": [{ "table": "transactioncurrency", "id": "…", "key": { "isocurrencycode": "CHF" } }] }.',
  })
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown
  } catch {
    throw badFile('it is no JSON')
  }
}

function readPolicy(table: string, value: unknown): { readonly changedInTarget: OnTargetChange } {
  const { changedInTarget = 'keep' } = members(value)
  if (changedInTarget !== 'keep' && changedInTarget !== 'overwrite') throw badFile(`changedInTarget of ${table} is keep or overwrite`)
  return { changedInTarget }
}

function readReference(value: unknown, where: string): DataReference {
  const { table, id } = members(value)
  const bare = typeof id === 'string' ? idOf(id) : undefined
  if (typeof table !== 'string' || !logicalName.test(table.toLowerCase()) || bare === undefined)
    throw badFile(`each of ${where} names a table and an id`)
  return { table: table.toLowerCase(), id: bare }
}

const logicalName = /^[a-z_][a-z0-9_]{0,127}$/

function readOutside(value: unknown): OutsideRow {
  const key = Object.entries(members(members(value)['key']))
  const isFit = key.length > 0 && key.every(([name, one]) => logicalName.test(name) && (typeof one === 'string' || typeof one === 'number'))
  if (!isFit) throw badFile('each of outside has a key of columns with texts or numbers')
  // Each was just seen to be a text or a number.
  return { ...readReference(value, 'outside'), key: Object.fromEntries(key) as Record<string, string | number> }
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw badFile(`${name} is a list`)
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  // An object that is no list has members by name.
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw badFile('where members are due it has something else')
}
