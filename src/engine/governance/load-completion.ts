import type { Observation } from '#domain/environment'
import type { Result } from '#domain/kernel'
import { accept, compareVersions } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { RecoveryWay } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { CompletionFacts, CompletionStatus } from '#domain/structure'
import { checkStructure, evaluateCompletion, isComplete } from '#domain/structure'
import type { EngineDependencies } from '../dependencies.ts'
import type { DeploymentRecord, PromotionEntry } from '../summaries.ts'
import { deploymentId } from '../summaries.ts'
import type { GovernanceReads, SolutionStanding } from './load-standing.ts'
import { loadSolutionStanding } from './load-standing.ts'
import { loadFurthest } from './load-use.ts'

/** "Solution complete" as a checklist, evaluated for the tier in force (STR-14). */
export interface CompletionView {
  readonly solution: string
  readonly tier: SolutionStanding['governed']['tier']
  readonly release: { readonly releaseId: string; readonly version: string } | undefined
  readonly isComplete: boolean
  readonly items: readonly CompletionStatus[]
}

export async function loadCompletion(deps: GovernanceReads, solution: string): Promise<Result<CompletionView>> {
  const standing = await loadSolutionStanding(deps, solution)
  if (!standing.ok) return standing
  const { governed, release } = standing.value
  const facts = await gatherFacts(deps, standing.value)
  const items = evaluateCompletion(facts)
  const named = release === undefined ? undefined : { releaseId: release.id, version: release.version }
  return accept({ solution: governed.uniqueName, tier: facts.tier, release: named, isComplete: isComplete(items), items })
}

async function gatherFacts(deps: GovernanceReads, standing: SolutionStanding): Promise<CompletionFacts> {
  const { governed, configuration, release, hold } = standing
  const tier = hold?.tier ?? governed.tier
  const promotions = release === undefined ? [] : await listPromotionsOf(deps, release)
  return {
    ...standing,
    tier,
    now: deps.clock.now(),
    structure: checkStructure({ ...standing, tier, record: standing.structure }),
    running: await loadRunning(deps, standing),
    missingSolutions: findMissing(release, await loadFurthest(deps, configuration, governed)),
    tests: findTests(promotions, release),
    note: standing.structure.notes.find(({ releaseId }) => releaseId === release?.id),
    wayBack: findWayBack(promotions, standing),
  }
}

async function listPromotionsOf({ readModel }: Pick<EngineDependencies, 'readModel'>, release: Release): Promise<readonly Promotion[]> {
  const { rows } = await readModel.listSummaries<PromotionEntry>('promotion', { where: { digest: release.managed.digest }, limit: 20 })
  const ids = rows.map(({ promotionId }) => promotionId)
  return ids.length === 0 ? [] : readModel.list<Promotion>('promotion', { ids })
}

/** What runs where the last stage goes. */
async function loadRunning(deps: GovernanceReads, { governed, configuration }: SolutionStanding): Promise<CompletionFacts['running']> {
  const environment = configuration.pipelines.find(({ id }) => id === governed.pipeline)?.stages.at(-1)?.environment
  if (environment === undefined) return undefined
  const record = await deps.readModel.load<DeploymentRecord>('deployment', deploymentId(environment, governed.uniqueName))
  return record === undefined ? undefined : { environment, version: record.version, releaseId: record.releaseId }
}

/** Each solution that the release needs and that was not seen, or only as an older one. */
function findMissing(release: Release | undefined, observation: Observation | undefined): readonly string[] | undefined {
  if (release === undefined || observation === undefined) return undefined
  const lacking = release.dependencies.flatMap(({ required }) => {
    if (['active', 'system'].includes(required.solution.toLowerCase())) return []
    const there = observation.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === required.solution.toLowerCase())
    if (there === undefined) return [`${required.solution} is not in ${observation.environmentId}`]
    const { minimumVersion } = required
    const isOld = minimumVersion !== undefined && compareVersions(there.version, minimumVersion) < 0
    return isOld ? [`${required.solution} is ${there.version} in ${observation.environmentId} and has to be ${minimumVersion}`] : []
  })
  return [...new Set(lacking)]
}

/** A report of tests counts before a word. */
function findTests(promotions: readonly Promotion[], release: Release | undefined): CompletionFacts['tests'] {
  const digest = release?.managed.digest
  const passed = promotions
    .flatMap(({ decisions }) => decisions)
    .filter(({ gate, verdict, boundTo }) => gate === 'automated-tests' && verdict === 'approve' && boundTo.artifact === digest)
  const reported = passed.find(({ evidence }) => evidence?.kind === 'test-report')
  const decision = reported ?? passed[0]
  if (decision === undefined || digest === undefined) return undefined
  const { evidence, by, at } = decision
  const told =
    evidence?.kind === 'test-report'
      ? `${evidence.tests} tests, ${evidence.failures} failures, report ${evidence.report.slice(0, 19)}, ended ${evidence.finishedAt}`
      : `${by} said so at ${at}`
  return { by: told, digest, isReport: evidence?.kind === 'test-report' }
}

function findWayBack(promotions: readonly Promotion[], { configuration, governed }: SolutionStanding): CompletionFacts['wayBack'] {
  const last = configuration.pipelines.find(({ id }) => id === governed.pipeline)?.stages.at(-1)
  const promotion = promotions.find(({ request }) => request.stageId === last?.id && request.recovery !== undefined)
  const way: RecoveryWay | undefined = promotion?.request.recovery?.ways[0]
  return promotion === undefined || way === undefined
    ? undefined
    : { text: `${way.kind}, as promotion ${promotion.request.promotionId} recorded` }
}
