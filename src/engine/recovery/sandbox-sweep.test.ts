import { describe, expect, it } from 'vitest'
import type { RecoveryEvent, RecoveryWork } from '#domain/recovery'
import { recoveryStream } from '#domain/recovery'
import { shippedPolicy } from '#domain/policy'
import { at, buildConfiguration, buildEnvironment, personId } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { projections } from '../projections.ts'
import { sweepRecovery } from './sandbox-sweep.ts'

const sandbox = { ...buildEnvironment('rescue', 'recovery', 'cattle') }
const configuration = buildConfiguration(2, { environments: [buildEnvironment('prod', 'production', 'pet'), sandbox] })

describe('a sandbox that was restored', () => {
  it('is warned about once before its end, and said to be over once after it', async () => {
    const world = await openWorld('2026-11-10T08:00:00Z')
    await world.sweepAt('2026-11-20T08:00:00Z')
    expect(await world.told()).toEqual([])
    await world.sweepAt('2026-11-22T08:00:00Z')
    await world.sweepAt('2026-11-22T09:00:00Z')
    expect(await world.told()).toEqual(['sandbox-warned'])
    await world.sweepAt('2026-11-24T09:00:00Z')
    await world.sweepAt('2026-11-25T09:00:00Z')
    expect(await world.told()).toEqual(['sandbox-warned', 'sandbox-expired'])
  })

  it('whose work the runner lost is recorded as broken, and goes on where the runner never had it', async () => {
    const lost = await openWorld(undefined, 'ended')
    await lost.sweepAt('2026-11-10T09:00:00Z')
    expect((await lost.work()).state).toBe('errored')
    const forgotten = await openWorld(undefined, 'unknown')
    await forgotten.sweepAt('2026-11-10T09:00:00Z')
    expect(forgotten.started).toEqual(['rcv-1'])
  })
})

/** One restore that ended then, or runs; its end is two weeks later. */
async function openWorld(restoredAt: string | undefined, state: 'ended' | 'unknown' = 'ended') {
  let now = at('2026-11-10T08:00:00Z')
  const ledger = createFakeLedger(() => now)
  const readModel = createFakeReadModel(ledger, projections)
  const started: string[] = []
  const order = {
    ...{ id: 'rcv-1', environmentId: buildEnvironment('prod', 'production', 'pet').id, sandboxId: sandbox.id, by: personId('olga') },
    ...{ deed: { kind: 'restore' as const, point: { at: now } }, reason: 'x', configurationVersion: 1 },
  }
  const restored = {
    ...{ endsAt: at('2026-11-24T08:00:00Z'), isInAdministrationMode: true, hasBackgroundOperations: false },
    ...{ securityGroupId: undefined, unbound: [], checklist: [] },
  }
  const append = (stream: string, events: readonly { readonly type: string; readonly data: unknown }[]) =>
    ledger.append({ stream, expectedVersion: undefined, actor: 'olga', events })
  await append('configuration', [{ type: 'configuration-applied', data: { configuration, changes: [] } }])
  await append(recoveryStream('rcv-1'), [{ type: 'recovery-started', data: { order } }])
  if (restoredAt !== undefined) {
    await append(recoveryStream('rcv-1'), [
      { type: 'sandbox-restored', data: { restored } },
      { type: 'recovery-ended', data: { state: 'done', note: '' } },
    ])
  }
  // The sweep of recoveries touches nothing else.
  const deps = {
    ...{ ledger, readModel, policy: shippedPolicy, clock: { now: () => now } },
    starter: { start: async ({ id }: { readonly id: string }) => void started.push(id), state: async () => state },
  } as unknown as EngineDependencies
  const work = async (): Promise<RecoveryWork> => {
    const found = await readModel.load<RecoveryWork>('recovery', 'rcv-1')
    if (found === undefined) throw new Error('there is no rcv-1')
    return found
  }
  return {
    started,
    work,
    async sweepAt(instant: string) {
      now = at(instant)
      await sweepRecovery(deps, await work())
    },
    async told() {
      // The stream is written through NewRecoveryEvent alone.
      const events = (await ledger.read(recoveryStream('rcv-1'))) as readonly RecoveryEvent[]
      return events.map(({ type }) => type).filter((type) => type.startsWith('sandbox-') && type !== 'sandbox-restored')
    },
  }
}
