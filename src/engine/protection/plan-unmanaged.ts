import type { DescribedComponent } from '#domain/difference'
import type { EnvironmentRecord } from '#domain/drift'
import type { Environment, InstalledSolution, Unseen } from '#domain/environment'
import { activeLayer, componentKey, laneOf } from '#domain/environment'
import type { Digest, PipelineId, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, DroverError, refuse } from '#domain/kernel'
import type { UnmanagedFacts, UnmanagedPlan } from '#domain/plan'
import { planUnmanaged as planPure } from '#domain/plan'
import type { Release } from '#domain/release'
import { layerKindOf } from '#domain/solution'
import type { OpenEnvironment } from '#engine/ports'
import { describeSolution, readPackage } from '#format'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { shippedPace } from '../dependencies.ts'
import { findEnvironment, findPipeline, findStage } from '../find.ts'
import { readComponents } from '../observation/read-components.ts'
import type { ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

export interface UnmanagedPlanView {
  readonly environment: Environment
  readonly solution: string
  readonly plan: UnmanagedPlan
  /** The unmanaged export of what is there now, kept with the artifacts: the way back. Undefined when nothing is installed. */
  readonly wayBack: Digest | undefined
  readonly unseen: readonly Unseen[]
}

/** What deploying the unmanaged artifact of a release would do; exports the target's solution and changes nothing in it. */
export async function planUnmanaged(
  deps: EngineDependencies,
  ask: { readonly releaseId: ReleaseId; readonly stageId: StageId },
): Promise<Result<UnmanagedPlanView>> {
  const way = await findTarget(deps, ask)
  if (!way.ok) return way
  const { release, environment } = way.value
  const target = deps.environments.open(environment)
  const brought = await describe(deps, release.unmanaged.digest)
  const { solutions } = await target.observe({ solution: release.solution, connectionIds: [] })
  const installed = solutions.find(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(release.solution))
  // A managed solution cannot be exported unmanaged, and closes the way by itself.
  const exported = installed?.isManaged === false ? await exportCurrent(deps, target, installed) : undefined
  const current = exported === undefined ? [] : await describe(deps, exported)
  const around = await readAround(deps, { environment, target, installed, brought, current })
  const plan = planPure({
    environment,
    solution: release.solution,
    toVersion: release.version,
    installed,
    brought,
    ...(await findShipped(deps, release.solution, installed)),
    current,
    tweaks: await loadTweaks(deps, environment),
    unpublished: installed?.isManaged === false ? (await target.fetchPending(installed.uniqueName)).pending.map(({ name }) => name) : [],
    isBlocked: await target.fetchUnmanagedBlock(),
    elsewhere: around.elsewhere,
    foreignLayers: around.foreignLayers,
  })
  return accept({ environment, solution: release.solution, plan, wayBack: exported, unseen: around.unseen })
}

async function findTarget(
  deps: EngineDependencies,
  { releaseId, stageId }: { readonly releaseId: ReleaseId; readonly stageId: StageId },
): Promise<Result<{ readonly release: Release; readonly environment: Environment }>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const release = await deps.readModel.load<Release>('release', releaseId)
  if (release === undefined)
    return refuse('release.unknown', `There is no sealed release "${releaseId}".`, 'Name one that `drover release list` shows as sealed.')
  const pipeline = findPipeline(configuration, release.pipelineId satisfies PipelineId)
  if (!pipeline.ok) return pipeline
  const stage = findStage(pipeline.value, stageId)
  if (!stage.ok) return stage
  const environment = findEnvironment(configuration, stage.value.environment)
  return environment.ok ? accept({ release, environment: environment.value }) : environment
}

async function describe(deps: Pick<EngineDependencies, 'artifacts'>, digest: Digest): Promise<readonly DescribedComponent[]> {
  return describeSolution(await readPackage(await deps.artifacts.get(digest)))
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

/** The release whose version is installed: Drover has carried out no unmanaged deployment, so that people imported just that is assumed. */
async function findShipped(
  deps: Pick<EngineDependencies, 'readModel' | 'artifacts'>,
  solution: string,
  installed: InstalledSolution | undefined,
): Promise<Pick<UnmanagedFacts, 'shipped' | 'basis'>> {
  if (installed === undefined) return { shipped: [], basis: { certainty: 'known', message: `${solution} is not installed there yet.` } }
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { where: { solutionKey: solutionKey(solution) } })
  const entry = rows.find(({ version }) => version === installed.version)
  const before = entry === undefined ? undefined : await deps.readModel.load<Release>('release', entry.releaseId)
  if (before === undefined) {
    const message = `No release of Drover has the version ${installed.version} that is installed, so who changed what cannot be told.`
    return { shipped: undefined, basis: { certainty: 'unknown', message } }
  }
  const message = `Release ${before.id} has the version ${installed.version} that is installed; that its unmanaged artifact was imported there is assumed.`
  return { shipped: await describe(deps, before.unmanaged.digest), basis: { certainty: 'assumed', message } }
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
): Promise<Pick<UnmanagedFacts, 'elsewhere' | 'foreignLayers'> & Pick<UnmanagedPlanView, 'unseen'>> {
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

/** Those in force now: of one that has expired nobody says any more that it shall stay. */
async function loadTweaks(
  deps: Pick<EngineDependencies, 'readModel' | 'clock'>,
  environment: Environment,
): Promise<UnmanagedFacts['tweaks']> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  const now = deps.clock.now()
  return (record?.tweaks ?? [])
    .filter((tweak) => tweak.endedAt === undefined && tweak.expiresAt > now)
    .map(({ id, deviation }) => ({ id, component: deviation }))
}
