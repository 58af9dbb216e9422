/** How a query function of the Web API passes its values. */
export interface QueryFunction {
  /** The operator of FetchXML that means the same (odata/conditions.ts). */
  readonly operator: string
  readonly values: 'none' | 'one' | 'many'
}

const prefix = 'Microsoft.Dynamics.CRM.'

const counted = (words: readonly string[]): [string, QueryFunction][] =>
  words.flatMap((unit) => [
    [`LastX${unit}`, { operator: `last-x-${unit.toLowerCase()}`, values: 'one' }],
    [`NextX${unit}`, { operator: `next-x-${unit.toLowerCase()}`, values: 'one' }],
    [`OlderThanX${unit}`, { operator: `olderthan-x-${unit.toLowerCase()}`, values: 'one' }],
  ])
const calendar = (words: readonly string[]): [string, QueryFunction][] =>
  words.flatMap((unit) =>
    ['This', 'Last', 'Next'].map((when): [string, QueryFunction] => [
      `${when}${unit}`,
      { operator: `${when}-${unit}`.toLowerCase(), values: 'none' },
    ]),
  )

const functions: ReadonlyMap<string, QueryFunction> = new Map<string, QueryFunction>([
  ['In', { operator: 'in', values: 'many' }],
  ['NotIn', { operator: 'not-in', values: 'many' }],
  ['Between', { operator: 'between', values: 'many' }],
  ['NotBetween', { operator: 'not-between', values: 'many' }],
  ['ContainValues', { operator: 'contain-values', values: 'many' }],
  ['DoesNotContainValues', { operator: 'not-contain-values', values: 'many' }],
  ['EqualUserId', { operator: 'eq-userid', values: 'none' }],
  ['NotEqualUserId', { operator: 'ne-userid', values: 'none' }],
  ['EqualBusinessId', { operator: 'eq-businessid', values: 'none' }],
  ['NotEqualBusinessId', { operator: 'ne-businessid', values: 'none' }],
  ['On', { operator: 'on', values: 'one' }],
  ['OnOrAfter', { operator: 'on-or-after', values: 'one' }],
  ['OnOrBefore', { operator: 'on-or-before', values: 'one' }],
  ['Today', { operator: 'today', values: 'none' }],
  ['Yesterday', { operator: 'yesterday', values: 'none' }],
  ['Tomorrow', { operator: 'tomorrow', values: 'none' }],
  ['Last7Days', { operator: 'last-seven-days', values: 'none' }],
  ['Next7Days', { operator: 'next-seven-days', values: 'none' }],
  ...counted(['Hours', 'Days', 'Weeks', 'Months', 'Years']),
  ...calendar(['Week', 'Month', 'Year']),
])

/** The query function with this full name; undefined when there is none here. */
export function queryFunction(name: string): QueryFunction | undefined {
  return name.startsWith(prefix) ? functions.get(name.slice(prefix.length)) : undefined
}
