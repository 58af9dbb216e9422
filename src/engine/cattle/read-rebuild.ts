import type { AdministeredEnvironment, Environment, EnvironmentSpec } from '#domain/environment'
import { findAdministered } from '#domain/environment'
import type { PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, errorMessage, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { ApplicationFacts, PresentFacts, RebuildOrder, RebuildRecord, WantedFacts } from '#domain/rebuild'
import { neededApplications, planRebuild, solutionsOfOthers, usedConnections } from '#domain/rebuild'
import type { Release } from '#domain/release'
import { secretsAmong } from '#domain/settings'
import type { EngineDependencies } from '../dependencies.ts'
import { settingsOf } from '../plan-promotion.ts'
import { loadCattleStream } from './cattle-stream.ts'
import { findFillings } from './find-fillings.ts'
import { findWanted } from './find-wanted.ts'

export interface RebuildAsked {
  readonly configuration: Configuration
  readonly environment: Environment
  /** Source of this commit; undefined: the newest. */
  readonly fromCommit: string | undefined
  /** This release in place of the one that is deployed. */
  readonly releaseId: ReleaseId | undefined
  /** Currency code of a new environment, where the administration does not show that of the old one. */
  readonly currency: string | undefined
  /** Who asks: what they may have brought again. */
  readonly actor: PersonId
}

/** Reads what is there and what belongs there, and makes the order of a rebuild from it; changes nothing. */
export async function readRebuild(deps: EngineDependencies, ask: RebuildAsked): Promise<Result<RebuildOrder>> {
  const { configuration, environment } = ask
  const release = ask.releaseId === undefined ? undefined : await deps.readModel.load<Release>('release', ask.releaseId)
  if (ask.releaseId !== undefined && release === undefined) return unknownRelease(ask.releaseId)
  const present = await readPresent(deps, ask)
  const bindings = present?.bindings ?? []
  const found = await findWanted(deps, { configuration, environment, bindings, fromCommit: ask.fromCommit, release })
  const administration = await readAdministration(deps, environment)
  const fillings = await findFillings(deps, ask)
  const { administered } = administration
  const spec = await specFor(deps, ask, administered)
  const currency = spec.ok ? spec.value.currency : undefined
  const applications = await readApplications(deps, { environment, administered, wanted: found.wanted })
  const facts = { environment, configuration, present, applications, fillings, currency, ...found, ...administration }
  const needed = neededApplications(facts)
  const plan = planRebuild(facts)
  const blockers = !spec.ok ? [...plan.blockers, spec.refusal] : plan.blockers
  return accept({
    plan: { ...plan, blockers },
    oldPlatformId: administered?.platformId,
    spec: spec.ok ? spec.value : undefined,
    isManaged: administered?.isManaged === true,
    connections: usedConnections(facts),
    bindings: Object.fromEntries(
      bindings.flatMap(({ logicalName, connectionId }) => (connectionId === undefined ? [] : [[logicalName, connectionId]])),
    ),
    ...(needed === undefined ? {} : { applications: needed }),
    fillings,
  })
}

/** Asked only where something of others is needed: the list of a tenant is long. */
async function readApplications(
  deps: Pick<EngineDependencies, 'administrations'>,
  of: {
    readonly environment: Environment
    readonly administered: AdministeredEnvironment | undefined
    readonly wanted: readonly WantedFacts[]
  },
): Promise<ApplicationFacts> {
  if (solutionsOfOthers(of.wanted).length === 0) return { kind: 'told', packages: [] }
  if (of.administered === undefined) return { kind: 'unseen', why: 'the administration shows no environment at this address.' }
  try {
    const packages = await deps.administrations.open(of.environment).listApplications(of.administered.platformId)
    return { kind: 'told', packages }
  } catch (error) {
    return { kind: 'unseen', why: errorMessage(error) }
  }
}

/** An environment that does not answer may be gone, which is what a rebuild is for. */
async function readPresent(deps: EngineDependencies, { configuration, environment }: RebuildAsked): Promise<PresentFacts | undefined> {
  const values = configuration.solutions.flatMap((solution) =>
    configuration.pipelines
      .filter(({ id }) => id === solution.pipeline)
      .flatMap(({ stages }) => stages.filter((stage) => stage.environment === environment.id))
      .flatMap((stage) => Object.values(settingsOf(configuration, solution.uniqueName, stage).environmentVariables)),
  )
  try {
    return await deps.environments.open(environment, secretsAmong(values)).observe({ solution: '', connectionIds: 'all' })
  } catch (error) {
    deps.log.info('An environment that is to be rebuilt does not answer', { environmentId: environment.id, error: errorMessage(error) })
    return undefined
  }
}

export interface AdministrationFacts {
  readonly administered: AdministeredEnvironment | undefined
  readonly listed: readonly AdministeredEnvironment[]
  readonly administrationFault: string | undefined
}

/** The environment as the administration of its tenant shows it, or why that cannot be asked. */
export async function readAdministration(
  deps: Pick<EngineDependencies, 'administrations'>,
  environment: Environment,
): Promise<AdministrationFacts> {
  try {
    const all = await deps.administrations.open(environment).listEnvironments()
    return { administered: findAdministered(all, environment.url), listed: all, administrationFault: undefined }
  } catch (error) {
    return { administered: undefined, listed: [], administrationFault: errorMessage(error) }
  }
}

/** What can be said of an environment before it is made again: as it is, or as it was when Drover made it last. */
type Like = { readonly [K in keyof EnvironmentSpec]?: EnvironmentSpec[K] | undefined }

/** The new one is as the old one was; of one that is gone, as it was when Drover made it last. */
async function specFor(
  deps: EngineDependencies,
  { environment, currency }: RebuildAsked,
  administered: AdministeredEnvironment | undefined,
): Promise<Result<EnvironmentSpec>> {
  const earlier = await findEarlierSpec(deps, environment)
  if (administered === undefined && earlier === undefined) {
    const message = `The tenant shows no environment at ${environment.url}, and none was rebuilt there: nobody can tell what it was like.`
    return refuse(
      'rebuild.unknown-kind',
      message,
      'Make one with `drover env create`, or in the admin center, and name its address in drover.yaml.',
    )
  }
  const like: Like = { ...earlier, ...(administered === undefined ? {} : likeAdministered(administered)) }
  const { location, baseLanguage } = like
  const code = currency ?? like.currency ?? (await readCurrency(deps, environment))
  if (code === undefined || location === undefined || baseLanguage === undefined) {
    return refuse(
      'rebuild.currency-unknown',
      `Neither the administration nor ${environment.name} itself shows its base currency, which cannot be changed later.`,
      'Name it, for example with --currency EUR.',
    )
  }
  return accept({
    displayName: like.displayName ?? environment.name,
    domainName: like.domainName ?? firstLabelOf(environment.url),
    kind: like.kind ?? 'sandbox',
    ...{ location, baseLanguage, currency: code },
    securityGroupId: like.securityGroupId,
    description: `Rebuilt by Drover for ${environment.owner}.`,
  })
}

/** Of the old environment itself, while it lives: the administration of the tenant does not tell it (web-api F.1, object without a currency). */
export async function readCurrency(
  deps: Pick<EngineDependencies, 'environments' | 'log'>,
  environment: Environment,
): Promise<string | undefined> {
  try {
    return await deps.environments.open(environment).fetchBaseCurrency()
  } catch (error) {
    deps.log.info('The base currency of an environment cannot be read', { environmentId: environment.id, error: errorMessage(error) })
    return undefined
  }
}

async function findEarlierSpec(deps: EngineDependencies, { id }: Environment): Promise<EnvironmentSpec | undefined> {
  const rebuilds = await deps.readModel.list<RebuildRecord>('rebuild', { where: { environmentId: id } })
  const rebuilt = rebuilds.find(({ order }) => order.spec !== undefined)?.order.spec
  return rebuilt ?? (await loadCattleStream(deps.ledger, id)).record.creation?.order.spec
}

/** What is not shown is left to what is known from before. */
function likeAdministered({
  displayName,
  domainName,
  kind,
  location,
  baseLanguage,
  currency,
  securityGroupId,
}: AdministeredEnvironment): Like {
  const like: Like = {
    displayName,
    domainName,
    kind: kind === 'developer' ? kind : 'sandbox',
    location,
    baseLanguage,
    currency,
    securityGroupId,
  }
  return Object.fromEntries(Object.entries(like).filter(([, value]) => value !== undefined))
}

/** The domain name of an environment is the first label of its host; of a local one, the first segment of its path. */
function firstLabelOf(url: string): string {
  const { hostname, pathname } = new URL(url)
  return pathname.split('/').find((segment) => segment !== '') ?? hostname.split('.')[0] ?? hostname
}

function unknownRelease(releaseId: ReleaseId): ReturnType<typeof refuse> {
  return refuse('release.unknown', `There is no sealed release "${releaseId}".`, 'List them with `drover release list`.')
}
