import { addHours } from '#domain/approval'
import type { Incident } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import type { Sourced } from '#domain/policy'
import { findPreviousDeployment } from './evidence.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { GateStatus, Promotion } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/** How long an artifact has run in the stage before, as far as that is known. */
export interface SoakFacts {
  readonly hours: Sourced<number>
  /** The stage before, by name; absent: there is none. */
  readonly stage?: string
  /** When it went in there; absent: nobody knows. */
  readonly since?: Instant
  /** When something else of the solution followed it there. */
  readonly replacedAt?: Instant
  /** The newest incident there since it went in: the time begins again with it. */
  readonly incident?: Pick<Incident, 'at' | 'text'>
}

/** What is known of a release's time in the stage before the one that it is to enter; the promotion there was verified, or it would be none. */
export function soakFacts(
  facts: Pick<RequestFacts, 'release' | 'deployments' | 'plan' | 'policy'> & { readonly incidentsBefore?: readonly Incident[] },
  way: StageOnTheWay,
): SoakFacts {
  const hours = facts.policy.gates.soakHours[way.governed.tier]
  if (way.previous === undefined) return { hours }
  const { stage, environment } = way.previous
  const own = findPreviousDeployment(facts, way)
  const since = own?.deployedAt
  if (own === undefined || since === undefined) return { hours, stage: stage.name }
  const isAfter = (instant: Instant | undefined) => instant !== undefined && Date.parse(instant) > Date.parse(since)
  const other = facts.deployments.find(
    ({ lane, solution, digest, deployedAt }) =>
      lane === laneOf(environment) &&
      solution.toLowerCase() === facts.release.solution.toLowerCase() &&
      digest !== own.digest &&
      isAfter(deployedAt),
  )
  const incident = (facts.incidentsBefore ?? []).filter(({ at }) => isAfter(at)).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]
  return {
    hours,
    stage: stage.name,
    since,
    ...(other?.deployedAt === undefined ? {} : { replacedAt: other.deployedAt }),
    ...(incident === undefined ? {} : { incident }),
  }
}

/** Whether this very artifact has run in the stage before for as long as the tier asks, with no incident there meanwhile. */
export function evaluateSoak({ status: { state } }: Pick<Promotion, 'status'>, now: Instant, soak: SoakFacts | undefined): GateStatus {
  if (soak === undefined && (state === 'pending' || state === 'migrating'))
    return closed('Nothing is known of its time in the stage before.')
  if (soak === undefined) return open('It had run there for long enough when the work began.')
  const { hours, stage, since, replacedAt, incident } = soak
  if (hours.value === 0) return open('No time in the stage before is demanded.')
  if (stage === undefined) return open('It is the first stage after development: there is none before it to run in.')
  if (since === undefined) return closed(`When it went into ${stage} is not recorded. Promote it into ${stage} again.`)
  const from = incident?.at ?? since
  const until = addHours(from, hours.value)
  const what =
    incident === undefined ? `It runs in ${stage} since ${since}` : `Its time in ${stage} began again at ${from} (${incident.text})`
  if (replacedAt !== undefined && Date.parse(replacedAt) < Date.parse(until))
    return closed(`${what}, and was followed there at ${replacedAt}, before ${hours.value} h were over. Promote what runs there now.`)
  if (Date.parse(now) < Date.parse(until))
    return status('pending', `${what}; it is to run there for ${hours.value} h, until ${until} (${hours.source}).`, 'wait')
  return open(`${what}, which is more than ${hours.value} h.`)
}

function open(message: string): GateStatus {
  return status('open', message)
}

function closed(message: string): GateStatus {
  return status('closed', message, 'fix')
}

function status(state: GateStatus['state'], message: string, next?: GateStatus['next']): GateStatus {
  return { kind: 'soak', state, reasons: [{ subject: gateName('soak'), message }], ...(next === undefined ? {} : { next }) }
}
