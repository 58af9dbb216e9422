import type { ObservedComponent, ObservedLayer, ReleasedComponent } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import { isHoldingOfOurs } from './assess-solutions.ts'
import { callObserved } from './call-observed.ts'
import type { Context } from './drift-facts.ts'
import { deviate, fold } from './drift-facts.ts'
import type { Deviation, ExpectedDeployment } from './drift.ts'

export function assessComponent(context: Context, component: ObservedComponent): readonly Deviation[] {
  return [...assessHand(context, component), ...assessForeignLayers(context, component)]
}

/** A part of what Drover deployed that somebody deleted: the solution says that it is installed, and does not have it. */
export function assessVanished(context: Context, gone: ReleasedComponent): readonly Deviation[] {
  const { kind, key, name, table } = gone
  const deployment = context.deployments.find(({ solution }) => fold(solution) === fold(gone.solution))
  if (deployment === undefined || context.byName.get(fold(gone.solution))?.version !== deployment.version) return []
  const { solution } = deployment
  return [
    deviate(context, {
      id: componentKey(gone),
      class: 'broken',
      subject: { kind, key, name, table },
      solution,
      origin: 'ours',
      message: `${callObserved(gone)}, which ${solution} ${deployment.version} brought, is not there any more.`,
      changed: [],
      who: undefined,
      when: undefined,
      reason: 'What Drover deployed is missing; the environment does not tell who deleted it.',
      says: ['vanished', deployment.version],
    }),
  ]
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
