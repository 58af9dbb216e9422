import type { EnvironmentId } from '#domain/kernel'
import type { OpenRebuild } from '#domain/promotion'
import type { RebuildRecord } from '#domain/rebuild'
import type { ReadModel } from '#engine/ports'

/** The rebuild of an environment that has begun to change it and is not done; one that never got so far is in nobody's way. */
export async function loadOpenRebuild(
  { readModel }: { readonly readModel: ReadModel },
  environmentId: EnvironmentId,
): Promise<OpenRebuild | undefined> {
  const [latest] = await readModel.list<RebuildRecord>('rebuild', { where: { environmentId }, limit: 1 })
  if (latest === undefined || latest.status.state === 'done') return undefined
  const { id, status, hasBegun } = latest
  return hasBegun || status.state === 'running' ? { rebuildId: id, state: status.state } : undefined
}
