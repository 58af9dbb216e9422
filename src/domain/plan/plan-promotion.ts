import { laneOf } from '#domain/environment'
import type { ImportMode, Plan, StepKind } from './plan.ts'
import { planChecks } from './plan-checks.ts'
import { planContent } from './plan-content.ts'
import { planConnections } from './plan-connections.ts'
import { planDependencies } from './plan-dependencies.ts'
import type { PlanFacts } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'
import { planFlows } from './plan-flows.ts'
import { savedBefore } from './plan-losses.ts'
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
      ...planChecks(facts).lines,
    ],
    content: content.components,
    rescue: content.rescue,
    ...(content.watched === undefined ? {} : { watched: content.watched }),
    saferWay: content.saferWay,
    unseen: content.unseen,
    fingerprint: content.fingerprint,
    steps: stepsFor(mode.mode, {
      rescues: savedBefore(content).length > 0,
      switchesFlows: flows.flows.some((flow) => flow.action !== 'leave'),
    }),
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

/** Managed imports arrive published, so nothing is published in a target. What goes is saved right before the step that destroys it. */
function stepsFor(
  mode: ImportMode,
  { rescues, switchesFlows }: { readonly rescues: boolean; readonly switchesFlows: boolean },
): StepKind[] {
  const rescue: readonly StepKind[] = rescues ? ['rescue'] : []
  const destroying: readonly StepKind[] = mode === 'stage-for-upgrade' ? ['import', ...rescue, 'apply-upgrade'] : [...rescue, 'import']
  return ['observe', 'stage', ...destroying, ...(switchesFlows ? (['activate-flows'] as const) : []), 'verify']
}
