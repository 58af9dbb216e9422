import type { ObservedComponent, ObservedLayer, Observation, ObservedSolution, Unseen } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import type { Digest, Instant } from '#domain/kernel'
import type { AdoptState, Baseline, Deviation, DispositionState, DriftAssessment, ExpectedDeployment, Origin, Tweak } from './drift.ts'
import { callObserved } from './call-observed.ts'
import { describeForeignImports } from './describe-foreign-imports.ts'
import type { ForeignImport } from './foreign-imports.ts'
import type { ProtectionVerdict } from './protection.ts'
import { isOwnTransport } from './transport-name.ts'

/** A connection that Drover bound when it deployed. */
export interface ExpectedBinding {
  readonly solution: string
  readonly logicalName: string
  readonly connectionId: string
}

/** All that an assessment is made from. */
export interface DriftFacts {
  readonly observation: Observation
  readonly observationDigest: Digest
  /** What the ledger says is deployed there. */
  readonly deployments: readonly ExpectedDeployment[]
  readonly bindings: readonly ExpectedBinding[]
  /** Unique names of all solutions that the configuration governs. */
  readonly governed: readonly string[]
  readonly baseline: Baseline | undefined
  /** Those that have not ended; whether they have expired is judged here. */
  readonly tweaks: readonly Tweak[]
  /** Deviation id → how far its disposition is. */
  readonly dispositions: Readonly<Record<string, DispositionState>>
  /** Imports and uninstallations that were not ours (PIP-19). */
  readonly foreignImports: readonly ForeignImport[]
  /** `strict`: no change by hand is to be there at all (PET-10). */
  readonly isStrict: boolean
  /** Whether the block of unmanaged changes is as layer policy and ledger expect it; absent: nothing is expected. */
  readonly protection?: ProtectionVerdict | undefined
  /** The assessment before this one: what stayed the same keeps its time. */
  readonly previous: DriftAssessment | undefined
  readonly now: Instant
  /** Whose a solution is. */
  originOf(solution: ObservedSolution): Origin
  /** Why a layer by hand says nothing that anybody did; undefined when it may. */
  harmlessBecause(component: ObservedComponent, layer: ObservedLayer): string | undefined
  sha256(text: string): string
}

/**
 * How far an environment is from what is expected of it (PET-07). Deterministic: the same facts in any order give the same assessment, with
 * deviations sorted by id. Each deviation is there as long as the environment shows it and gone when it does not, whatever was said of it.
 */
export function assessDrift(facts: DriftFacts): DriftAssessment {
  const context = contextOf(facts)
  const found = [
    ...facts.deployments.flatMap((deployment) => assessDeployment(context, deployment)),
    ...facts.bindings.flatMap((binding) => assessBinding(context, binding)),
    ...facts.observation.solutions.flatMap((solution) => assessSolution(context, solution)),
    ...facts.observation.components.flatMap((component) => assessComponent(context, component)),
    ...describeForeignImports({ ...facts, isOurs: (name) => context.ours.has(fold(name)) }).map((found) => deviate(context, found)),
    ...assessGone(context),
    ...assessProtection(context),
  ]
  const byId = new Map<string, Deviation>()
  const leftovers: Deviation[] = []
  let byDesign = 0
  // The same thing found twice is one deviation, whichever came first.
  for (const each of found.sort((a, b) => (a.digest < b.digest ? -1 : 1))) {
    const deviation = each.class === 'by-design' ? each : dispose(context, each)
    if (isLeftOver(context, each)) leftovers.push(deviation)
    if (deviation.class === 'by-design') byDesign++
    else if (!byId.has(deviation.id)) byId.set(deviation.id, deviation)
  }
  const { environmentId, observedAt } = facts.observation
  return {
    environmentId,
    observation: facts.observationDigest,
    observedAt,
    deviations: [...byId.values()].sort(byIdOf),
    byDesign,
    leftovers: leftovers.sort(byIdOf),
    unseen: whatIsHidden(facts),
  }
}

/** What could not be seen and may hide a deviation; how protection stands only where something is expected of it. */
function whatIsHidden({ observation, protection }: DriftFacts): readonly Unseen[] {
  const others = observation.unseen.filter(({ hides }) => hides !== undefined && hides !== 'protection')
  if (protection?.state !== 'unknown') return others
  const told = observation.unseen.find(({ hides }) => hides === 'protection')
  return [...others, told ?? { what: 'whether unmanaged changes are blocked', why: protection.message, hides: 'protection' }]
}

function byIdOf(a: Deviation, b: Deviation): number {
  return a.id < b.id ? -1 : 1
}

/** Whether two assessments say the same, whenever they were made. */
export function isSameDrift(a: DriftAssessment, b: DriftAssessment): boolean {
  const tell = (each: Deviation): readonly unknown[] => [each.id, each.class, each.digest, each.tweakId, each.message, each.reason]
  const told = ({ deviations, byDesign, leftovers = [], unseen = [] }: DriftAssessment): string =>
    JSON.stringify([byDesign, deviations.map(tell), leftovers.map(tell), unseen])
  return told(a) === told(b)
}

interface Context extends DriftFacts {
  readonly ours: ReadonlySet<string>
  readonly byName: ReadonlyMap<string, ObservedSolution>
  readonly earlier: ReadonlyMap<string, Deviation>
}

function contextOf(facts: DriftFacts): Context {
  return {
    ...facts,
    ours: new Set([...facts.governed, ...facts.deployments.map(({ solution }) => solution)].map(fold)),
    byName: new Map(facts.observation.solutions.map((solution) => [fold(solution.uniqueName), solution])),
    earlier: new Map((facts.previous?.deviations ?? []).map((deviation) => [deviation.id, deviation])),
  }
}

/** Names of solutions differ in more than case. */
function fold(name: string): string {
  return name.toLowerCase()
}

/** A deviation before it is known since when it is there; `says` is all that it consists of. */
export type Found = Omit<Deviation, 'tweakId' | 'since' | 'digest'> & { readonly says: readonly string[] }

function deviate(context: Context, found: Found): Deviation {
  const { says, ...rest } = found
  const digest = context.sha256(JSON.stringify([rest.id, ...says]))
  const earlier = context.earlier.get(rest.id)
  const since = earlier?.digest === digest ? earlier.since : (rest.when ?? context.observation.observedAt)
  return { ...rest, digest, tweakId: undefined, since }
}

/** What people have said of a deviation: known good, registered, or nothing that still holds. */
function dispose(context: Context, deviation: Deviation): Deviation {
  if (context.baseline?.deviations[deviation.id] === deviation.digest)
    return { ...deviation, class: 'by-design', reason: 'It was accepted as known good with the baseline.' }
  if (isLeftOver(context, deviation))
    return { ...deviation, class: 'by-design', reason: 'The release that is deployed carries it; the layer says what is below it.' }
  // Where nothing by hand may be, no word of people makes it right.
  if (deviation.origin === 'by-hand' && deviation.class === 'broken') return deviation
  const about = context.tweaks.filter((tweak) => tweak.deviation === deviation.id)
  const same = about.filter((tweak) => tweak.digest === deviation.digest)
  const covering = same.filter((tweak) => tweak.expiresAt > context.now).sort((a, b) => (a.id < b.id ? -1 : 1))[0]
  if (covering !== undefined) return { ...deviation, class: 'tweak', tweakId: covering.id, reason: covering.reason }
  const expired = same[0]
  if (expired !== undefined)
    return { ...deviation, reason: `It was accepted by ${expired.acceptedBy} until ${day(expired.expiresAt)}; that time is over.` }
  if (about.length > 0) return { ...deviation, reason: 'It was accepted once, and has changed again since.' }
  return deviation
}

/** An adopted change that came back with the deployed release, with its layer still on top of it. */
function isLeftOver(context: Context, { id, digest }: Deviation): boolean {
  const disposition = context.dispositions[id]
  if (disposition?.kind === 'adopt') return disposition.state === 'released' && disposition.digest === digest
  const after = disposition?.after
  return after?.state === 'released' && after.digest === digest && isStillDeployed(context, after)
}

/** Nobody holds an adoption against a new release any more once its layer is to be reverted. */
function isStillDeployed(context: Context, { solution, judgedBy }: AdoptState): boolean {
  return context.deployments.some((deployed) => fold(deployed.solution) === fold(solution) && deployed.releaseId === judgedBy)
}

function day(instant: Instant): string {
  return instant.slice(0, 10)
}

function assessDeployment(context: Context, expected: ExpectedDeployment): readonly Deviation[] {
  const { solution: name, version } = expected
  const found: Deviation[] = []
  const installed = context.byName.get(fold(name))
  const about = { ...ofSolution(name), solution: name, origin: 'ours' as const, class: 'broken' as const, changed: [] }
  const holding = context.byName.get(`${fold(name)}_upgrade`)
  if (holding !== undefined) {
    const message = `An upgrade of ${name} to ${holding.version} was staged and neither applied nor withdrawn.`
    const reason = `Its holding solution ${holding.uniqueName} is still there.`
    found.push(
      deviate(context, {
        ...about,
        ...ofSolution(holding.uniqueName),
        ...whoOf(holding),
        message,
        reason,
        says: ['holding', holding.version],
      }),
    )
  }
  if (installed === undefined) {
    const message = `${name} ${version}, which Drover deployed, is not installed any more.`
    found.push(
      deviate(context, {
        ...about,
        ...whoUninstalled(context, name),
        message,
        reason: 'What Drover deployed is missing.',
        says: ['missing'],
      }),
    )
    return found
  }
  if (installed.isManaged !== (expected.unmanaged === undefined)) {
    const is = installed.isManaged ? 'managed' : 'unmanaged'
    const message = `${name} is installed ${is}, not as Drover deployed it.`
    const reason = installed.isManaged
      ? 'An unmanaged deployment became a managed solution.'
      : 'A managed deployment became unmanaged work.'
    found.push(deviate(context, { ...about, ...whoOf(installed), message, reason, says: [is] }))
  } else if (installed.version !== version) {
    const message = `${name} is installed in version ${installed.version}; Drover deployed ${version}.`
    const reason = 'Another version than the ledger knows is installed.'
    found.push(deviate(context, { ...about, ...whoOf(installed), message, reason, says: ['version', installed.version] }))
  }
  return found
}

function whoUninstalled(context: Context, name: string): Pick<Deviation, 'who' | 'when'> {
  const uninstall = context.observation.operations.find(({ kind, solution }) => kind === 'uninstall' && fold(solution ?? '') === fold(name))
  return { who: uninstall?.by, when: uninstall?.startedAt }
}

function ofSolution(name: string): Pick<Deviation, 'id' | 'subject'> {
  return { id: `solution:${name}`, subject: { kind: undefined, key: name, name, table: undefined } }
}

function whoOf(solution: ObservedSolution): Pick<Deviation, 'who' | 'when'> {
  return { who: solution.changedBy, when: solution.changedAt ?? solution.installedAt }
}

/** Somebody let changes by hand in, or shut them out, against what is expected. */
function assessProtection(context: Context): readonly Deviation[] {
  if (context.protection?.state !== 'broken') return []
  const { message } = context.protection
  return [
    deviate(context, {
      id: 'setting:unmanaged-block',
      class: 'broken',
      subject: { kind: undefined, key: 'unmanaged-block', name: 'Block of unmanaged changes', table: undefined },
      solution: undefined,
      origin: 'by-hand',
      message,
      changed: [],
      who: undefined,
      when: undefined,
      reason: 'The environment does not tell who switched a setting of the organization.',
      says: [message],
    }),
  ]
}

function assessBinding(context: Context, expected: ExpectedBinding): readonly Deviation[] {
  if (context.observation.unseen.some(({ hides }) => hides === 'bindings')) return []
  const { logicalName, solution } = expected
  const bound = context.observation.bindings.find((binding) => fold(binding.logicalName) === fold(logicalName))
  if (bound?.connectionId !== undefined && fold(bound.connectionId) === fold(expected.connectionId)) return []
  const message =
    bound?.connectionId === undefined
      ? `The connection reference ${logicalName} of ${solution} is bound to no connection any more.`
      : `The connection reference ${logicalName} of ${solution} is bound to another connection than the one that was deployed.`
  return [
    deviate(context, {
      id: `binding:${logicalName}`,
      class: 'broken',
      subject: { kind: 'connectionreference', key: logicalName, name: logicalName, table: undefined },
      solution,
      origin: 'ours',
      message,
      changed: [],
      who: undefined,
      when: undefined,
      reason: 'What Drover bound is not bound as it was.',
      says: ['binding', bound?.connectionId ?? ''],
    }),
  ]
}

/** Solutions of others are only named; those of Microsoft and of the platform come and go by themselves and are only counted (PET-05). */
function assessSolution(context: Context, solution: ObservedSolution): readonly Deviation[] {
  const name = solution.uniqueName
  if (context.ours.has(fold(name)) || isHoldingOfOurs(context, name)) return []
  if (context.baseline?.solutions[name] === solution.version) return []
  const origin = isOwnTransport(name) ? 'drover' : context.originOf(solution)
  if (origin === 'ours') return [notDeployed(context, solution)]
  const isQuiet = origin === 'microsoft' || origin === 'platform' || origin === 'drover' || !solution.isVisible
  const before = context.baseline?.solutions[name]
  const kind = solution.isManaged ? 'solution' : 'unmanaged solution'
  const message =
    before === undefined
      ? `The ${kind} ${solution.displayName} ${solution.version} is there${context.baseline === undefined ? '' : ' and was not when the baseline was accepted'}.`
      : `The ${kind} ${solution.displayName} went from ${before} to ${solution.version} since the baseline was accepted.`
  return [
    deviate(context, {
      ...ofSolution(name),
      class: isQuiet ? 'by-design' : 'foreign-solution',
      solution: undefined,
      origin,
      message,
      changed: [],
      ...whoOf(solution),
      reason: isQuiet
        ? 'Solutions of the platform, and those that Drover needs for its work, come and go.'
        : 'Others brought it; it is only named.',
      says: ['foreign', solution.version],
    }),
  ]
}

/** Solutions of others that were there when the baseline was accepted. */
function assessGone(context: Context): readonly Deviation[] {
  return Object.entries(context.baseline?.solutions ?? {}).flatMap(([name, version]) => {
    if (context.byName.has(fold(name)) || context.ours.has(fold(name)) || isOwnTransport(name)) return []
    return [
      deviate(context, {
        ...ofSolution(name),
        class: 'foreign-solution',
        solution: undefined,
        origin: 'unknown',
        message: `The solution ${name} ${version}, which was there when the baseline was accepted, is not installed any more.`,
        changed: [],
        ...whoUninstalled(context, name),
        reason: 'It is not governed; it is only named.',
        says: ['gone', version],
      }),
    ]
  })
}

/** A patch of ours that did not come by Drover. */
function notDeployed(context: Context, solution: ObservedSolution): Deviation {
  return deviate(context, {
    ...ofSolution(solution.uniqueName),
    class: 'broken',
    solution: solution.parent,
    origin: 'ours',
    message: `${solution.displayName} ${solution.version}, a part of ${solution.parent ?? 'a governed solution'}, is there and was not deployed by Drover.`,
    changed: [],
    ...whoOf(solution),
    reason: 'What is governed came into the environment past the pipeline.',
    says: ['not-deployed', solution.version],
  })
}

function isHoldingOfOurs(context: Context, name: string): boolean {
  const folded = fold(name)
  return folded.endsWith('_upgrade') && context.deployments.some(({ solution }) => `${fold(solution)}_upgrade` === folded)
}

function assessComponent(context: Context, component: ObservedComponent): readonly Deviation[] {
  return [...assessHand(context, component), ...assessForeignLayers(context, component)]
}

/** Unmanaged work on a component: the Active layer, where it says something. */
function assessHand(context: Context, component: ObservedComponent): readonly Deviation[] {
  const layer = component.layers?.find(({ solution }) => solution === activeLayer)
  if (layer === undefined && !(component.layers === undefined && component.hasActiveRow)) return []
  const solution = ownerOf(context, component)
  const managed = managedOver(component)
  const origin = 'by-hand' as const
  const about = { ...ofComponent(component), solution, origin, changed: layer?.changed ?? [], ...authorOf(component, layer) }
  const harmless = layer === undefined ? undefined : context.harmlessBecause(component, layer)
  if (harmless !== undefined)
    return [
      deviate(context, {
        ...about,
        class: 'by-design',
        message: `${component.name} has a layer that says nothing.`,
        reason: harmless,
        says: ['harmless'],
      }),
    ]
  const brought = layer === undefined || managed !== undefined ? undefined : findBrought(context, component, layer)
  if (brought !== undefined) {
    const message = `${component.name} is as it was when ${brought.solution} ${brought.version} was brought unmanaged.`
    const reason = 'Drover brought that unmanaged, and nobody has changed this since.'
    return [deviate(context, { ...about, class: 'by-design', message, reason, says: ['brought'] })]
  }
  const breaks = context.isStrict && solution !== undefined
  return [
    deviate(context, {
      ...about,
      class: breaks ? 'broken' : 'unregistered',
      message: handMessage(component, { solution, managed, layer }),
      reason: handReason(layer, breaks),
      says: ['hand', layer?.digest ?? 'unread'],
    }),
  ]
}

/**
 * The unmanaged deployment that left it as it is: it was verified then, and was not changed afterwards. What was left out of the import, since
 * somebody had changed it there, stays a change by hand; and of what does not tell when it was changed, nobody can say so.
 */
function findBrought(context: Context, component: ObservedComponent, layer: ObservedLayer): ExpectedDeployment | undefined {
  const changedAt = component.modified?.at ?? layer.writtenAt
  if (changedAt === undefined) return undefined
  const id = fold(componentKey(component))
  return context.deployments.find(
    ({ solution, unmanaged, deployedAt }) =>
      unmanaged !== undefined &&
      component.solutions.some((name) => fold(name) === fold(solution)) &&
      !unmanaged.leftOut.some((name) => fold(name) === id) &&
      Date.parse(changedAt) <= Date.parse(deployedAt),
  )
}

function ofComponent(component: ObservedComponent): Pick<Deviation, 'id' | 'subject'> {
  const { kind, key, name, table } = component
  return { id: componentKey(component), subject: { kind, key, name, table } }
}

/** The governed solution that holds it; the first by name where several do. */
function ownerOf(context: Context, component: ObservedComponent): string | undefined {
  const holders = new Set([...component.solutions, ...(component.layers ?? []).map(({ solution }) => solution)])
  return [...holders].filter((name) => context.ours.has(fold(name))).sort()[0]
}

function managedOver(component: ObservedComponent): string | undefined {
  return component.layers?.findLast(({ solution }) => solution !== activeLayer)?.solution
}

function handMessage(
  component: ObservedComponent,
  {
    solution,
    managed,
    layer,
  }: { readonly solution: string | undefined; readonly managed: string | undefined; readonly layer: ObservedLayer | undefined },
): string {
  const what = callObserved(component)
  if (layer === undefined) return `${what} has an unmanaged layer that could not be read; it may have been changed by hand.`
  if (managed === undefined) return `${what} was made by hand in this environment.`
  const whose = solution ?? managed
  return `${what}, which ${whose} brought, was changed by hand in this environment.`
}

function handReason(layer: ObservedLayer | undefined, breaks: boolean): string {
  if (breaks) return 'The layer policy of this environment is strict: nothing in it may be changed by hand.'
  return layer === undefined ? 'What cannot be read counts as a change.' : 'Nobody has said yet what shall become of it.'
}

/**
 * When, and as far as the environment tells who: layers name no author, so it is whoever changed the component's row last, and tables and
 * columns do not say even that (facts-2 §9). An author of a time before the layer was written is not named for it.
 */
function authorOf(component: ObservedComponent, layer: ObservedLayer | undefined): Pick<Deviation, 'who' | 'when'> {
  const { modified } = component
  const writtenAt = layer?.writtenAt
  const when = writtenAt ?? modified?.at
  const isOfLayer = modified !== undefined && (writtenAt === undefined || Date.parse(modified.at) + clockGrainMs >= Date.parse(writtenAt))
  const who = isOfLayer && modified.by !== undefined ? { userId: '', name: modified.by, isApplication: false } : undefined
  return { who, when }
}

/** Row and layer are written in one operation, whose two times differ by little: ours, unverified on the service. */
const clockGrainMs = 60_000

/** Layers that solutions of others laid over ours hide what we shipped; they are named. */
function assessForeignLayers(context: Context, component: ObservedComponent): readonly Deviation[] {
  const layers = component.layers ?? []
  const lowestOwn = layers.findIndex(({ solution }) => context.ours.has(fold(solution)))
  if (lowestOwn < 0) return []
  return layers.slice(lowestOwn + 1).flatMap((layer) => {
    const isOthers = layer.solution !== activeLayer && !context.ours.has(fold(layer.solution)) && !isHoldingOfOurs(context, layer.solution)
    if (!isOthers || layer.changed?.length === 0) return []
    const found = context.byName.get(fold(layer.solution))
    const { id, subject } = ofComponent(component)
    return [
      deviate(context, {
        id: `${id}@${layer.solution}`,
        subject,
        class: 'foreign-solution',
        solution: layers[lowestOwn]?.solution,
        origin: found === undefined ? 'unknown' : context.originOf(found),
        message: `The solution ${layer.solution} lies over ${layers[lowestOwn]?.solution ?? 'ours'} on ${component.kind} ${component.name}.`,
        changed: layer.changed ?? [],
        who: found?.changedBy,
        when: layer.writtenAt,
        reason: 'Others brought it; it is only named.',
        says: ['over', layer.digest],
      }),
    ]
  })
}
