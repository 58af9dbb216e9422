import { isNoiseMember } from '../describe/noise.ts'
import { isRecord } from '../json-value.ts'
import type { MergeNotes } from './merge-xml.ts'
import { mergeOrder, pick, type Versions } from './pick.ts'

/** Brings their changes to our value, member by member; lists and single values are taken whole. `undefined` is a member that is absent. */
export function mergeJson(notes: MergeNotes, versions: Versions<unknown>, where: string): unknown {
  const { base, theirs, ours } = versions
  if (isRecord(theirs) && isRecord(ours)) return mergeMembers(notes, { base: isRecord(base) ? base : {}, theirs, ours }, where)
  const side = pick(versions, isSameJson)
  if (side === 'both') notes.conflicts.push({ component: notes.component, where, base: said(base), theirs: said(theirs), ours: said(ours) })
  return side === 'theirs' ? theirs : ours
}

export function isSameJson(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b)
}

function mergeMembers(notes: MergeNotes, versions: Versions<Record<string, unknown>>, where: string): Record<string, unknown> {
  const { base, theirs, ours } = versions
  const merged = new Map<string, unknown>()
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const values = { base: memberOf(base, name), theirs: memberOf(theirs, name), ours: memberOf(ours, name) }
    const value = isNoiseMember(notes.kind, name) ? values.ours : mergeJson(notes, values, `${where} › ${name}`)
    if (value !== undefined) merged.set(name, value)
  }
  const order = mergeOrder({ base: Object.keys(base), theirs: Object.keys(theirs), ours: Object.keys(ours) }, new Set(merged.keys()))
  return Object.fromEntries(order.map((name) => [name, merged.get(name)]))
}

/** A member of its own: names such as `constructor` are data here. */
function memberOf(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function said(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, member: unknown) =>
    isRecord(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  )
}
