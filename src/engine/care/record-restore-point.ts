import { environmentStream } from '#domain/drift'
import type { NewEnvironmentEvent } from '#domain/drift'
import type { Environment, RestorePoint } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EngineDependencies } from '../dependencies.ts'

/** Writes a restore point into the record of its environment, once. */
export async function recordRestorePoint(
  deps: Pick<EngineDependencies, 'ledger'>,
  of: {
    readonly environment: Environment
    readonly restorePoint: RestorePoint
    readonly actor: string
    readonly promotionId?: string
  },
): Promise<void> {
  const { environment, restorePoint, actor, promotionId } = of
  const event: NewEnvironmentEvent = {
    type: 'restore-point-recorded',
    data: { environmentId: environment.id, restorePoint, ...(promotionId === undefined ? {} : { promotionId }) },
    key: `restore-point/${restorePoint.id}`,
  }
  await deps.ledger.append({ stream: environmentStream(laneOf(environment)), expectedVersion: undefined, actor, events: [event] })
}
