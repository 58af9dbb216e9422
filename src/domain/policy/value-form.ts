import { gateKinds } from '#domain/pipeline'
import { findHolidayProblem } from './calendar-policy.ts'
import { listLeaves } from './list-leaves.ts'
import { findGuide } from './policy-guide.ts'
import type { Policy } from './policy.ts'
import { roleNames } from './role-names.ts'

/** What a value of the policy may be: told by what is shipped there, and by what is said of it. */
export type ValueForm =
  | { readonly kind: 'number' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'one-of'; readonly options: readonly (string | null)[] }
  | { readonly kind: 'list'; readonly of: readonly string[] | undefined }
  | { readonly kind: 'recovery'; readonly mayBeNone: boolean }
  | { readonly kind: 'text' }
  /** Made as the shipped value is. */
  | { readonly kind: 'like' }

export interface WrittenValue {
  readonly policy: Policy
  readonly path: string
  readonly shipped: unknown
  readonly value: unknown
}

/** What is wrong with a value for this place, in one sentence; undefined: nothing. */
export function findValueProblem({ policy, path, shipped, value }: WrittenValue): string | undefined {
  const form = formOf(policy, path, shipped)
  switch (form.kind) {
    case 'number':
      return typeof value === 'number' && value >= 0 && value <= mostOfANumber
        ? undefined
        : `this must be a number${unitOf(path)}, from 0 to ${mostOfANumber}.`
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'this must be true or false.'
    case 'text':
      return typeof value === 'string' ? undefined : 'this must be a text.'
    case 'one-of':
      return form.options.some((option) => option === (value ?? null))
        ? undefined
        : `this must be one of: ${form.options.map((option) => option ?? 'null (none)').join(', ')}.`
    case 'list':
      return (path === 'calendar.holidays' ? findHolidayProblem(value) : undefined) ?? findListProblem(value, form.of)
    case 'recovery':
      return findRecoveryProblem(value, form.mayBeNone)
    case 'like':
      return isLike(shipped, value) ? undefined : 'this must be made as the shipped value is; `drover policy show` prints it.'
  }
}

/** In hours more than ten years. With larger numbers times are reckoned that no calendar has, and nothing could be judged any more. */
export const mostOfANumber = 100_000

export function formOf(policy: Policy, path: string, shipped: unknown): ValueForm {
  const guide = findGuide(path)
  if (path.endsWith('.chosen') && path.startsWith('positions.')) return { kind: 'one-of', options: optionsOf(policy, path) }
  if (guide?.order !== undefined)
    return { kind: 'one-of', options: guide.order.map((option) => (typeof option === 'string' ? option : null)) }
  if (typeof shipped === 'number') return { kind: 'number' }
  if (typeof shipped === 'boolean') return { kind: 'flag' }
  if (typeof shipped === 'string') return { kind: 'text' }
  if (/^tiers\.\d\.recovery$/.test(path)) return { kind: 'recovery', mayBeNone: isNone(shipped) }
  if (Array.isArray(shipped) && shipped.every((item) => typeof item === 'string'))
    return { kind: 'list', of: vocabularyOf(policy, path, shipped) }
  return { kind: 'like' }
}

function optionsOf(policy: Policy, path: string): readonly string[] {
  const position = Object.entries(policy.positions).find(([id]) => path === `positions.${id}.chosen`)
  if (position === undefined) return []
  const [, { options, chosen, effect }] = position
  // What no answer changes is not asked.
  return effect.kind === 'fixed' ? [chosen.value] : Object.keys(options)
}

/** The words that may stand in a list: all gates or all roles, where those that stand there, or in the same place of another tier, are such. */
function vocabularyOf(policy: Policy, path: string, shipped: readonly string[]): readonly string[] | undefined {
  const said = findGuide(path)
  const beside =
    shipped.length > 0 || said === undefined
      ? shipped
      : listLeaves(policy).flatMap((leaf) =>
          Array.isArray(leaf.sourced.value) && findGuide(leaf.path) === said ? (leaf.sourced.value as string[]) : [],
        )
  if (beside.length === 0) return undefined
  return [gateKinds, roleNames].find((words) => beside.every((word) => words.some((known) => known === word)))
}

function findListProblem(value: unknown, of: readonly string[] | undefined): string | undefined {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return 'this must be a list of names.'
  const unknown = value.find((item) => of !== undefined && !of.includes(item))
  if (unknown !== undefined) return `"${unknown}" is not known here; known: ${(of ?? []).join(', ')}.`
  return new Set(value).size === value.length ? undefined : 'one name stands there twice.'
}

/** That a way back is known is never let go (REL-08); that it was practised can be. */
function findRecoveryProblem(value: unknown, mayBeNone: boolean): string | undefined {
  const expected = `this must be ${mayBeNone ? '{ kind: none }, ' : ''}{ kind: documented }, or { kind: rehearsed, within: <days, or major> }`
  if (typeof value !== 'object' || value === null || !('kind' in value)) return `${expected}.`
  const keys = Object.keys(value).length
  if (value.kind === 'none' && !mayBeNone) return `${expected}; that a way back is known is never waived (REL-08).`
  if ((value.kind === 'none' || value.kind === 'documented') && keys === 1) return undefined
  const within = 'within' in value ? value.within : undefined
  const isSpan = within === 'major' || (typeof within === 'number' && within > 0)
  return value.kind === 'rehearsed' && keys === 2 && isSpan ? undefined : `${expected}.`
}

function isNone(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'none'
}

function isLike(shipped: unknown, value: unknown): boolean {
  if (Array.isArray(shipped))
    return Array.isArray(value) && value.every((item) => shipped.length === 0 || shipped.some((known) => isLike(known, item)))
  if (typeof shipped === 'object' && shipped !== null) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return (
      Object.entries(value).every(([key, item]) => Object.hasOwn(shipped, key) && isLike(Reflect.get(shipped, key), item)) &&
      Object.keys(shipped).every((key) => key in value)
    )
  }
  return typeof shipped === typeof value
}

function unitOf(path: string): string {
  const unit = findGuide(path)?.unit
  return unit === undefined ? '' : ` of ${unit}`
}
