import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { PlannedFlow } from '#domain/plan'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { findFlow, wantedState } from './flow-states.ts'
import { checkVersion, notAsPlanned } from './verify.ts'

interface Switch {
  readonly flow: PlannedFlow
  readonly to: 'on' | 'off'
}

/** Brings each flow to its desired state, child flows first; one that someone stopped on purpose is stopped again where the import started it. */
export async function activateFlows(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  const looked = await run.ctx.step('look-at-flows', () => findSwitches(run, facts))
  if (looked.end === 'failed') return looked
  for (const { flow, to } of looked.switches) {
    const failure = await run.ctx.step(`switch-flow-${flow.id}`, () => switchFlow(run, { flow, to }))
    if (failure !== null) return { end: 'failed', refusal: flowRefused(run, { flow, to }, failure) }
  }
  const left = run.request.plan.flows.length - looked.switches.length
  return { end: 'done', note: `${looked.switches.length} flows switched, ${left} left as they are.` }
}

type Looked = { readonly end: 'switch'; readonly switches: readonly Switch[] } | Extract<StepEnd, { readonly end: 'failed' }>

/** Flows are switched only in the version that this promotion brought: a resumed one may find that a later one has come. */
async function findSwitches(run: AttemptRun, facts: AttemptFacts): Promise<Looked> {
  const { plan, solution } = run.request
  const observed = await run.target.observe({ solution, connectionIds: [] })
  const problems = checkVersion(run, observed)
  if (problems.length > 0) return { end: 'failed', refusal: notAsPlanned(run, problems) }
  const switches = plan.flows.flatMap((flow): Switch[] => {
    const to = wantedState(flow, facts.before)
    if (to === undefined) return []
    const isLeft = flow.action === 'leave' && (findFlow(observed, flow)?.state ?? to) === to
    return isLeft ? [] : [{ flow, to }]
  })
  // Stopping comes first: what someone stopped shall not run for longer than it must.
  return { end: 'switch', switches: [...switches.filter(({ to }) => to === 'off'), ...switches.filter(({ to }) => to === 'on')] }
}

async function switchFlow(run: AttemptRun, { flow, to }: Switch): Promise<string | null> {
  await run.checkLease()
  try {
    await run.target.setFlowState(flow.id, to)
    return null
  } catch (error) {
    if (error instanceof DroverError && !error.isRetryable) return errorMessage(error)
    throw error
  }
}

function flowRefused(run: AttemptRun, { flow, to }: Switch, message: string) {
  return refuse(
    'flow.refused',
    `${run.request.solution} ${run.request.version} is installed in ${run.environment.name}, but the flow "${flow.name}" could not be switched ${to}.`,
    'Mend what the target names, then resume the promotion; when the flow’s own definition is at fault, release a new version.',
    [{ subject: flow.name, message }],
  ).refusal
}
