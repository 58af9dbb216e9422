import type { Environment, ObservedBinding } from '#domain/environment'
import type { PromotionId, ReleaseId, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { Configuration, GovernedSolution, Stage } from '#domain/pipeline'
import type { Promotion } from '#domain/promotion'
import type { WantedFacts, WantedRelease } from '#domain/rebuild'
import { neededBy } from '#domain/rebuild'
import type { Release } from '#domain/release'
import { findMissingSettings, isSameName } from '#domain/settings'
import { packagedLanguages, readPackage } from '#format'
import type { EngineDependencies } from '../dependencies.ts'
import { settingsOf } from '../plan-promotion.ts'
import type { DeploymentRecord } from '../summaries.ts'
import { deploymentOf, solutionKey } from '../summaries.ts'

export interface WantedAsked {
  readonly configuration: Configuration
  readonly environment: Environment
  /** Of the environment as it is; none where it does not answer. */
  readonly bindings: readonly ObservedBinding[]
  /** Source of this commit in place of the newest. */
  readonly fromCommit: string | undefined
  /** This release in place of the one that is deployed. */
  readonly release: Release | undefined
}

export interface FoundWanted {
  readonly wanted: readonly WantedFacts[]
  readonly unobtainable: readonly Refusal[]
}

type Deps = Pick<EngineDependencies, 'readModel' | 'artifacts'>

/**
 * What the configuration says belongs into an environment: source of the solutions that are developed there, the released bytes of those that it
 * is a stage of, and what that source needs of other governed solutions, as released.
 */
export async function findWanted(deps: Deps, ask: WantedAsked): Promise<FoundWanted> {
  const { configuration, environment } = ask
  const sourced = configuration.solutions.filter(({ pipeline }) =>
    configuration.pipelines.some(({ id, source }) => id === pipeline && source === environment.id),
  )
  const sources = await Promise.all(sourced.map((solution) => sourceFacts(deps, ask, solution)))
  const places = stagesInto(ask)
  const staged = await Promise.all(places.map((place) => stageFacts(deps, ask, place)))
  const found = [...sources, ...staged.flatMap(({ facts }) => facts ?? [])]
  const stray = ask.release === undefined || places.some(({ solution }) => isAsked(ask, solution)) ? [] : [neverRan(ask, ask.release.id)]
  const unobtainable = [...stray, ...staged.flatMap(({ refusal }) => refusal ?? [])]
  return { wanted: [...found, ...(await besides(deps, ask, found))], unobtainable }
}

interface StagePlace {
  readonly solution: GovernedSolution
  readonly stage: Stage
}

function stagesInto({ configuration, environment }: WantedAsked): readonly StagePlace[] {
  return configuration.solutions.flatMap((solution) => {
    const pipeline = configuration.pipelines.find(({ id }) => id === solution.pipeline)
    const stage = pipeline?.stages.find((each) => each.environment === environment.id)
    return stage === undefined ? [] : [{ solution, stage }]
  })
}

function isAsked({ release }: WantedAsked, { uniqueName }: GovernedSolution): boolean {
  return release !== undefined && isSameName(release.solution, uniqueName)
}

/** What source needs is read from the release that was made of it, or of what came last before it. */
async function sourceFacts(deps: Deps, ask: WantedAsked, { uniqueName }: GovernedSolution): Promise<WantedFacts> {
  const releases = await releasesOf(deps, uniqueName)
  const like = releases.find(({ commit }) => ask.fromCommit !== undefined && commit.startsWith(ask.fromCommit)) ?? releases[0]
  const commit = ask.fromCommit
  const bound = ask.bindings.filter(({ logicalName }) =>
    like?.settingsTemplate.connectionReferences.some((reference) => isSameName(reference.logicalName, logicalName)),
  )
  return {
    wanted: { kind: 'source', solution: uniqueName, commit },
    dependencies: like?.dependencies ?? [],
    languages: like === undefined ? [] : await languagesOf(deps, like.unmanaged.digest),
    connectionIds: bound.flatMap(({ connectionId }) => connectionId ?? []),
    missingSettings: [],
  }
}

async function stageFacts(
  deps: Deps,
  ask: WantedAsked,
  { solution, stage }: StagePlace,
): Promise<{ readonly facts?: WantedFacts; readonly refusal?: Refusal }> {
  const key = solutionKey(solution.uniqueName)
  const where = { environmentId: ask.environment.id, solutionKey: key }
  const [deployed] = await deps.readModel.list<DeploymentRecord>('deployment', { where })
  const releaseId: ReleaseId | undefined = isAsked(ask, solution) ? ask.release?.id : deployed?.releaseId
  // Nothing was ever promoted here, so nothing belongs here yet.
  if (releaseId === undefined) return {}
  const isAnother = releaseId !== deployed?.releaseId
  const ranBy = isAnother ? await findWhatBrought(deps, ask, releaseId) : undefined
  if (isAnother && ranBy === undefined) return { refusal: neverRan(ask, releaseId) }
  const release = await deps.readModel.load<Release>('release', releaseId)
  if (release === undefined) {
    const message = `The release ${releaseId} of ${solution.uniqueName}, which is deployed in ${ask.environment.name}, is not known.`
    return { refusal: refuse('rebuild.no-release', message, 'Name another one with --of.').refusal }
  }
  const place = { pipelineId: solution.pipeline, stageId: stage.id }
  const settings = settingsOf(ask.configuration, solution.uniqueName, stage)
  const facts = await releaseFacts(deps, release, place)
  return {
    facts: {
      ...facts,
      wanted: ranBy === undefined ? facts.wanted : { ...facts.wanted, ranBy },
      connectionIds: Object.values(settings.connectionReferences),
      missingSettings: findMissingSettings(release.settingsTemplate, settings),
    },
  }
}

/** The newest promotion that brought a release into the environment: its gates were passed there. */
async function findWhatBrought(deps: Deps, { environment }: WantedAsked, releaseId: ReleaseId): Promise<PromotionId | undefined> {
  const promotions = await deps.readModel.list<Promotion>('promotion', { where: { releaseId } })
  const brought = promotions.find((one) => one.request.environmentId === environment.id && deploymentOf(one) !== undefined)
  return brought?.request.promotionId
}

function neverRan({ environment }: Pick<WantedAsked, 'environment'>, releaseId: ReleaseId): Refusal {
  return refuse(
    'rebuild.release-never-ran',
    `The release ${releaseId} was never promoted into ${environment.name}; a rebuild goes past gates, so it brings only what passed them there.`,
    'Name a release that ran there, or rebuild without --of and promote this one afterwards.',
  ).refusal
}

async function releaseFacts(
  deps: Deps,
  release: Release,
  stage: WantedRelease['stage'],
): Promise<WantedFacts & { readonly wanted: WantedRelease }> {
  const { solution, version, id, managed, dependencies } = release
  return {
    wanted: { kind: 'release', solution, version, releaseId: id, digest: managed.digest, stage },
    dependencies,
    languages: await languagesOf(deps, managed.digest),
    connectionIds: [],
    missingSettings: [],
  }
}

/** Governed solutions that are needed and do not belong here themselves: their newest release, managed, and what that needs in turn. */
async function besides(deps: Deps, ask: WantedAsked, found: readonly WantedFacts[]): Promise<readonly WantedFacts[]> {
  const more: WantedFacts[] = []
  const isThere = (name: string): boolean => [...found, ...more].some(({ wanted }) => isSameName(wanted.solution, name))
  for (let open = found.flatMap(neededBy); open.length > 0; ) {
    const fresh = [...new Set(open)].filter((name) => !isThere(name))
    open = []
    for (const name of fresh) {
      const governed = ask.configuration.solutions.find(({ uniqueName }) => isSameName(uniqueName, name))
      const [release] = governed === undefined ? [] : await releasesOf(deps, governed.uniqueName)
      if (release === undefined || isThere(release.solution)) continue
      const facts = await releaseFacts(deps, release, undefined)
      more.push(facts)
      open.push(...neededBy(facts))
    }
  }
  return more
}

async function releasesOf(deps: Deps, solution: string): Promise<readonly Release[]> {
  return deps.readModel.list<Release>('release', { where: { solutionKey: solutionKey(solution) } })
}

async function languagesOf(deps: Deps, digest: Release['managed']['digest']): Promise<readonly number[]> {
  const { skeleton } = await readPackage(await deps.artifacts.get(digest))
  return packagedLanguages(skeleton)
}
