import type { Rehearsal } from '#domain/environment'
import type { Instant, Reason, Version } from '#domain/kernel'
import type { RecoveryDemand, Sourced } from '#domain/policy'
import { preferredWay, wayWords } from './plan-recovery.ts'
import type { RecoveryPlan, RecoveryWay } from './recovery.ts'

/** Whether the way back is as known, and as tested, as a tier asks. */
export interface RecoveryReadiness {
  readonly state: 'open' | 'pending' | 'closed'
  readonly reasons: readonly Reason[]
  /** Open though something of it could not be told. */
  readonly hasUnknown: boolean
}

export interface ReadinessFacts {
  readonly demand: Sourced<RecoveryDemand>
  /** Version that goes in. */
  readonly version: Version
  /** Rehearsals of this solution that concern the pet. */
  readonly rehearsals: readonly Rehearsal[]
  readonly now: Instant
  /** What to call the pet. */
  readonly environment: string
}

/** A restore point opens nothing, and what was never rehearsed is not called tested (REL-08). */
export function judgeReadiness(plan: RecoveryPlan | undefined, facts: ReadinessFacts): RecoveryReadiness {
  const { demand } = facts
  if (demand.value.kind === 'none') return open([{ subject, message: `This tier asks for none (${demand.source}).` }])
  if (plan === undefined) return shut('closed', 'How it comes back was not planned when it was asked for. Withdraw it and ask again.')
  const way = preferredWay(plan)
  if (way === undefined) {
    return shut('closed', `There is no way back but a restore point, which rewinds the rows of everybody. ${obstaclesOf(plan)}`)
  }
  const known = { subject, message: describe(plan) }
  if (demand.value.kind === 'documented') return { ...open([known]), hasUnknown: way.kind === 'roll-forward' }
  const exempt = findExemption(plan)
  if (exempt !== undefined) return { ...open([known, { subject, message: exempt }]), hasUnknown: true }
  const asked = demand.value
  const fitting = facts.rehearsals.find((rehearsal) => fits(rehearsal, { plan, facts, within: asked.within }))
  if (fitting !== undefined) {
    const took = `${Math.max(1, Math.round(fitting.durationMs / 60_000))} min`
    return open([known, { subject, message: `Rehearsed at ${fitting.finishedAt} by ${wayWords[fitting.way]}; it took ${took}.` }])
  }
  if (rehearsable(plan).length === 0) {
    const none = { subject, message: `No way back can be rehearsed (${demand.source}). ${obstaclesOf(plan)}` }
    return { state: 'closed', reasons: [known, none], hasUnknown: false }
  }
  const wanted = asked.within === 'major' ? `with major version ${majorOf(facts.version)}` : `within ${asked.within} days`
  const todo = `Not rehearsed ${wanted} (${demand.source}). Rehearse it: drover recovery rehearse ${facts.environment} ${plan.solution} --on <sandbox> --from <release> --reason "…"`
  return { state: 'pending', reasons: [known, { subject, message: todo }], hasUnknown: false }
}

const subject = 'the way back is known'

function obstaclesOf({ ways }: RecoveryPlan): string {
  return ways.flatMap(({ kind, obstacles }) => obstacles.map(({ message }) => `${wayWords[kind]}: ${message}`)).join(' ')
}

function describe(plan: RecoveryPlan): string {
  const way = preferredWay(plan)
  const to = plan.knownGood === undefined ? '' : ` Known good is ${plan.knownGood.version} (release ${plan.knownGood.releaseId}).`
  return `By ${way === undefined ? 'nothing' : wayWords[way.kind]}${way?.certainty === 'known' ? '' : ', as far as can be told'}.${to}`
}

/** Ours: what cannot have been practised is not asked for. The next release has something to go back to. */
function findExemption({ ways }: RecoveryPlan): string | undefined {
  if (ways.some(({ kind }) => kind === 'uninstall'))
    return 'It is the first release there: there is nothing yet to rehearse going back from.'
  if (ways.some(({ kind }) => kind === 'baseline'))
    return 'Nothing that was there could be brought again by Drover: there is nothing to rehearse.'
  return undefined
}

function fits(
  rehearsal: Rehearsal,
  { plan, facts, within }: { readonly plan: RecoveryPlan; readonly facts: ReadinessFacts; readonly within: number | 'major' },
): boolean {
  if (rehearsal.outcome !== 'succeeded' || rehearsal.solution.toLowerCase() !== plan.solution.toLowerCase()) return false
  // Another way, such as taking it away, says nothing of one that could be gone; a restore alone rewinds the rows of everybody.
  if (!rehearsable(plan).some(({ kind }) => kind === rehearsal.way) || Date.parse(rehearsal.finishedAt) > Date.parse(facts.now))
    return false
  if (within === 'major') return rehearsal.from !== undefined && majorOf(rehearsal.from) === majorOf(facts.version)
  return Date.parse(facts.now) - Date.parse(rehearsal.finishedAt) <= within * 86_400_000
}

/** What can be gone, and practised: rolling forward is a release of its own each time. */
function rehearsable({ ways }: RecoveryPlan): readonly RecoveryWay[] {
  return ways.filter(({ kind, obstacles }) => kind !== 'restore' && kind !== 'roll-forward' && obstacles.length === 0)
}

function majorOf(version: Version): string {
  return version.split('.')[0] ?? version
}

function open(reasons: readonly Reason[]): RecoveryReadiness {
  return { state: 'open', reasons, hasUnknown: false }
}

function shut(state: 'pending' | 'closed', message: string): RecoveryReadiness {
  return { state, reasons: [{ subject, message }], hasUnknown: false }
}
