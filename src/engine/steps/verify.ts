import type { ObservedState } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import type { AttemptFacts, AttemptRun, LoadingRun, StepEnd } from '../promotion/run.ts'
import { checkContent } from './check-content.ts'
import { nowMs } from './ask-for-import.ts'
import { findFlow, wantedState } from './flow-states.ts'

/**
 * Believes the target, not the import's word: version, flows, bindings, values, and that our own steps added no Active layer. What
 * the target shows may lag behind what it did, so it is looked at again until the settle window has passed. Where it does not show what the
 * plan forecast, that is told with the success: it is a fault of ours, and the target is as the release made it.
 */
export async function verify(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('verify', async () => {
    const { pollMs, settleMs } = run.pace
    const settledAt = nowMs(run) + settleMs
    for (;;) {
      const { problems, misforecast } = await findProblems(run, facts)
      if (problems.length === 0 && (misforecast.length === 0 || nowMs(run) >= settledAt)) {
        if (misforecast.length > 0) run.deps.log.error('A forecast was wrong', { promotionId: run.promotionId, misforecast })
        return { end: 'done', note: describeVerified(run, facts, misforecast) }
      }
      if (problems.length > 0 && nowMs(run) >= settledAt) return { end: 'failed', refusal: notAsPlanned(run, problems) }
      await run.deps.pause(pollMs)
    }
  })
}

interface Found {
  readonly problems: readonly Reason[]
  readonly misforecast: readonly Reason[]
}

async function findProblems(run: AttemptRun, facts: AttemptFacts): Promise<Found> {
  const { plan, solution } = run.request
  const observed = await run.target.observe({
    solution,
    connectionIds: plan.parameters.connectionReferences.map((binding) => binding.connectionId),
  })
  const content = await checkContent(run, facts.before)
  const problems = [...checkVersion(run, observed), ...(await checkSettings(run, observed, facts)), ...content.layers]
  return { problems, misforecast: content.misforecast }
}

/** Flows, bindings and values as planned. */
export async function checkSettings(run: AttemptRun, observed: ObservedState, facts: AttemptFacts): Promise<readonly Reason[]> {
  const otherValues = await run.target.findOtherValues(run.request.plan.parameters.environmentVariables)
  return [
    ...checkFlows(run, observed, facts),
    ...checkBindings(run, observed),
    ...otherValues.map((subject) => ({ subject, message: 'Its value is not the one of the settings.' })),
  ]
}

/** The version that this promotion brought, managed (or unmanaged, where that was asked for), with no upgrade left half done beside it. */
export function checkVersion(run: Pick<LoadingRun, 'request' | 'environment'>, observed: ObservedState): Reason[] {
  const { solution, version, plan } = run.request
  const isManaged = plan.mode !== 'unmanaged'
  const find = (uniqueName: string) => observed.solutions.find((candidate) => isSameName(candidate.uniqueName, uniqueName))
  const installed = find(solution)
  if (installed === undefined) return [{ subject: solution, message: `It is not installed in ${run.environment.name}.` }]
  if (installed.version !== version) return [{ subject: solution, message: `Installed is ${installed.version}, not ${version}.` }]
  // A one-step upgrade that stops half way leaves base and holding solution side by side (dataverse-facts-2, upgrade order; PADOC update-solutions).
  const holding = find(`${solution}_Upgrade`)
  return [
    ...(installed.isManaged === isManaged ? [] : [{ subject: solution, message: `It is installed ${isManaged ? 'un' : ''}managed.` }]),
    ...(holding === undefined
      ? []
      : [{ subject: holding.uniqueName, message: 'The upgrade was left half done: this is still there beside it.' }]),
  ]
}

function checkFlows(run: AttemptRun, observed: ObservedState, facts: AttemptFacts): Reason[] {
  return run.request.plan.flows.flatMap((flow) => {
    const wanted = wantedState(flow, facts.before)
    const seen = findFlow(observed, flow)
    if (seen === undefined) return [{ subject: flow.name, message: 'The flow is not in the target.' }]
    if (wanted !== undefined && seen.state !== wanted)
      return [{ subject: flow.name, message: `The flow is ${seen.state}, not ${wanted}${flow.action === 'leave' ? ' as before' : ''}.` }]
    const isOurs = seen.ownerId === undefined || isSameName(seen.ownerId, observed.identity.userId)
    return flow.action !== 'switch-on' || isOurs
      ? []
      : [{ subject: flow.name, message: 'The flow belongs to somebody else than the deploying identity.' }]
  })
}

function checkBindings(run: AttemptRun, observed: ObservedState): Reason[] {
  return run.request.plan.parameters.connectionReferences.flatMap((wanted) => {
    const seen = observed.bindings.find((binding) => isSameName(binding.logicalName, wanted.logicalName))
    return seen?.connectionId !== undefined && isSameName(seen.connectionId, wanted.connectionId)
      ? []
      : [{ subject: wanted.logicalName, message: `It is bound to ${seen?.connectionId ?? 'nothing'}, not to ${wanted.connectionId}.` }]
  })
}

function describeVerified(run: AttemptRun, facts: AttemptFacts, misforecast: readonly Reason[]): string {
  const { plan, solution, version } = run.request
  const { connectionReferences, environmentVariables } = plan.parameters
  const layers =
    facts.before === null
      ? 'whether an Active layer is new cannot be told, since it is not known what was there before'
      : 'no new Active layer but those that the platform makes by design'
  return `Read from ${run.environment.name}: ${solution} ${version} managed; ${plan.flows.length} flows, ${connectionReferences.length} bindings and ${environmentVariables.length} values as planned; ${layers}; ${describeForecast(run, misforecast)}.`
}

function describeForecast({ request }: AttemptRun, misforecast: readonly Reason[]): string {
  if (misforecast.length > 0)
    return `the forecast was wrong, please report it: ${misforecast.map(({ subject, message }) => `${subject}: ${message}`).join(' ')}`
  const said = request.plan.content.filter(
    ({ effect, certainty }) => (effect === 'destroy' || effect === 'hide') && certainty !== 'unknown',
  )
  return said.length === 0 ? 'nothing was to be destroyed or hidden' : `${said.length} components are gone or hidden as forecast`
}

export function notAsPlanned(run: Pick<LoadingRun, 'request' | 'environment'>, reasons: readonly Reason[]): Refusal {
  return refuse(
    'verification.failed',
    `${run.environment.name} does not show what the promotion of ${run.request.solution} ${run.request.version} should have made of it, although the import succeeded.`,
    'Each reason names what differs. Mend it there, then resume the promotion: it looks again and imports nothing. Or promote the next version.',
    reasons,
  ).refusal
}
