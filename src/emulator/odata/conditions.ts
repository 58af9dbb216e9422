import { compareScalars } from './compare.ts'
import type { Scalar } from './compare.ts'
import { datePeriod } from './date-periods.ts'
import { isLike } from './like.ts'

/** What a condition may ask for beside its own values. */
export interface Circumstances {
  readonly now: Date
  readonly userId: string
  readonly businessUnitId: string | undefined
}

/** How many values an operator takes. */
type Arity = 'none' | 'one' | 'two' | 'many'

type Test = (value: Exclude<Scalar, null | undefined>, args: readonly Scalar[], circumstances: Circumstances) => boolean

interface Operator {
  readonly arity: Arity
  readonly test: Test
  /** What the operator says of a row without a value; false unless given. The service's "not" operators include such rows. */
  readonly whenEmpty?: boolean
}

const equals: Test = (value, [wanted]) => compareScalars(value, wanted) === 0
const within: Test = (value, args) => textsOf(args).has(lower(value))
const between: Test = (value, [low, high]) => compareScalars(value, low) >= 0 && compareScalars(value, high) <= 0
const like: Test = (value, [pattern]) => isLike(String(value), String(pattern ?? ''))
const begins: Test = (value, [part]) => lower(value).startsWith(lower(part))
const ends: Test = (value, [part]) => lower(value).endsWith(lower(part))
const isUser: Test = (value, _args, { userId }) => equals(value, [userId], nobody)
const isUnit: Test = (value, _args, { businessUnitId }) => equals(value, [businessUnitId], nobody)
// A choice column with several values holds their numbers, separated by commas.
const containsValues: Test = (value, args) => {
  const held = String(value).split(',')
  return args.some((wanted) => held.includes(String(wanted)))
}
const nobody: Circumstances = { now: new Date(0), userId: '', businessUnitId: undefined }

const not = (test: Test): Test => {
  return (...given) => !test(...given)
}

/** Operators of FetchXML conditions by their names there; those of the Web API's query functions mean the same. */
const operators: Readonly<Record<string, Operator>> = {
  null: { arity: 'none', test: () => false, whenEmpty: true },
  'not-null': { arity: 'none', test: () => true },
  eq: { arity: 'one', test: equals },
  ne: { arity: 'one', test: not(equals), whenEmpty: true },
  neq: { arity: 'one', test: not(equals), whenEmpty: true },
  gt: { arity: 'one', test: (value, [limit]) => compareScalars(value, limit) > 0 },
  ge: { arity: 'one', test: (value, [limit]) => compareScalars(value, limit) >= 0 },
  lt: { arity: 'one', test: (value, [limit]) => compareScalars(value, limit) < 0 },
  le: { arity: 'one', test: (value, [limit]) => compareScalars(value, limit) <= 0 },
  like: { arity: 'one', test: like },
  'not-like': { arity: 'one', test: not(like), whenEmpty: true },
  'begins-with': { arity: 'one', test: begins },
  'not-begin-with': { arity: 'one', test: not(begins), whenEmpty: true },
  'ends-with': { arity: 'one', test: ends },
  'not-end-with': { arity: 'one', test: not(ends), whenEmpty: true },
  in: { arity: 'many', test: within },
  'not-in': { arity: 'many', test: not(within), whenEmpty: true },
  between: { arity: 'two', test: between },
  'not-between': { arity: 'two', test: not(between), whenEmpty: true },
  'contain-values': { arity: 'many', test: containsValues },
  'not-contain-values': { arity: 'many', test: not(containsValues), whenEmpty: true },
  'eq-userid': { arity: 'none', test: isUser },
  'ne-userid': { arity: 'none', test: not(isUser), whenEmpty: true },
  'eq-businessid': { arity: 'none', test: isUnit },
  'ne-businessid': { arity: 'none', test: not(isUnit), whenEmpty: true },
}

/** The operator's way of taking values; undefined for an operator that this emulator does not know. */
export function operatorArity(name: string): Arity | undefined {
  return Object.hasOwn(operators, name) ? operators[name]?.arity : datePeriod(name)?.arity
}

/** Whether a value passes. `args` are in the type of the column already. */
export function meetsCondition(
  name: string,
  what: { readonly value: Scalar; readonly args: readonly Scalar[] },
  circumstances: Circumstances,
): boolean {
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (operator !== undefined) {
    const { value } = what
    return value === null || value === undefined ? operator.whenEmpty === true : operator.test(value, what.args, circumstances)
  }
  const period = datePeriod(name)?.range(circumstances.now, what.args[0])
  const at = Date.parse(String(what.value ?? ''))
  return period !== undefined && !Number.isNaN(at) && at >= period.from && at < period.to
}

function lower(value: Scalar): string {
  return String(value ?? '').toLowerCase()
}

const texts = new WeakMap<readonly Scalar[], ReadonlySet<string>>()

// One list of values is compared with every row, and it may have thousands.
function textsOf(args: readonly Scalar[]): ReadonlySet<string> {
  const known = texts.get(args)
  if (known !== undefined) return known
  const made = new Set(args.map(lower))
  texts.set(args, made)
  return made
}
