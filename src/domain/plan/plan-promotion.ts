import { laneOf } from '#domain/environment'
import type { ImportMode, Plan, StepKind } from './plan.ts'
import { planContent } from './plan-content.ts'
import { planConnections } from './plan-connections.ts'
import { planDependencies } from './plan-dependencies.ts'
import type { PlanFacts } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'
import { planFlows } from './plan-flows.ts'
import { planMode } from './plan-mode.ts'
import { planSettings } from './plan-settings.ts'
import { planLayerPolicy } from './plan-unmanaged-policy.ts'

/** What will happen in the target, and what forbids it. The same facts give the same plan, so that an approval can be bound to it. */
export function planPromotion(given: PlanFacts): Plan {
  const content = planContent(given)
  const facts = { ...given, ...content.known }
  const mode = planMode(facts)
  const dependencies = planDependencies(facts)
  const connections = planConnections(facts)
  const settings = planSettings(facts)
  const flows = planFlows(facts)
  const layerPolicy = planLayerPolicy(facts)
  const { environment, observed } = facts
  const { userId, objectId } = observed.identity
  return {
    target: { environmentId: environment.id, lane: laneOf(environment), identity: { userId, objectId } },
    mode: mode.mode,
    modeReason: mode.modeReason,
    fromVersion: findInstalled(facts.observed, facts.release.solution)?.version,
    toVersion: facts.release.version,
    parameters: { connectionReferences: connections.connectionReferences, environmentVariables: settings.environmentVariables },
    flows: flows.flows,
    lines: [
      ...mode.lines,
      ...layerPolicy.lines,
      ...dependencies.lines,
      ...connections.lines,
      ...settings.lines,
      ...flows.lines,
      ...content.lines,
    ],
    content: content.components,
    rescue: content.rescue,
    saferWay: content.saferWay,
    unseen: content.unseen,
    fingerprint: content.fingerprint,
    steps: stepsFor(
      mode.mode,
      flows.flows.some((flow) => flow.action !== 'leave'),
    ),
    blockers: [
      ...mode.blockers,
      ...layerPolicy.blockers,
      ...dependencies.blockers,
      ...settings.blockers,
      ...connections.blockers,
      ...content.blockers,
    ],
  }
}

/** Managed imports arrive published, so nothing is published in a target. A staged upgrade destroys only when it is applied. */
function stepsFor(mode: ImportMode, hasFlowsToSwitch: boolean): StepKind[] {
  const after: StepKind[] = [...(hasFlowsToSwitch ? (['activate-flows'] as const) : []), 'verify']
  const isStaged = mode === 'stage-for-upgrade'
  return ['observe', 'stage', 'import', ...(isStaged ? (['rescue', 'apply-upgrade'] as const) : []), ...after]
}
