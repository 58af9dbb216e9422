import type { NewEnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import { applyOverride } from '#domain/policy'
import { tweakOfReturn } from '#domain/recovery'
import { isSameName } from '#domain/settings'
import { requireConfiguration } from '../apply-configuration.ts'
import { assessAfter, assessAgain } from '../drift/assess.ts'
import { loadEnvironmentStream } from '../drift/stream.ts'
import { takeObservation } from '../observation/take-observation.ts'
import { orThrow } from '../or-throw.ts'
import type { ComponentRepair } from './components-run.ts'

/** What came back by hand is registered by those who wanted it, so that it stands in no list of what nobody answers for. Gives the ids. */
export async function registerReturns({ run, deed, pair }: ComponentRepair): Promise<readonly string[]> {
  const { deps, order, workId } = run
  const { configuration } = orThrow(await requireConfiguration(deps))
  const environment = pair.pet
  const lane = laneOf(environment)
  const before = (await loadEnvironmentStream(deps.ledger, lane)).record
  const taken = await takeObservation(deps, { environment, configuration, actor: 'drover' })
  const { deviations } = await assessAfter(deps, { environment, configuration, taken })
  const mostDays = applyOverride(deps.policy, configuration.policy).care.tweakDays.value
  const brought = deviations.filter(
    ({ id, class: kind }) => kind === 'unregistered' && deed.planned.some(({ component }) => isSameName(component, id)),
  )
  const events = brought.map(({ id, digest, subject, solution }, index): NewEnvironmentEvent => {
    const tweak = tweakOfReturn(
      { id, digest, name: subject.name, solution },
      {
        ...{ id: `tw-${workId}-${index}`, reason: order.reason, by: order.by, now: deps.clock.now(), mostDays },
        earlier: before?.tweaks.find(({ deviation }) => deviation === id),
      },
    )
    return { type: 'tweak-registered', data: { environmentId: environment.id, tweak }, key: `tweak:${workId}:${id}` }
  })
  if (events.length > 0) {
    await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: order.by, events })
    await assessAgain(deps, { environment, configuration })
  }
  return registered(await loadEnvironmentStream(deps.ledger, lane), workId)
}

/** Also those that a run registered which was killed before it said so. */
function registered({ record }: Awaited<ReturnType<typeof loadEnvironmentStream>>, workId: string): readonly string[] {
  return record?.tweaks.filter(({ id }) => id.startsWith(`tw-${workId}-`)).map(({ id }) => id) ?? []
}
