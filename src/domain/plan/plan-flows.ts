import type { FlowState } from '#domain/environment'
import type { DesiredFlowState } from '#domain/settings'
import { orderFlows, stageFlowState } from '#domain/settings'
import type { Plan, PlanLine, PlannedFlow } from './plan.ts'
import { isCertifiedConnector } from './plan-connector-policies.ts'
import { judgePolicies } from './plan-data-policies.ts'
import type { PlanFacts } from './plan-facts.ts'
import { usedConnectors } from './used-connectors.ts'

/** What happens to each flow, child flows first. A flow that someone stopped on purpose stays stopped. */
export function planFlows(facts: PlanFacts): { readonly flows: readonly PlannedFlow[]; readonly lines: readonly PlanLine[] } {
  const { flows: ordered, cycles } = orderFlows(facts.release.settingsTemplate.flows)
  const flows = ordered.map((flow) => planFlow(facts, flow))
  const stopped = new Set(flows.filter((flow) => flow.action === 'leave' && flow.desired !== 'off').map((flow) => flow.id.toLowerCase()))
  return {
    flows,
    lines: [
      ...flows.map(flowLine),
      ...cycles.map(
        (cycle): PlanLine => ({
          subject: cycle.map((flow) => flow.name).join(', '),
          effect: 'warn',
          message: 'These flows call each other in a circle: no order of switching them on suits all of them.',
          certainty: 'known',
        }),
      ),
      ...ordered.flatMap((flow) =>
        stoppedChildLine(
          flow,
          flows.find((planned) => planned.id === flow.id),
          stopped,
        ),
      ),
      ...policyLines(facts, flows),
      ...doubtLines(facts, ordered, flows),
    ],
  }
}

/**
 * Flow id → state that this plan wants; what the next plan needs to know who stopped a flow. A flow that was off for reasons nobody can tell is
 * not among them, or the next plan would take it for stopped by a person.
 */
export function desiredFlowStates(plan: Plan): Readonly<Record<string, DesiredFlowState>> {
  return Object.fromEntries(plan.flows.flatMap((flow) => (flow.desired === undefined ? [] : [[flow.id, flow.desired]])))
}

type TemplateFlow = PlanFacts['release']['settingsTemplate']['flows'][number]

function planFlow(facts: PlanFacts, flow: TemplateFlow): PlannedFlow {
  const bySettings = stageFlowState(facts.stageSettings, flow)
  const desired = bySettings ?? flow.desired
  const seen = facts.observed.flows.find((candidate) => candidate.id.toLowerCase() === flow.id.toLowerCase())?.state
  const chosen = desired === 'on' ? chooseOn(facts, flow, { bySettings, seen }) : chooseOff(facts, flow, { bySettings, seen })
  const choice = chosen.action === 'switch-on' && seen !== 'on' ? (forbidden(facts, flow) ?? chosen) : chosen
  return { id: flow.id, name: flow.name, desired, ...choice } // a choice may give up what was desired
}

/**
 * What a policy forbids would fail when it is tried, after the import: it is said before, and left off. A flow that runs there is exempt, or the
 * policy has not reached it yet.
 */
function forbidden(facts: PlanFacts, flow: TemplateFlow): Choice | undefined {
  const { violation } = judgePolicies(facts, flow)
  if (violation === undefined) return undefined
  return { desired: undefined, action: 'leave', why: `It will be off: ${violation}. Whoever keeps the policies can say otherwise.` }
}

type Choice = Pick<PlannedFlow, 'action' | 'why'> & { readonly desired?: undefined }

interface Known {
  readonly bySettings: DesiredFlowState | undefined
  readonly seen: FlowState | undefined
}

function chooseOn(facts: PlanFacts, flow: TemplateFlow, { bySettings, seen }: Known): Choice {
  if (seen === undefined) return { action: 'switch-on', why: 'It is new here and wanted on.' }
  if (seen === 'on') return { action: 'switch-on', why: 'It is on and stays on, also when the import stops it.' }
  const earlier = earlierState(facts, flow)
  if (seen === 'suspended') {
    const why = 'The platform suspended it (data policy); that has to be lifted there first.'
    return earlier === 'on' ? { action: 'leave', why } : { desired: undefined, action: 'leave', why }
  }
  if (earlier === 'on') return { action: 'leave', why: 'The last release had it on and it is off now: someone stopped it on purpose.' }
  if (earlier === 'off') return { action: 'switch-on', why: 'The last release had it off; this one wants it on.' }
  if (bySettings === 'on') return { action: 'switch-on', why: 'The settings of the stage want it on.' }
  return {
    desired: undefined,
    action: 'leave',
    why: 'It was off before Drover came, and nobody can tell why; the settings of the stage can say on.',
  }
}

function chooseOff(facts: PlanFacts, flow: TemplateFlow, { bySettings, seen }: Known): Choice {
  if (bySettings === 'off') return { action: 'switch-off', why: 'The settings of the stage want it off.' }
  if (seen === 'on' && earlierState(facts, flow) === 'on') return { action: 'switch-off', why: 'This release carries it switched off.' }
  if (seen === 'on') return { action: 'leave', why: 'The release carries it switched off, but someone switched it on here.' }
  return { action: 'leave', why: 'The release carries it switched off.' }
}

function earlierState(facts: PlanFacts, flow: TemplateFlow): DesiredFlowState | undefined {
  return Object.entries(facts.earlierFlows ?? {}).find(([id]) => id.toLowerCase() === flow.id.toLowerCase())?.[1]
}

function flowLine(flow: PlannedFlow): PlanLine {
  const message =
    flow.action === 'leave' ? `Is left as it is. ${flow.why}` : `Is switched ${flow.action === 'switch-on' ? 'on' : 'off'}. ${flow.why}`
  return { subject: flow.name, effect: flow.action === 'leave' ? 'leave' : 'activate', message, certainty: 'known' }
}

/**
 * A data policy of the tenant lets a flow be imported and refuses to have it switched on (DlpViolation) [release-facts §4.3], and so does an
 * advanced connector policy of the environment or its group. Policies are kept by the tenant, and the Web API of an environment does not tell
 * them; a flow that runs there shows that none stops it.
 */
function policyLines(facts: PlanFacts, flows: readonly PlannedFlow[]): readonly PlanLine[] {
  const { dataPolicies, connectorPolicies } = facts
  const started = startedFlows(facts, flows)
  const ids = new Set(started.map(({ id }) => id))
  const connectors = facts.release.settingsTemplate.flows
    .filter(({ id }) => ids.has(id))
    .flatMap((flow) => [...usedConnectors(facts, flow).connectors.values()])
  const unread = [
    ...(dataPolicies === undefined && connectors.length > 0 ? ['no data policy of the tenant'] : []),
    ...(connectorPolicies === undefined && connectors.some(isCertifiedConnector)
      ? ['no advanced connector policy of the environment or its environment group']
      : []),
  ]
  if (unread.length === 0) return []
  const used = [...new Set(connectors)].sort().join(', ')
  const message = `That ${unread.join(' and ')} keeps these flows from being switched on is assumed: the environment does not tell policies, and the administration did not. The flows use ${used}; have them read (administrationUrl and platformApiUrl in drover.yaml, with an identity that is registered for administration), or ask whoever keeps the policies whether they may be used there together.`
  return [{ subject: started.map(({ name }) => name).join(', '), effect: 'warn', message, certainty: 'assumed' }]
}

/** What a policy may refuse when the flow is switched on, or stop when it runs. */
function doubtLines(facts: PlanFacts, ordered: readonly TemplateFlow[], flows: readonly PlannedFlow[]): readonly PlanLine[] {
  const started = startedFlows(facts, flows)
  return ordered
    .filter(({ id }) => started.some((flow) => flow.id === id))
    .flatMap((flow) =>
      judgePolicies(facts, flow).doubts.map(
        (doubt): PlanLine => ({
          subject: flow.name,
          effect: 'warn',
          message: `${capital(doubt)}, and cannot be told.`,
          certainty: 'unknown',
        }),
      ),
    )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** Those that run there already show that no policy stops them. */
function startedFlows({ observed }: PlanFacts, flows: readonly PlannedFlow[]): readonly PlannedFlow[] {
  const running = new Set(observed.flows.filter(({ state }) => state === 'on').map(({ id }) => id.toLowerCase()))
  return flows.filter((flow) => flow.action === 'switch-on' && !running.has(flow.id.toLowerCase()))
}

/** Whether a parent can be switched on while a child is stopped is for the platform to say. */
function stoppedChildLine(flow: TemplateFlow, planned: PlannedFlow | undefined, stopped: ReadonlySet<string>): PlanLine[] {
  if (planned?.action !== 'switch-on' || !flow.childFlows.some((child) => stopped.has(child.toLowerCase()))) return []
  const message = 'It calls a flow that stays stopped; whether it can be switched on, and work, cannot be told.'
  return [{ subject: flow.name, effect: 'warn', message, certainty: 'unknown' }]
}
