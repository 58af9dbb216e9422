import type { ObservedComponent, Observation } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import type { Attributor } from './attribute.ts'
import { callObserved } from './call-observed.ts'
import type { Origin } from './drift.ts'

/**
 * What somebody who looks at an environment for the first time must know. `orphaned`: nobody carries it any more; `undeployable`: it cannot
 * reach or leave the environment by a managed deployment; `unowned`: it is deployed, and nobody is named who answers for it.
 */
export type FirstLookKind = 'orphaned' | 'undeployable' | 'unowned'

export interface FirstLookFinding {
  readonly kind: FirstLookKind
  readonly rule:
    | 'component-without-solution'
    | 'flow-without-owner'
    | 'flow-of-disabled-owner'
    | 'upgrade-left-behind'
    | 'transport-left-behind'
    | 'change-on-managed'
    | 'unmanaged-solution'
    | 'solution-not-governed'
  readonly subject: { readonly kind: string | undefined; readonly key: string; readonly name: string; readonly table: string | undefined }
  /** In one sentence, for somebody who is no developer. */
  readonly message: string
  readonly advice: string
}

export interface FirstLook {
  /** By kind, then rule, then name. */
  readonly findings: readonly FirstLookFinding[]
  /** Components by whose they are; those of solutions whose holdings were not read are not among them. */
  readonly components: Readonly<Partial<Record<Origin, number>>>
  readonly solutions: Readonly<Partial<Record<Origin, number>>>
  /** Active rows by what they are: a row is not a change. */
  readonly activeRows: {
    readonly all: number
    /** Rule → rows that it explains. */
    readonly harmless: Readonly<Record<string, number>>
    /** Somebody's changes on managed components. */
    readonly changes: number
    /** Components that exist as unmanaged work alone. */
    readonly ownWork: number
    /** Rows whose layer could not be read: they may be changes. */
    readonly unread: number
  }
}

/** What solutions that stand for the whole environment hold, nobody carries: `Default`, and the one that makers' work falls into. */
const catchAll: ReadonlySet<string> = new Set(['default', 'active', 'basic', 'system'])

/** Reads one observation without knowing anything of the time before it. `hasMakers`: unmanaged work is what the environment is for. */
export function takeFirstLook(observation: Observation, attributor: Attributor, more: { readonly hasMakers: boolean }): FirstLook {
  const looked = observation.components.map((component) => lookAt(component, attributor))
  const findings = [
    ...looked.flatMap((each) => findInComponent(each, observation, more.hasMakers)),
    ...observation.flows.flatMap(findInFlow),
    ...observation.solutions.flatMap((solution) => findInSolution(solution, attributor, more.hasMakers)),
  ]
  return {
    findings: findings.toSorted(byPlace),
    components: countOf(looked.map(({ origin }) => origin)),
    solutions: countOf(observation.solutions.map((solution) => attributor.ofSolution(solution).origin)),
    activeRows: {
      all: looked.filter(({ hand }) => hand !== 'none').length,
      harmless: countOf(looked.flatMap(({ harmless }) => harmless ?? [])),
      changes: looked.filter(({ hand }) => hand === 'change').length,
      ownWork: looked.filter(({ hand }) => hand === 'own-work').length,
      unread: looked.filter(({ hand }) => hand === 'unread').length,
    },
  }
}

interface Looked {
  readonly component: ObservedComponent
  readonly origin: Origin
  readonly hand: 'none' | 'harmless' | 'change' | 'own-work' | 'unread'
  /** The rule that explains its row. */
  readonly harmless: string | undefined
}

function lookAt(component: ObservedComponent, attributor: Attributor): Looked {
  const origin = attributor.ofComponent(component).origin
  const layer = component.layers?.find(({ solution }) => solution === activeLayer)
  if (layer === undefined) {
    const isUnread = component.hasActiveRow && component.layers === undefined
    return { component, origin, hand: isUnread ? 'unread' : 'none', harmless: undefined }
  }
  const { harmless } = attributor.ofActiveLayer(component, layer)
  if (harmless !== undefined) return { component, origin, hand: 'harmless', harmless: harmless.rule }
  const isBase = component.layers?.every(({ solution }) => solution === activeLayer) === true
  return { component, origin, hand: isBase ? 'own-work' : 'change', harmless: undefined }
}

function findInComponent({ component, hand }: Looked, observation: Observation, hasMakers: boolean): readonly FirstLookFinding[] {
  const { kind, key, name, table } = component
  const subject = { kind, key, name, table }
  const what = callObserved(component)
  if (hand === 'change' && !hasMakers) {
    const below = component.layers?.findLast(({ solution }) => solution !== activeLayer)?.solution
    const message = `${what}, which ${below ?? 'a managed solution'} brought, was changed in this environment.`
    const advice = 'It stays when the solution is updated and hides what comes; register, adopt or revert it.'
    return [{ kind: 'undeployable', rule: 'change-on-managed', subject, message, advice }]
  }
  if (hand === 'own-work' && !isInAnyTeamsSolution(component, observation)) {
    const message = `${what} was made in this environment and is in no solution.`
    const advice = 'Find who needs it: put it into a solution in a development environment, or remove it.'
    return [{ kind: 'orphaned', rule: 'component-without-solution', subject, message, advice }]
  }
  return []
}

function isInAnyTeamsSolution(component: ObservedComponent, { solutions }: Observation): boolean {
  const listed = new Set(solutions.map(({ uniqueName }) => uniqueName))
  return component.solutions.some((name) => listed.has(name) && !catchAll.has(name.toLowerCase()))
}

function findInFlow(flow: Observation['flows'][number]): readonly FirstLookFinding[] {
  const subject = { kind: 'Workflow', key: flow.id, name: flow.name, table: undefined }
  const advice = 'Give the flow to somebody who answers for it, best a service account, and see that their connections work.'
  if (flow.ownerId === undefined)
    return [{ kind: 'orphaned', rule: 'flow-without-owner', subject, message: `The flow ${flow.name} has no owner.`, advice }]
  if (flow.isOwnerEnabled !== false) return []
  const message = `The flow ${flow.name}, which is ${flow.state}, belongs to ${flow.ownerName ?? flow.ownerId}, whose account is disabled.`
  return [{ kind: 'orphaned', rule: 'flow-of-disabled-owner', subject, message, advice }]
}

function findInSolution(
  solution: Observation['solutions'][number],
  attributor: Attributor,
  hasMakers: boolean,
): readonly FirstLookFinding[] {
  const { uniqueName, displayName, version } = solution
  const { origin } = attributor.ofSolution(solution)
  const subject = { kind: undefined, key: uniqueName, name: displayName, table: undefined }
  if (origin === 'drover') {
    const message = `The solution ${uniqueName}, in which Drover carried a change, is still there.`
    return [{ kind: 'orphaned', rule: 'transport-left-behind', subject, message, advice: 'It goes with the next work of its name.' }]
  }
  if (/_upgrade$/i.test(uniqueName)) {
    const message = `An upgrade to ${version} was staged as ${uniqueName} and neither applied nor withdrawn.`
    const advice = 'Apply it with `drover env upgrade-apply` or withdraw it with `drover env upgrade-withdraw`.'
    return [{ kind: 'orphaned', rule: 'upgrade-left-behind', subject, message, advice }]
  }
  if (origin === 'platform' || origin === 'microsoft' || origin === 'ours' || !solution.isVisible) return []
  if (!solution.isManaged)
    return hasMakers
      ? []
      : [
          {
            kind: 'undeployable',
            rule: 'unmanaged-solution',
            subject,
            message: `The solution ${displayName} ${version} is unmanaged here: it can be neither upgraded nor removed as a whole.`,
            advice: 'Move its work to a development environment and bring it back as a managed solution.',
          },
        ]
  const by = solution.changedBy === undefined ? '' : ` ${solution.changedBy.name} last imported it.`
  const message = `The solution ${displayName} ${version} is in no configuration, so nobody is named who answers for it.${by}`
  const advice = 'Add it to drover.yaml with an owner and a tier, or record who its vendor is and accept the baseline.'
  return [{ kind: 'unowned', rule: 'solution-not-governed', subject, message, advice }]
}

function countOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  const counts = new Map<Name, number>()
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1)
  // The keys are the names that were counted.
  return Object.fromEntries(counts) as Record<Name, number>
}

function byPlace(a: FirstLookFinding, b: FirstLookFinding): number {
  const place = ({ kind, rule, subject }: FirstLookFinding) =>
    [kind, rule, subject.name, componentKey({ kind: subject.kind ?? '', key: subject.key })].join('\n')
  return place(a) < place(b) ? -1 : 1
}
