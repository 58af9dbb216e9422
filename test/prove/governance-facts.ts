/*
 * What the proof of governance reads of the entries of the ledger: what was in force, what the tier demands by the gate × tier matrix, who has
 * which role. It is written apart from the rules of promotions.
 */

/** An entry as JSON: what stands in it is read, and never typed by the product. */
export interface Entry {
  readonly sequence: number
  readonly stream: string
  readonly type: string
  readonly at: string
  readonly actor: string
  readonly data: any
}

export type Json = any

export const hour = 3_600_000

interface Demands {
  readonly gates: readonly string[]
  readonly hours: number
  readonly soak: number
  readonly people: number
  readonly apart: readonly string[]
  readonly notByMaker: readonly string[]
  readonly watch: number
  readonly waiverDays: number
  readonly worst: readonly string[]
}

export const matrix: Readonly<Record<3 | 4, Demands>> = {
  3: {
    gates: ['review', 'uat', 'security', 'approval'],
    ...{ hours: 24, soak: 24, watch: 24, people: 3, waiverDays: 30 },
    apart: ['review', 'approval'],
    notByMaker: ['review', 'approval'],
    worst: ['critical'],
  },
  4: {
    gates: ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'approval'],
    ...{ hours: 48, soak: 48, watch: 48, people: 4, waiverDays: 14 },
    apart: ['review', 'approval', 'cab'],
    notByMaker: ['review', 'approval', 'cab'],
    worst: ['critical', 'high'],
  },
}

export const rolesAt: Readonly<Record<string, readonly string[]>> = {
  approval: ['approver', 'environment-owner', 'solution-owner'],
  review: ['reviewer'],
  'automated-tests': ['test-lead'],
  uat: ['solution-owner', 'approver'],
  'test-lead': ['test-lead'],
  security: ['security'],
  cab: ['cab'],
  emergency: ['cab', 'environment-owner', 'security'],
}
export const goneByInEmergency = ['review-window', 'soak', 'cab', 'uat', 'test-lead']
export interface Facts {
  readonly before: readonly Entry[]
  readonly own: readonly Entry[]
  readonly request: Json
  readonly release: Json
  readonly configuration: Json
  readonly governed: Json
  readonly at: number
  readonly demands: Demands
  readonly tier: number
}

export function inForce(before: readonly Entry[]): Json {
  return before.findLast(({ type }) => type === 'configuration-applied')?.data.configuration
}

/** Those that travel together travel by the highest tier among them; whoever has outgrown theirs is held to the higher one until two decide. */
export function tierOf(before: readonly Entry[], request: Json, { configuration, at }: Pick<Facts, 'configuration' | 'at'>): number {
  const mates = before
    .filter(({ type, data }) => type === 'promotion-requested' && data.request.train?.trainId === (request.train?.trainId ?? ''))
    .map(({ data }) => data.request.solution)
  return Math.max(...[request.solution, ...mates].map((solution) => heldTo(before, solution, { configuration, at })))
}

function heldTo(before: readonly Entry[], solution: string, { configuration, at }: Pick<Facts, 'configuration' | 'at'>): number {
  const own = configuration.solutions.find((one: Json) => one.uniqueName === solution)?.tier ?? 4
  const said = before.filter(({ stream }) => stream === `solution/${solution.toLowerCase()}`)
  const proposed = said.findLast(({ type }) => type === 'tier-proposed')
  if (proposed === undefined) return own
  const decided = said.findLast(({ type, sequence }) => type === 'tier-decided' && sequence > proposed.sequence)
  const isByTwo = decided?.data.proposedBy !== undefined && decided.data.proposedBy !== decided.actor
  const holds = decided !== undefined && isByTwo && !(Date.parse(decided.data.until ?? '') <= at)
  return Math.max(own, holds ? decided.data.tier : proposed.data.proposal.tier)
}

export function demandsOf(tier: 3 | 4, configuration: Json): Demands {
  const base = matrix[tier]
  const set = (path: string): Json => configuration.policy?.values.find((one: Json) => one.path === path)?.value
  const gates: readonly string[] = set(`tiers.${tier}.pet`) ?? base.gates
  return {
    ...base,
    gates: base.gates.filter((gate) => gates.includes(gate)),
    hours: set(`tiers.${tier}.reviewWindowHours`) ?? base.hours,
    soak: set(`gates.soakHours.${tier}`) ?? base.soak,
    people: set(`tiers.${tier}.distinctPeople`) ?? base.people,
  }
}

/** Roles of a declared person there, by themselves and by grants; software has none that counts. */
export function rolesOf({ people, groups = [], grants = [] }: Json, id: string, facts: Pick<Facts, 'release' | 'before'>): string[] {
  const person = people.find((one: Json) => one.id === id)
  const isForgotten = facts.before.some(({ type, stream }) => type === 'person-forgotten' && stream.endsWith(`/${id}`))
  if (person === undefined || isForgotten) return []
  const granted = grants.filter(
    (grant: Json) =>
      (grant.to.person === id || groups.some((group: Json) => group.id === grant.to.group && group.members.includes(id))) &&
      (grant.environment ?? 'prod') === 'prod' &&
      (grant.solution ?? facts.release.solution) === facts.release.solution,
  )
  return [...person.roles, ...granted.map((grant: Json) => grant.role)]
}

export function gateOf({ configuration, governed }: Facts, kind: string): Json {
  const pipeline = configuration.pipelines.find((one: Json) => one.id === governed.pipeline)
  const stage = pipeline?.stages.find((one: Json) => one.environment === 'prod')
  return stage?.gates.find((one: Json) => one.kind === kind)
}

export function namedAt(facts: Facts, kind: string): string[] {
  const gate = gateOf(facts, kind)
  const groups = facts.configuration.groups ?? []
  return [
    ...(gate?.people ?? []),
    ...(gate?.groups ?? []).flatMap((id: string) => groups.find((one: Json) => one.id === id)?.members ?? []),
  ]
}

export function kindOf({ people }: Json, id: string): string {
  return people.find((one: Json) => one.id === id)?.kind ?? 'person'
}
