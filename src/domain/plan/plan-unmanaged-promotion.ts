import type { Count, ObservedComponent, ObservedDependant, Unseen } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Digest, Refusal } from '#domain/kernel'
import { canonicalJson, refuse } from '#domain/kernel'
import type { DescribedComponent } from '#domain/difference'
import { idOf, isKind } from './forecast-facts.ts'
import { planConnections } from './plan-connections.ts'
import { planDependencies } from './plan-dependencies.ts'
import type { PlanFacts } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'
import { planFlows } from './plan-flows.ts'
import type { LossQuestion } from './plan-losses.ts'
import { lossesOf, notCounted, planRescue, planSaferWay, planUnsaved, savedBefore, withCounts } from './plan-losses.ts'
import { findVersionBlockers } from './plan-mode.ts'
import { planSettings } from './plan-settings.ts'
import type { Plan, PlannedRemoval, PlanLine, StepKind } from './plan.ts'
import type { PlannedComponent } from './planned-component.ts'
import type { UnmanagedComponent, UnmanagedPlan } from './plan-unmanaged.ts'

/** What a plan for carrying out unmanaged work is made from, beside what every plan is made from. */
export interface UnmanagedWorkFacts {
  readonly plan: UnmanagedPlan
  /** What is there now, as it was exported. */
  readonly current: readonly DescribedComponent[]
  /** The components that are to be deleted, as they were found in the target. */
  readonly found: readonly ObservedComponent[]
  /** Answers to {@link removalQuestions}, in their order. */
  readonly counts: readonly Count[]
  /** What needs those; what the release itself changes may need them no more when they are deleted. */
  readonly dependants: readonly ObservedDependant[]
  readonly sends: Digest | undefined
  /** `kind:key` of what was to be left out and could not be taken out of the package. */
  readonly stuck: readonly string[]
  readonly wayBack: Digest | undefined
  readonly unseen: readonly Unseen[]
}

/** What has to be counted before something is deleted. */
export function removalQuestions(found: readonly ObservedComponent[], current: readonly DescribedComponent[]): readonly LossQuestion[] {
  return found.flatMap((component) =>
    lossesOf(
      component,
      current.find((one) => idOf(one) === idOf(component)),
    ),
  )
}

/** The plan of a promotion that brings unmanaged work: settings, flows and connections as in every plan, and the three ways of each component. */
export function planUnmanagedPromotion(facts: PlanFacts, work: UnmanagedWorkFacts, hash: (text: string) => string): Plan {
  const { environment, observed, release } = facts
  const [dependencies, connections, settings, flows] = [
    planDependencies(facts),
    planConnections(facts),
    planSettings(facts),
    planFlows(facts),
  ]
  const content = planContent(work)
  const questions = removalQuestions(work.found, work.current)
  const saved = planRescue(content, questions)
  const { plan } = work
  const removals = plan.removals.flatMap((name) => toRemoval(work, name))
  const { userId, objectId } = observed.identity
  return {
    target: { environmentId: environment.id, lane: laneOf(environment), identity: { userId, objectId } },
    mode: 'unmanaged',
    modeReason: `${environment.name ?? environment.id} is protective (${environment.layerPolicy?.reason ?? ''}), and the unmanaged artifact was asked for.`,
    fromVersion: findInstalled(observed, release.solution)?.version,
    toVersion: release.version,
    parameters: { connectionReferences: connections.connectionReferences, environmentVariables: settings.environmentVariables },
    flows: flows.flows,
    lines: [
      ...linesOf(facts, work),
      ...planUnsaved(content, saved.rescue, questions),
      ...dependencies.lines,
      ...connections.lines,
      ...settings.lines,
      ...flows.lines,
    ],
    content,
    ...saved,
    saferWay: planSaferWay(content),
    unseen: work.unseen,
    fingerprint: fingerprintOf(work, hash),
    steps: stepsFor(plan, { rescues: savedBefore(saved).length > 0, switchesFlows: flows.flows.some((flow) => flow.action !== 'leave') }),
    unmanaged: { sends: work.sends, leftOut: plan.leftOut, removals, wayBack: work.wayBack },
    blockers: [
      ...findVersionBlockers(facts),
      ...plan.blockers,
      ...findStuck(work),
      ...findUndeletable(work),
      ...dependencies.blockers,
      ...settings.blockers,
      ...connections.blockers,
    ],
  }
}

function stepsFor(plan: UnmanagedPlan, also: { readonly rescues: boolean; readonly switchesFlows: boolean }): StepKind[] {
  const { steps } = plan
  const has = (step: UnmanagedPlan['steps'][number]): boolean => steps.includes(step)
  return [
    'observe',
    'export-current',
    ...(has('import') ? (['repack', 'stage'] as const) : []),
    ...(also.rescues ? (['rescue'] as const) : []),
    ...(has('import') ? (['import', 'publish'] as const) : []),
    ...(has('remove') ? (['remove'] as const) : []),
    ...(also.switchesFlows ? (['activate-flows'] as const) : []),
    'verify',
  ]
}

/** What the approver sees of each component: conflicts are blockers already, and what is kept is told in lines. */
function planContent({ plan, current, found, counts }: UnmanagedWorkFacts): readonly PlannedComponent[] {
  const there = new Set(current.map(idOf))
  const questions = removalQuestions(found, current)
  const components = plan.components.flatMap((one): PlannedComponent[] => {
    if (one.action === 'bring') return [plannedOf(one, there.has(idOf(one)) ? 'change' : 'create')]
    if (one.action !== 'remove') return []
    const losses = questions.filter(({ component }) => idOf(component) === idOf(one)).map(({ kind }) => ({ kind, count: notCounted }))
    return [{ ...plannedOf(one, 'destroy'), class: 'destructive', losses }]
  })
  return withCounts(components, questions, counts)
}

function plannedOf(one: UnmanagedComponent, effect: PlannedComponent['effect']): PlannedComponent {
  const { kind, key, name, table, certainty, message, tweakId } = one
  return {
    ...{ kind, key, name, table, effect, certainty, message, tweakId },
    class: undefined,
    includes: 0,
    winner: undefined,
    comesBack: 'yes',
    losses: [],
  }
}

function linesOf({ environment, release }: PlanFacts, { plan, wayBack, dependants }: UnmanagedWorkFacts): readonly PlanLine[] {
  const kept = plan.components.filter(({ action }) => action === 'keep')
  const back =
    wayBack === undefined
      ? `${release.solution} is not there yet; the way back is to delete what is brought.`
      : `What is there now of ${release.solution} is exported and kept as ${wayBack}: the way back.`
  return [
    { subject: 'comparison', effect: 'leave', message: plan.basis.message, certainty: plan.basis.certainty },
    { subject: environment.name ?? environment.id, effect: 'leave', message: back, certainty: 'known' },
    ...dependants.map(needLine),
    ...kept.map(({ kind, key, message, certainty }): PlanLine => ({ subject: `${kind}:${key}`, effect: 'leave', message, certainty })),
  ]
}

/** Whether the release ends the need cannot be told by names; the environment refuses the deletion where it does not. */
function needLine({ required, kind, name, solution }: ObservedDependant): PlanLine {
  const message = `${kind} ${name} (${solution}) needs it there: unless the release ends that, the environment will not delete it.`
  return { subject: required, effect: 'warn', message, certainty: 'unknown' }
}

/** What is brought, kept or deleted, as it is there now: an edit of any of it is another fingerprint, also where the plan's words stay. */
function fingerprintOf({ plan, current, found }: UnmanagedWorkFacts, hash: (text: string) => string): string {
  const touched = new Set(plan.components.map(idOf))
  const said = current
    .filter((component) => touched.has(idOf(component)))
    .map((component) => canonicalJson([idOf(component), component.facts.map(({ path, value }) => [path, value])]))
  const ids = found.map((component) => `${idOf(component)} ${component.id.toLowerCase()}`)
  return hash(canonicalJson({ from: plan.fromVersion ?? '', said: said.sort(), ids: ids.sort(), unchanged: plan.unchanged }))
}

function toRemoval({ found, plan }: UnmanagedWorkFacts, name: string): PlannedRemoval[] {
  const component = found.find((one) => idOf(one) === name.toLowerCase())
  const planned = plan.components.find((one) => idOf(one) === name.toLowerCase())
  if (component === undefined || planned === undefined) return []
  return [{ kind: component.kind, key: component.key, id: component.id, name: planned.name, table: component.table }]
}

/** Of each, that the Web API deletes it by its id is known; of other kinds it is not, and then nothing is begun. */
const deletable: readonly string[] = [
  'Entity',
  'Attribute',
  'EntityRelationship',
  'OptionSet',
  'SavedQuery',
  'SavedQueryVisualization',
  'SystemForm',
  'WebResource',
  'Workflow',
  'Role',
  'AppModule',
  'EnvironmentVariableDefinition',
  'connectionreference',
]

function findUndeletable({ plan, found }: UnmanagedWorkFacts): readonly Refusal[] {
  const going = plan.components.filter(({ action }) => action === 'remove')
  const lacking = going.filter((one) => !isKind(one, ...deletable) || !found.some((component) => idOf(component) === idOf(one)))
  if (lacking.length === 0) return []
  return [
    refuse(
      'plan.removal-unsupported',
      `${lacking.length} component(s) that the release removes cannot be deleted by Drover.`,
      'Delete them there by hand, or keep them in the release.',
      lacking.map((one) => ({
        subject: one.name,
        message: isKind(one, ...deletable)
          ? 'It could not be found by its name.'
          : `Drover does not delete components of the kind ${one.kind}.`,
      })),
    ).refusal,
  ]
}

function findStuck({ stuck, plan }: UnmanagedWorkFacts): readonly Refusal[] {
  if (stuck.length === 0) return []
  return [
    refuse(
      'plan.cannot-leave-out',
      `${stuck.length} component(s) that stay as they are there cannot be taken out of the package, and the import would overwrite them.`,
      'Adopt their changes into the source (`drover drift adopt`), or decide that the release holds.',
      stuck.map((name) => ({
        subject: name,
        message: plan.components.find((one) => idOf(one) === name.toLowerCase())?.message ?? 'It cannot be left out.',
      })),
    ).refusal,
  ]
}
