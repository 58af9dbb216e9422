import type { ObservedState } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { TargetBefore } from '#domain/promotion'
import { isSameName } from '#domain/settings'
import type { ActiveLayer } from '#engine/ports'
import { layeredKinds } from '#engine/ports'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { nowMs } from './ask-for-import.ts'
import { findFlow, wantedState } from './flow-states.ts'

/**
 * Believes the target, not the import's word: version, flows, bindings, values, and that our own steps added no Active layer. What
 * the target shows may lag behind what it did, so it is looked at again until the settle window has passed.
 */
export async function verify(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('verify', async () => {
    const { pollMs, settleMs } = run.pace
    const settledAt = nowMs(run) + settleMs
    for (;;) {
      const problems = await findProblems(run, facts)
      if (problems.length === 0) return { end: 'done', note: describeVerified(run, facts) }
      if (nowMs(run) >= settledAt) return { end: 'failed', refusal: notAsPlanned(run, problems) }
      await run.deps.pause(pollMs)
    }
  })
}

async function findProblems(run: AttemptRun, facts: AttemptFacts): Promise<Reason[]> {
  const { plan, solution } = run.request
  const observed = await run.target.observe({
    solution,
    connectionIds: plan.parameters.connectionReferences.map((binding) => binding.connectionId),
  })
  const otherValues = await run.target.findOtherValues(plan.parameters.environmentVariables)
  const layers = facts.before === null ? [] : newLayers(facts.before, await run.target.fetchActiveLayers(solution))
  return [
    ...checkVersion(run, observed),
    ...checkFlows(run, observed, facts),
    ...checkBindings(run, observed),
    ...otherValues.map((subject) => ({ subject, message: 'Its value is not the one of the settings.' })),
    ...checkLayers(layers),
  ]
}

/** The version that this promotion brought, managed, with no upgrade left half done beside it. */
export function checkVersion(run: AttemptRun, observed: ObservedState): Reason[] {
  const { solution, version } = run.request
  const find = (uniqueName: string) => observed.solutions.find((candidate) => isSameName(candidate.uniqueName, uniqueName))
  const installed = find(solution)
  if (installed === undefined) return [{ subject: solution, message: `It is not installed in ${run.environment.name}.` }]
  if (installed.version !== version) return [{ subject: solution, message: `Installed is ${installed.version}, not ${version}.` }]
  // A one-step upgrade that stops half way leaves base and holding solution side by side (dataverse-facts-2, upgrade order; PADOC update-solutions).
  const holding = find(`${solution}_Upgrade`)
  return [
    ...(installed.isManaged ? [] : [{ subject: solution, message: 'It is installed unmanaged.' }]),
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

function newLayers(before: TargetBefore, after: readonly ActiveLayer[]): readonly ActiveLayer[] {
  const isKnown = (layer: ActiveLayer) =>
    before.layers.some(({ kind, componentId }) => kind === layer.kind && isSameName(componentId, layer.componentId))
  return after.filter((layer) => layer.changed.length > 0 && !isKnown(layer))
}

/**
 * A value of an environment variable is an unmanaged row by the platform's design, and a table without a fallback form gets an Active
 * layer on one main form from the import itself (dataverse-facts-2 §4, §6.1); anything else new is ours to answer for.
 */
function checkLayers(layers: readonly ActiveLayer[]): Reason[] {
  const forms = layers.filter((layer) => layer.kind === 'SystemForm')
  const isFallback = (layer: ActiveLayer) => layer.kind === 'SystemForm' && forms.filter((form) => form.table === layer.table).length === 1
  return layers
    .filter((layer) => layer.kind !== 'EnvironmentVariableValue' && !isFallback(layer))
    .map((layer) => ({
      subject: `${layer.kind} ${layer.name}`,
      message: `An Active layer appeared (${layer.changed.join(', ')}); it would hide the next release.`,
    }))
}

const kindWords: Readonly<Record<(typeof layeredKinds)[number], string>> = {
  Workflow: 'flows',
  connectionreference: 'connection references',
  SystemForm: 'forms',
  EnvironmentVariableDefinition: 'environment variables',
  EnvironmentVariableValue: 'their values',
  CanvasApp: 'canvas apps',
  Connector: 'connectors',
}

function describeVerified(run: AttemptRun, facts: AttemptFacts): string {
  const { plan, solution, version } = run.request
  const { connectionReferences, environmentVariables } = plan.parameters
  const layers =
    facts.before === null
      ? 'whether an Active layer is new cannot be told, since it is not known what was there before'
      : `no new Active layer but those that the platform makes by design, looked for on ${layeredKinds.map((kind) => kindWords[kind]).join(', ')}`
  return `Read from ${run.environment.name}: ${solution} ${version} managed; ${plan.flows.length} flows, ${connectionReferences.length} bindings and ${environmentVariables.length} values as planned; ${layers}.`
}

export function notAsPlanned(run: AttemptRun, reasons: readonly Reason[]): Refusal {
  return refuse(
    'verification.failed',
    `${run.environment.name} does not show what the promotion of ${run.request.solution} ${run.request.version} should have made of it, although the import succeeded.`,
    'Each reason names what differs. Mend it there, then resume the promotion: it looks again and imports nothing. Or promote the next version.',
    reasons,
  ).refusal
}
