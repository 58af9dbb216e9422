import type { ReadModel } from '#engine/ports'
import type { RescueRecord } from './events.ts'

/** Rescues, newest first; of one environment, or of all. */
export async function listRescues(
  deps: { readonly readModel: ReadModel },
  { environmentId }: { readonly environmentId?: string | undefined },
): Promise<readonly RescueRecord[]> {
  return deps.readModel.list<RescueRecord>('rescue', environmentId === undefined ? {} : { where: { environmentId } })
}
