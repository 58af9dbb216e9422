import type { ChangeClass, Fact } from '#domain/difference'
import { isRecord } from '../json-value.ts'

/** One value at the bottom of a JSON value. */
export interface Leaf {
  /** Names, and keys of list items, from the top down. */
  readonly path: readonly string[]
  readonly text: string
}

/** Names the items of a list: by position where order is meaning, else by what stays the same when they are re-ordered. */
export type ItemKey = (item: unknown, at: number) => string

// What lies deeper is one leaf: paths stay short however deep a hostile file nests.
const maxDepth = 64

/** Every leaf of a JSON value, in its order. Two values with equal leaves are equal but for key order; an empty object or list is a leaf. */
export function leavesOf(value: unknown, keyOf: ItemKey = (_, at) => String(at)): Leaf[] {
  const leaves: Leaf[] = []
  const waiting: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path } = next
    const inner = path.length < maxDepth ? innerOf(next.value, keyOf) : []
    if (inner.length === 0) leaves.push({ path, text: textOf(next.value) })
    for (const [name, item] of inner.toReversed()) waiting.push({ value: item, path: [...path, name] })
  }
  return leaves
}

function innerOf(value: unknown, keyOf: ItemKey): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, at) => [keyOf(item, at), item] as const)
  return isRecord(value) ? Object.entries(value) : []
}

/** A JSON value as text: a string as it is, unless it could be taken for another value; else JSON with sorted keys. Different values have different texts. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') return canonicalText(value)
  return readsAsValue.test(value) ? JSON.stringify(value) : value
}

const readsAsValue = /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$|true$|false$|null$|[{["])/i

/** Canonical JSON without recursion, for values nested deeper than the stack reaches. */
function canonicalText(value: unknown): string {
  const parts: string[] = []
  const waiting: ({ readonly value: unknown } | string)[] = [{ value }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') parts.push(next)
    else if (Array.isArray(next.value)) {
      parts.push('[')
      waiting.push(']')
      for (const [at, item] of [...next.value.entries()].toReversed()) waiting.push({ value: item }, at === 0 ? '' : ',')
    } else if (isRecord(next.value)) {
      parts.push('{')
      waiting.push('}')
      const entries = Object.entries(next.value).sort(([a], [b]) => (a < b ? 1 : -1))
      for (const [at, [name, item]] of entries.entries()) {
        waiting.push({ value: item }, `${at === entries.length - 1 ? '' : ','}${JSON.stringify(name)}:`)
      }
    } else parts.push(JSON.stringify(next.value) ?? 'null')
  }
  return parts.join('')
}

/** A fact's path of these names; names with slashes stay apart from nested ones. */
export function factPath(...names: readonly string[]): string {
  return names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
}

/** Names of a leaf's path as people write them: body.items[2].name. */
export function dotted(path: readonly string[]): string {
  return path.map((name, at) => (/^\d+$/.test(name) ? `[${name}]` : `${at === 0 ? '' : '.'}${name}`)).join('')
}

/** A fact for each leaf of a value: paths start at `at`, words are made of the leaf's own path. */
export function leafFacts(value: unknown, more: LeafFacts): Fact[] {
  return leavesOf(value, more.keyOf).map(({ path, text }) => ({
    path: path.length === 0 ? more.at : `${more.at}/${factPath(...path)}`,
    words: more.words(path),
    shape: 'value',
    value: text,
    classes: more.classes ?? alwaysBehavioural,
  }))
}

export interface LeafFacts {
  readonly at: string
  readonly words: (path: readonly string[]) => string
  readonly keyOf?: ItemKey
  readonly classes?: Fact['classes']
}

const allOf = (one: ChangeClass): NonNullable<Fact['classes']> => ({ added: one, removed: one, changed: one })

/** For what makes a component act otherwise, also when it is new. */
export const alwaysBehavioural = allOf('behavioural')

/** For what people read and nothing acts on. */
export const alwaysAdditive = allOf('additive')

/** The facts by path, each path once: where a file says a thing twice, the second is told apart by a number that does not depend on order. */
export function distinctFacts(facts: readonly Fact[]): Fact[] {
  const sorted = [...facts].sort((a, b) => compare(a.path, b.path) || compare(a.value, b.value) || compare(a.words, b.words))
  const taken = new Set(sorted.map((fact) => fact.path))
  let count = 1
  return sorted.map((fact, at) => {
    if (fact.path !== sorted[at - 1]?.path) count = 1
    else {
      do count += 1
      while (taken.has(`${fact.path}#${count}`))
      return { ...fact, path: `${fact.path}#${count}` }
    }
    return fact
  })
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
