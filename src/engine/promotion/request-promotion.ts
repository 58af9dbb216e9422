import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, PromotionId, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, DroverError, errorCode, refuse, toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { RecoveryIntent } from '#domain/promotion'
import { decideRequest, refuseRebuilding } from '#domain/promotion'
import type { Release } from '#domain/release'
import { verifySeal } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { findReleaseAndStage } from '../find-release.ts'
import { findEnvironment } from '../find.ts'
import { proposeTier } from '../governance/propose-tier.ts'
import { loadOpenRebuild } from '../cattle/open-rebuild.ts'
import { loadRequestFacts } from './load-request-facts.ts'
import { planBound } from './plan-again.ts'
import { startIfReady } from './start-attempt.ts'
import { takeLane } from './take-lane.ts'

interface RequestCommand {
  readonly releaseId: ReleaseId
  readonly stageId: StageId
  readonly actor: PersonId
  /** The unmanaged artifact, into a protective environment (PET-10). */
  readonly isUnmanaged?: boolean
  /** Of a promotion that returns its stage to a known good state. */
  readonly intent?: RecoveryIntent
  /** It cannot wait for gates that are made up for afterwards (REL-12). */
  readonly emergency?: { readonly reason: string }
}

/** Plans against the target as it is now, and asks the domain whether the release may be put forward; red here is a refusal, not a pending gate. */
export async function requestPromotion(deps: EngineDependencies, command: RequestCommand): Promise<Result<PromotionView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration, version: configurationVersion } = current.value
  const subject = await findReleaseAndStage(deps, configuration, command)
  if (!subject.ok) return subject
  const { release, stage } = subject.value
  const integrity = await checkIntegrity(deps, release)
  if (!integrity.ok) return integrity
  const { intent } = command
  // Asked before planning too: where the environment is gone for minutes there is nothing to plan against.
  const rebuilding = refuseRebuilding({ environmentId: stage.environment }, await loadOpenRebuild(deps, stage.environment))
  if (rebuilding !== undefined) return rebuilding
  await proposeOutgrown(deps, { release, configuration, environmentId: stage.environment, intent })
  const planned = await planBound(deps, { release, stage, configuration, isUnmanaged: command.isUnmanaged === true, intent })
  const promotionId = toId<PromotionId>(deps.ids.next('p'))
  const environment = findEnvironment(configuration, stage.environment)
  if (!environment.ok) return environment
  const place = { lane: laneOf(environment.value), solution: release.solution }
  const taken = await takeLane(deps.ledger, place, async () => {
    const facts = await loadRequestFacts(deps, {
      ...{ promotionId, actor: command.actor, release, stageId: stage.id, environment: environment.value },
      ...{ configuration, configurationVersion, planned, intent, emergency: command.emergency },
    })
    const decision = decideRequest(facts)
    return decision.ok ? accept({ actor: command.actor, events: decision.value }) : decision
  })
  if (!taken.ok) return taken
  return accept(await startIfReady(deps, promotionId, command.actor))
}

/** Before a release as any other goes into a pet: a way back brings nothing new. */
export async function proposeOutgrown(
  deps: EngineDependencies,
  of: {
    readonly release: Release
    readonly configuration: Configuration
    readonly environmentId: EnvironmentId
    readonly intent?: RecoveryIntent | undefined
  },
): Promise<void> {
  const environment = findEnvironment(of.configuration, of.environmentId)
  if (of.intent === undefined && environment.ok && environment.value.careClass === 'pet') await proposeTier(deps, of.release)
}

/** The seal must hold and the stored bytes must still be those that it names (PIP-02). */
export async function checkIntegrity(deps: EngineDependencies, release: Release): Promise<Result<true>> {
  const hint = 'Prepare a new release from Dev, and find out who touched what was stored.'
  if (!verifySeal(release, (text) => deps.hashing.sha256(text))) {
    return refuse('PIP-02', `The release ${release.id} is not what was sealed: its seal does not hold.`, hint, [
      { subject: release.id, message: 'The seal does not match the content.' },
    ])
  }
  for (const artifact of [release.managed, release.unmanaged]) {
    const problem = await findTampering(deps, artifact.digest)
    if (problem !== undefined) {
      return refuse(
        'PIP-02',
        `The ${artifact.kind} artifact of ${release.solution} ${release.version} is not the one that was sealed.`,
        hint,
        [{ subject: artifact.digest, message: problem }],
      )
    }
  }
  const { configurationData } = release
  const problem = configurationData === undefined ? undefined : await findTampering(deps, configurationData.digest)
  if (configurationData === undefined || problem === undefined) return accept(true)
  return refuse('PIP-02', `The configuration data of ${release.solution} ${release.version} is not what was sealed.`, hint, [
    { subject: configurationData.digest, message: problem },
  ])
}

async function findTampering(deps: EngineDependencies, digest: Release['managed']['digest']): Promise<string | undefined> {
  try {
    await deps.artifacts.get(digest)
    return undefined
  } catch (error) {
    const code = errorCode(error)
    if (error instanceof DroverError && (code === 'artifact.tampered' || code === 'artifact.absent')) return error.message
    throw error
  }
}
