import type { EnvironmentRecord } from '#domain/drift'
import type { Environment, RestorePoint } from '#domain/environment'
import { describeRestorePoint, isExpired, isOwnLabel, laneOf, takesRestorePoints } from '#domain/environment'
import type { EnvironmentId, PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, DroverError, errorMessage, refuse, toId } from '#domain/kernel'
import { actingOn, applyOverride, refuseActor } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { requireEnvironment } from '../require-environment.ts'
import { locateEnvironment } from './locate-environment.ts'
import { recordRestorePoint } from './record-restore-point.ts'

/** A restore point, as the platform or only Drover's record has it. */
export interface KnownRestorePoint extends RestorePoint {
  /** Whether Drover took it, or was there when it was taken. */
  readonly isOurs: boolean
  /** `gone`: recorded, not expired, and the platform does not show it. */
  readonly state: 'kept' | 'expired' | 'gone'
  readonly promotionId?: PromotionId
}

export interface RestorePointsView {
  readonly environment: Environment
  /** Newest first. */
  readonly restorePoints: readonly KnownRestorePoint[]
}

/** What the platform has, read now, and what of that is Drover's; what Drover recorded and the platform no longer has is shown as that. */
export async function listRestorePoints(
  deps: EngineDependencies,
  { environmentId }: { readonly environmentId: EnvironmentId },
): Promise<Result<RestorePointsView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const found = findEnvironment(current.value.configuration, environmentId)
  if (!found.ok) return found
  const environment = found.value
  return asRefusal(async () => {
    const { administration, administered } = await locateEnvironment(deps, environment)
    const there = await administration.listRestorePoints(administered.platformId)
    return accept({ environment, restorePoints: await join(deps, environment, there) })
  })
}

async function join(
  deps: EngineDependencies,
  environment: Environment,
  there: readonly RestorePoint[],
): Promise<readonly KnownRestorePoint[]> {
  const now = deps.clock.now()
  const recorded = (await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment)))?.restorePoints ?? []
  const byId = new Map(recorded.map((point) => [point.id, point]))
  const shown = there.map((point): KnownRestorePoint => {
    const own = byId.get(point.id)
    const state = isExpired(point, now) ? 'expired' : 'kept'
    // Taken by Drover, which was killed before it wrote that down.
    if (own === undefined) return { ...point, isOurs: isOwnLabel(point.label), state }
    return { ...point, why: own.why, isOurs: true, state, ...promotionOf(own) }
  })
  const known = new Set(there.map(({ id }) => id))
  const absent = recorded
    .filter(({ id }) => !known.has(id))
    .map(({ id, label, rewindsTo, expiresAt, why, ...rest }): KnownRestorePoint => {
      const point = { id, label, rewindsTo, expiresAt, why }
      return { ...point, isOurs: true, state: isExpired(point, now) ? 'expired' : 'gone', ...promotionOf(rest) }
    })
  return [...shown, ...absent].sort((a, b) => b.rewindsTo.localeCompare(a.rewindsTo))
}

function promotionOf({ promotionId }: { readonly promotionId?: string }): Pick<KnownRestorePoint, 'promotionId'> {
  return promotionId === undefined ? {} : { promotionId: toId<PromotionId>(promotionId) }
}

export interface RestorePointCommand {
  readonly environmentId: EnvironmentId
  readonly label: string
  readonly actor: PersonId
}

/** What was taken, with what it is in words. */
export interface TakenRestorePoint {
  readonly restorePoint: RestorePoint
  readonly message: string
}

/**
 * Takes a restore point by hand and records it. It is found again by its label: said twice, or killed in between, there is one. A label that
 * a recorded one has is refused.
 */
export async function takeRestorePoint(deps: EngineDependencies, command: RestorePointCommand): Promise<Result<TakenRestorePoint>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const may = applyOverride(deps.policy, configuration.policy).care.mayTakeRestorePoint
  const refused = refuseActor(actingOn(configuration, { environment: environment.id }), command.actor, {
    may,
    deed: `have restore points of ${environment.name} taken`,
  })
  if (refused !== undefined && command.actor !== environment.owner) return refused
  const label = command.label.trim()
  const wrong = await refuseLabel(deps, environment, label)
  if (wrong !== undefined) return wrong
  return asRefusal(async () => {
    const { administration, administered } = await locateEnvironment(deps, environment)
    if (!takesRestorePoints(administered)) return takesNone(environment, administered.kind)
    const there = (await administration.listRestorePoints(administered.platformId)).find((point) => point.label === label)
    const point = there ?? (await administration.takeRestorePoint(administered.platformId, label))
    const restorePoint = { ...point, why: `taken by hand by ${command.actor}` }
    await recordRestorePoint(deps, { environment, restorePoint, actor: command.actor })
    return accept({ restorePoint, message: describeRestorePoint(restorePoint) })
  })
}

async function refuseLabel(
  deps: EngineDependencies,
  environment: Environment,
  label: string,
): Promise<ReturnType<typeof refuse> | undefined> {
  if (label === '')
    return refuse('restore-point.label-needed', 'A restore point is found again by its label, and none was given.', 'Give --label.')
  if (isOwnLabel(label)) {
    return refuse('restore-point.label-reserved', 'Labels that begin with "drover " are those of promotions.', 'Choose another label.')
  }
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  const taken = record?.restorePoints?.find((point) => point.label === label)
  if (taken === undefined) return undefined
  return refuse(
    'restore-point.label-taken',
    `${environment.name} has a restore point "${label}" already, of ${taken.rewindsTo}; none was taken.`,
    'Choose another label.',
  )
}

function takesNone(environment: Environment, kind: string): ReturnType<typeof refuse> {
  return refuse(
    'restore-point.takes-none',
    `${environment.name} is an environment of the kind ${kind}, of which the platform takes no restore points.`,
    'Only production and sandbox environments have them.',
  )
}

/** What the administration refuses for good is a "no"; what may succeed later stays an error that says so. */
async function asRefusal<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable || !error.code.startsWith('administration.')) throw error
    return refuse(error.code, errorMessage(error), error.hint ?? '')
  }
}
