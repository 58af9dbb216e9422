import type { DescribedComponent } from '#domain/difference'
import type { EnvironmentRecord } from '#domain/drift'
import type { Environment, InstalledSolution } from '#domain/environment'
import { isAdministered, laneOf } from '#domain/environment'
import type { Digest, Version } from '#domain/kernel'
import { errorCode } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { RescueItem } from '#domain/plan'
import { applyOverride, findRedeployBar } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { KnownGood, RanThere, RecoveryPlan } from '#domain/recovery'
import { findKnownGood, planRecovery } from '#domain/recovery'
import type { EngineDependencies } from '../dependencies.ts'
import { describeArtifact } from '../described-artifacts.ts'
import type { ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'
import type { PlaceHistory } from './load-history.ts'
import { loadHistory } from './load-history.ts'

type Reads = Pick<EngineDependencies, 'readModel' | 'artifacts' | 'clock' | 'policy'>

/** What goes into a place, or is there and would be left. */
export interface Departure {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly solution: string
  readonly leaving: {
    readonly version: Version
    /** Its file; undefined where none of ours is known. */
    readonly digest: Digest | undefined
    /** Whose content it is; undefined while it has not gone in. */
    readonly contentOf?: KnownGood['releaseId'] | undefined
  }
  /** What stands, or stood, there before; undefined: nothing did. */
  readonly before: Pick<InstalledSolution, 'version'> | undefined
  readonly rescued: readonly RescueItem[]
  readonly isUnmanaged: boolean
}

/** How a place comes back from what goes in, or from what is there. Reads the store and the ledger; asks nothing of the environment. */
export async function foreseeRecovery(deps: Reads, of: Departure): Promise<RecoveryPlan> {
  const { environment, solution, leaving, before } = of
  const lane = laneOf(environment)
  const history = await loadHistory(deps, { lane, solution })
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  const knownGood = before === undefined ? undefined : await findGood(deps, { history, solution, before, leaving })
  return planRecovery({
    environment: {
      id: environment.id,
      name: environment.name,
      careClass: environment.careClass,
      hasAdministration: isAdministered(environment),
    },
    solution,
    leaving: { version: leaving.version, content: leaving.digest === undefined ? undefined : await describeIfThere(deps, leaving.digest) },
    installed: before?.version,
    isInstalledByUs: before !== undefined && isOfOurs(history, before),
    knownGood,
    goodContent: knownGood === undefined ? undefined : await describeIfThere(deps, knownGood.digest),
    redeployRefused: await findRefusal(deps, history),
    redeployBarred: findRedeployBar(applyOverride(deps.policy, of.configuration.policy)),
    rescued: of.rescued,
    baselineAt: record?.baseline?.acceptedAt,
    isUnmanaged: of.isUnmanaged,
    rehearsals: record?.rehearsals ?? [],
    restorePoints: record?.restorePoints ?? [],
    now: deps.clock.now(),
  })
}

/** What ran there by us; else a release of the store that has the version which others brought (a brown field). */
async function findGood(
  deps: Reads,
  of: Pick<Departure, 'solution' | 'leaving'> & { readonly history: PlaceHistory; readonly before: Pick<InstalledSolution, 'version'> },
): Promise<KnownGood | undefined> {
  const ran = findKnownGood(of.history.succeeded, of.leaving.contentOf)
  if (ran !== undefined) {
    const { promotionId, deployedAt } = ran
    const { releaseId, version, digest } = await findOriginal(deps, ran)
    return { releaseId, promotionId, version, digest, deployedAt }
  }
  if (isOfOurs(of.history, of.before)) return undefined
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { where: { solutionKey: solutionKey(of.solution) } })
  const same = rows.find(({ version }) => version === of.before.version && version !== of.leaving.version)
  return same && { releaseId: same.releaseId, promotionId: undefined, version: same.version, digest: same.digest, deployedAt: undefined }
}

/** What was packed again is gone back to by what it was made from, as `drover rollback` does it. */
async function findOriginal(deps: Reads, ran: RanThere): Promise<Pick<KnownGood, 'releaseId' | 'version' | 'digest'>> {
  if (ran.contentOf === ran.releaseId) return ran
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { ids: [ran.contentOf] })
  return rows[0] ?? ran
}

/** Whether we brought, or may have brought, a version: where nothing of that is known good, it was left for a reason. */
function isOfOurs({ promotions }: PlaceHistory, { version }: Pick<InstalledSolution, 'version'>): boolean {
  return promotions.some((row) => row.version === version && begunStates.includes(row.state))
}

const begunStates: readonly string[] = ['succeeded', 'failed', 'errored', 'indeterminate']

/** What is not in the store, or not as it was put there, cannot be gone back to, and says nothing. */
async function describeIfThere(deps: Reads, digest: Digest): Promise<readonly DescribedComponent[] | undefined> {
  try {
    return await describeArtifact(deps.artifacts, digest)
  } catch (error) {
    if (['artifact.absent', 'artifact.tampered'].includes(errorCode(error))) return undefined
    throw error
  }
}

/** In what words the place turned down a lower version the last time; undefined: it never did, or took one since. */
export async function findRefusal(deps: Pick<Reads, 'readModel'>, { promotions }: PlaceHistory): Promise<string | undefined> {
  const last = promotions.find(({ way, state }) => way === 'redeploy' && (state === 'succeeded' || state === 'failed'))
  if (last?.state !== 'failed') return undefined
  const promotion = await deps.readModel.load<Promotion>('promotion', last.promotionId)
  if (promotion?.status.state !== 'failed') return undefined
  const { refusal } = promotion.status
  const said = [refusal.message, ...refusal.reasons.map(({ message }) => message)].find(isAboutVersion)
  return said
}

/** LowerVersionUpgrade of the upgrade path (facts-2 §1.1); how the update path says it is unverified, so its words are taken, too. */
export function isAboutVersion(message: string): boolean {
  return /80048541|(higher|lower|same|equal|older) version/i.test(message)
}
