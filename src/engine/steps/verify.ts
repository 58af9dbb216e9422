import type { ObservedState } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import type { ActiveLayer } from '#engine/ports'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/** Believes the target, not the import's word: version, flows, bindings, values, and that our own steps added no Active layer. */
export async function verify(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('verify', async () => {
    const { plan, solution } = run.request
    const observed = await run.target.observe({
      solution,
      connectionIds: plan.parameters.connectionReferences.map((binding) => binding.connectionId),
    })
    const otherValues = await run.target.findOtherValues(plan.parameters.environmentVariables)
    const layers = await run.target.fetchActiveLayers(solution)
    const problems = [
      ...checkVersion(run, observed),
      ...checkFlows(run, observed),
      ...checkBindings(run, observed),
      ...otherValues.map((subject) => ({ subject, message: 'Its value is not the one of the settings.' })),
      ...checkLayers(facts.layersBefore, layers),
    ]
    if (problems.length > 0) return { end: 'failed', refusal: notAsPlanned(run, problems) }
    return { end: 'done', note: describeVerified(run) }
  })
}

function checkVersion(run: AttemptRun, observed: ObservedState): Reason[] {
  const { solution, version } = run.request
  const installed = observed.solutions.find((candidate) => candidate.uniqueName === solution)
  if (installed === undefined) return [{ subject: solution, message: `It is not installed in ${run.environment.name}.` }]
  if (installed.version !== version) return [{ subject: solution, message: `Installed is ${installed.version}, not ${version}.` }]
  return installed.isManaged ? [] : [{ subject: solution, message: 'It is installed unmanaged.' }]
}

function checkFlows(run: AttemptRun, observed: ObservedState): Reason[] {
  return run.request.plan.flows.flatMap((flow) => {
    const wanted = flow.action === 'switch-on' ? 'on' : flow.action === 'switch-off' ? 'off' : undefined
    const seen = observed.flows.find((candidate) => candidate.id === flow.id)
    if (seen === undefined) return [{ subject: flow.name, message: 'The flow is not in the target.' }]
    if (wanted !== undefined && seen.state !== wanted) return [{ subject: flow.name, message: `The flow is ${seen.state}, not ${wanted}.` }]
    const isOurs = seen.ownerId === undefined || seen.ownerId === observed.identity.userId
    return wanted !== 'on' || isOurs
      ? []
      : [{ subject: flow.name, message: 'The flow belongs to somebody else than the deploying identity.' }]
  })
}

function checkBindings(run: AttemptRun, observed: ObservedState): Reason[] {
  return run.request.plan.parameters.connectionReferences.flatMap((wanted) => {
    const seen = observed.bindings.find((binding) => binding.logicalName === wanted.logicalName)
    return seen?.connectionId === wanted.connectionId
      ? []
      : [{ subject: wanted.logicalName, message: `It is bound to ${seen?.connectionId ?? 'nothing'}, not to ${wanted.connectionId}.` }]
  })
}

/**
 * A value of an environment variable is an unmanaged row by the platform's design, and a table without a fallback form gets an Active
 * layer on one main form from the import itself (dataverse-facts-2 §4, §6.1); anything else new is ours to answer for.
 */
const layeredByDesign = new Set(['EnvironmentVariableValue', 'SystemForm'])

function checkLayers(before: readonly ActiveLayer[], after: readonly ActiveLayer[]): Reason[] {
  const known = new Set(before.filter((layer) => layer.changed.length > 0).map((layer) => `${layer.kind} ${layer.componentId}`))
  return after
    .filter((layer) => layer.changed.length > 0 && !layeredByDesign.has(layer.kind) && !known.has(`${layer.kind} ${layer.componentId}`))
    .map((layer) => ({
      subject: `${layer.kind} ${layer.name}`,
      message: `An Active layer appeared (${layer.changed.join(', ')}); it would hide the next release.`,
    }))
}

function describeVerified(run: AttemptRun): string {
  const { plan, solution, version } = run.request
  const { connectionReferences, environmentVariables } = plan.parameters
  return `Read from ${run.environment.name}: ${solution} ${version} managed; ${plan.flows.length} flows, ${connectionReferences.length} bindings and ${environmentVariables.length} values as planned; no new Active layer.`
}

function notAsPlanned(run: AttemptRun, reasons: readonly Reason[]) {
  return {
    code: 'verification.failed',
    message: `${run.environment.name} does not show what the promotion of ${run.request.solution} ${run.request.version} should have made of it, although the import succeeded.`,
    hint: 'Each reason names what differs. Decide whether to mend it there or to promote the next version.',
    reasons,
  }
}
