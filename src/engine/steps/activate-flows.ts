import { DroverError, errorMessage } from '#domain/kernel'
import type { PlannedFlow } from '#domain/plan'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Brings each flow to its desired state, child flows first; one that someone stopped on purpose is left as it is. */
export async function activateFlows(run: AttemptRun): Promise<StepEnd> {
  const toSwitch = run.request.plan.flows.filter((flow) => flow.action !== 'leave')
  for (const flow of toSwitch) {
    const failure = await run.ctx.step(`switch-flow-${flow.id}`, () => switchFlow(run, flow))
    if (failure !== null) return { end: 'failed', refusal: flowRefused(run, flow, failure) }
  }
  const left = run.request.plan.flows.length - toSwitch.length
  return { end: 'done', note: `${toSwitch.length} flows switched, ${left} left as they are.` }
}

async function switchFlow(run: AttemptRun, flow: PlannedFlow): Promise<string | null> {
  await run.checkLease()
  try {
    await run.target.setFlowState(flow.id, flow.action === 'switch-on' ? 'on' : 'off')
    return null
  } catch (error) {
    if (error instanceof DroverError && !error.isRetryable) return errorMessage(error)
    throw error
  }
}

function flowRefused(run: AttemptRun, flow: PlannedFlow, message: string) {
  return {
    code: 'flow.refused',
    message: `${run.request.solution} ${run.request.version} is installed in ${run.environment.name}, but the flow "${flow.name}" could not be switched ${flow.action === 'switch-on' ? 'on' : 'off'}.`,
    hint: 'Mend the connection that is named, then request the promotion again or switch the flow by hand.',
    reasons: [{ subject: flow.name, message }],
  }
}
