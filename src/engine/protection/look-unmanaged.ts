import type { DescribedComponent } from '#domain/difference'
import { diffSolutions } from '#domain/difference'
import type { EnvironmentRecord } from '#domain/drift'
import type { Environment, InstalledSolution, ObservedState, Unseen } from '#domain/environment'
import { activeLayer, componentKey, laneOf } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { UnmanagedFacts, UnmanagedPlan } from '#domain/plan'
import { planUnmanaged as planPure } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { layerKindOf } from '#domain/solution'
import type { OpenEnvironment } from '#engine/ports'
import { describeSolution, leaveOut, readPackage, writePackage } from '#format'
import type { EngineDependencies } from '../dependencies.ts'
import { shippedPace } from '../dependencies.ts'
import { describeArtifact } from '../described-artifacts.ts'
import { readComponents } from '../observation/read-components.ts'
import { loadDeployment } from '../queries/deployments.ts'
import type { ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

/** Unmanaged work as it stands: what it would do, from what, and what would be sent. */
export interface UnmanagedLook {
  readonly plan: UnmanagedPlan
  readonly observed: ObservedState
  readonly brought: readonly DescribedComponent[]
  readonly current: readonly DescribedComponent[]
  /** Undefined when what stays as it is there cannot be taken out of the package. */
  readonly sends: Digest | undefined
  readonly stuck: readonly string[]
  readonly wayBack: Digest | undefined
  readonly unseen: readonly Unseen[]
}

/** Reads the target, compares three ways, and makes the package that would be sent; changes nothing in the target. */
export async function lookUnmanaged(
  deps: EngineDependencies,
  of: {
    readonly release: Release
    readonly environment: Environment
    readonly target: OpenEnvironment
    readonly connectionIds?: readonly string[]
  },
): Promise<UnmanagedLook> {
  const { release, environment, target } = of
  const { solution } = release
  const brought = await describeArtifact(deps.artifacts, release.unmanaged.digest)
  const observed = await target.observe({ solution, connectionIds: of.connectionIds ?? [] })
  const installed = observed.solutions.find(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(solution))
  // A managed solution cannot be exported unmanaged, and closes the way by itself.
  const wayBack = installed?.isManaged === false ? await exportCurrent(deps, target, installed) : undefined
  const current = wayBack === undefined ? [] : await describeArtifact(deps.artifacts, wayBack)
  const around = await readAround(deps, { environment, target, installed, brought, current })
  const facts: UnmanagedFacts = {
    environment,
    solution,
    toVersion: release.version,
    installed,
    brought,
    ...(await findShipped(deps, { environment, solution, installed })),
    current,
    ...(await loadWords(deps, of)),
    unpublished: installed?.isManaged === false ? (await target.fetchPending(installed.uniqueName)).pending.map(({ name }) => name) : [],
    isBlocked: await target.fetchUnmanagedBlock(),
    elsewhere: around.elsewhere,
    foreignLayers: around.foreignLayers,
  }
  const plan = planPure(facts, (text) => deps.hashing.sha256(text))
  return { plan, observed, brought, current, wayBack, unseen: around.unseen, ...(await repack(deps, { release, plan, brought })) }
}

/**
 * The sealed bytes, or a package without what is left out. Equal packages give equal bytes, so that people approve what is sent; what was
 * made is read again, since a component that is still in it would be overwritten.
 */
async function repack(
  deps: Pick<EngineDependencies, 'artifacts'>,
  of: { readonly release: Release; readonly plan: UnmanagedPlan; readonly brought: readonly DescribedComponent[] },
): Promise<Pick<UnmanagedLook, 'sends' | 'stuck'>> {
  const { digest } = of.release.unmanaged
  const { leftOut } = of.plan
  if (leftOut.length === 0) return { sends: digest, stuck: [] }
  const { package: without, stuck } = leaveOut(await readPackage(await deps.artifacts.get(digest)), leftOut)
  if (stuck.length > 0) return { sends: undefined, stuck }
  const bytes = await writePackage(without)
  const made = await describeSolution(await readPackage(bytes))
  const out = new Set(leftOut.map((name) => name.toLowerCase()))
  const wanted = of.brought.filter((component) => !out.has(nameOf(component)))
  const wrong = diffSolutions(wanted, made)
    .components.filter(({ kind }) => kind !== 'Solution')
    .map(nameOf)
  const stillIn = made.filter((component) => out.has(nameOf(component)) && component.isUnmodified !== true).map(nameOf)
  const faults = [...new Set([...wrong.filter((name) => !out.has(name)), ...stillIn])]
  return faults.length > 0 ? { sends: undefined, stuck: faults } : { sends: await deps.artifacts.put(bytes), stuck: [] }
}

function nameOf({ kind, key }: { readonly kind: string; readonly key: string }): string {
  return `${kind}:${key}`.toLowerCase()
}

/** The way back: what an unmanaged import overwrites is nowhere else. */
async function exportCurrent(
  deps: Pick<EngineDependencies, 'artifacts' | 'pause'>,
  target: OpenEnvironment,
  { uniqueName }: InstalledSolution,
): Promise<Digest> {
  const { asyncOperationId, exportJobId } = await target.startExport(uniqueName, false)
  const { pollMs, operationTimeoutMs } = shippedPace
  for (let waitedMs = 0, pauseMs = pollMs / 8; ; waitedMs += pauseMs, pauseMs = Math.min(pollMs, pauseMs * 2)) {
    const seen = await target.fetchOperation(asyncOperationId)
    if (seen.state === 'succeeded') return deps.artifacts.put(await target.downloadExport(exportJobId))
    if (seen.state === 'failed' || waitedMs >= operationTimeoutMs) {
      const why = seen.state === 'failed' ? seen.message : 'it showed no end'
      throw new DroverError('plan.export-failed', `What is there now of ${uniqueName} could not be exported: ${why}.`, {
        hint: 'Look at the solution history of the environment, then plan again.',
      })
    }
    await deps.pause(pauseMs)
  }
}

/** What Drover imported there last; else the release whose version is installed, where it is only assumed that people imported just that. */
async function findShipped(
  deps: Pick<EngineDependencies, 'readModel' | 'artifacts'>,
  of: { readonly environment: Environment; readonly solution: string; readonly installed: InstalledSolution | undefined },
): Promise<Pick<UnmanagedFacts, 'shipped' | 'basis'>> {
  const { environment, solution, installed } = of
  if (installed === undefined) return { shipped: [], basis: { certainty: 'known', message: `${solution} is not installed there yet.` } }
  const deployment = await loadDeployment(deps, environment.id, solution)
  const last = deployment === undefined ? undefined : await deps.readModel.load<Promotion>('promotion', deployment.promotionId)
  const isOurs = last?.request.plan.mode === 'unmanaged' && last.request.version === installed.version
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { where: { solutionKey: solutionKey(solution) } })
  const entry = rows.find(({ version }) => version === installed.version)
  const releaseId = isOurs ? last.request.releaseId : entry?.releaseId
  const before = releaseId === undefined ? undefined : await deps.readModel.load<Release>('release', releaseId)
  if (before === undefined) {
    const message = `No release of Drover has the version ${installed.version} that is installed, so who changed what cannot be told.`
    return { shipped: undefined, basis: { certainty: 'unknown', message } }
  }
  const shipped = await describeArtifact(deps.artifacts, before.unmanaged.digest)
  if (isOurs) {
    const message = `Drover brought release ${before.id} there, unmanaged, by promotion ${last.request.promotionId}.`
    return { shipped, basis: { certainty: 'known', message } }
  }
  const message = `Release ${before.id} has the version ${installed.version} that is installed; that its unmanaged artifact was imported there is assumed.`
  return { shipped, basis: { certainty: 'assumed', message } }
}

/** What is brought and is there outside of the solution, and the managed layers of others on what is brought. */
async function readAround(
  deps: EngineDependencies,
  of: {
    readonly environment: Environment
    readonly target: OpenEnvironment
    readonly installed: InstalledSolution | undefined
    readonly brought: readonly DescribedComponent[]
    readonly current: readonly DescribedComponent[]
  },
): Promise<Pick<UnmanagedFacts, 'elsewhere' | 'foreignLayers'> & Pick<UnmanagedLook, 'unseen'>> {
  const { environment, target, installed, brought, current } = of
  const inside = new Set(current.map(idOf))
  const wanted = brought.filter((component) => component.kind !== 'Solution' && component.isUnmodified !== true)
  const ids = new Set(wanted.map(idOf))
  const { components, unseen } = await readComponents(deps, {
    lane: laneOf(environment),
    target,
    solutions: installed === undefined ? [] : [installed],
    also: wanted.filter((component) => !inside.has(idOf(component))).map(wantedOf),
    layers: (component) => ids.has(idOf(component)) && (component.solutions.length > 1 || !inside.has(idOf(component))),
  })
  const present = components.filter((component) => ids.has(idOf(component)))
  const own = new Set([activeLayer.toLowerCase(), solutionKey(installed?.uniqueName ?? '')])
  return {
    elsewhere: present.filter((component) => !inside.has(idOf(component))).map(componentKey),
    foreignLayers: present.flatMap((component) =>
      (component.layers ?? [])
        .filter(({ solution }) => !own.has(solutionKey(solution)))
        .map(({ solution }) => ({ component: componentKey(component), solution })),
    ),
    unseen,
  }
}

function idOf(component: { readonly kind: string; readonly key: string }): string {
  return componentKey({ kind: layerKindOf(component.kind), key: component.key }).toLowerCase()
}

/** By the kind's name in environments, which write those of newer kinds in other capitals. */
function wantedOf(component: DescribedComponent): { readonly kind: string; readonly key: string; readonly table: string | undefined } {
  const [, table] = /^Entity:(.+)$/.exec(component.parent ?? '') ?? []
  return { kind: layerKindOf(component.kind), key: component.key, table }
}

/** Tweaks in force now (of one that has expired nobody says any more that it shall stay), and what people said of conflicts. */
async function loadWords(
  deps: Pick<EngineDependencies, 'readModel' | 'clock'>,
  of: { readonly environment: Environment; readonly release: Release },
): Promise<Pick<UnmanagedFacts, 'tweaks' | 'decided'>> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(of.environment))
  const now = deps.clock.now()
  return {
    tweaks: (record?.tweaks ?? [])
      .filter((tweak) => tweak.endedAt === undefined && tweak.expiresAt > now)
      .map(({ id, deviation }) => ({ id, component: deviation })),
    decided: (record?.conflicts ?? [])
      .filter(({ solution }) => solutionKey(solution) === solutionKey(of.release.solution))
      .map(({ component, choice, seen, reason, by }) => ({ component, choice, seen, reason, by })),
  }
}
