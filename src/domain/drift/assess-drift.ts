import type { Unseen } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { assessComponent, assessVanished } from './assess-components.ts'
import { assessBinding, assessDeployment, assessProtection } from './assess-deployments.ts'
import { assessGone, assessSolution } from './assess-solutions.ts'
import { describeForeignImports } from './describe-foreign-imports.ts'
import type { Context, DriftFacts } from './drift-facts.ts'
import { contextOf, deviate, fold } from './drift-facts.ts'
import type { AdoptState, Deviation, DriftAssessment } from './drift.ts'

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
    ...(facts.observation.vanished ?? []).flatMap((component) => assessVanished(context, component)),
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
  const { environmentId, observedAt, leftBehind = [] } = facts.observation
  return {
    environmentId,
    observation: facts.observationDigest,
    observedAt,
    deviations: [...byId.values()].sort(byIdOf),
    byDesign,
    leftovers: leftovers.sort(byIdOf),
    ...(leftBehind.length === 0 ? {} : { leftBehind }),
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
  const told = ({ deviations, byDesign, leftovers = [], leftBehind = [], unseen = [] }: DriftAssessment): string =>
    JSON.stringify([byDesign, deviations.map(tell), leftovers.map(tell), leftBehind, unseen])
  return told(a) === told(b)
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
