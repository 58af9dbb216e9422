import { describe, expect, it } from 'vitest'
import type { RecoveryEvent, RecoveryWork } from '#domain/recovery'
import { recoveryStream } from '#domain/recovery'
import type { Environment } from '#domain/environment'
import { cattleStream } from '#domain/rebuild'
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
  it('is warned about once before its end, and removed once after it', async () => {
    const world = await openWorld('2026-11-10T08:00:00Z')
    await world.sweepAt('2026-11-20T08:00:00Z')
    expect(await world.told()).toEqual([])
    await world.sweepAt('2026-11-22T08:00:00Z')
    await world.sweepAt('2026-11-22T09:00:00Z')
    expect(await world.told()).toEqual(['sandbox-warned'])
    await world.sweepAt('2026-11-24T09:00:00Z')
    expect(world.started).toEqual([])
    await world.sweepAt('2026-11-25T09:00:00Z')
    await world.sweepAt('2026-11-26T09:00:00Z')
    expect(await world.told()).toEqual(['sandbox-warned', 'sandbox-expired'])
    expect(world.started).toEqual(['rm-1'])
  })

  it('is removed no sooner than it was warned of long enough, however long nobody swept', async () => {
    const world = await openWorld('2026-11-10T08:00:00Z')
    await world.sweepAt('2027-01-01T08:00:00Z')
    await world.sweepAt('2027-01-03T08:00:00Z')
    expect(world.started).toEqual([])
    await world.sweepAt('2027-01-04T08:00:00Z')
    expect(world.started).toEqual(['rm-1'])
  })

  it('is kept at the word of who answers for it, and warned of anew', async () => {
    const world = await openWorld('2026-11-10T08:00:00Z')
    await world.sweepAt('2026-11-22T08:00:00Z')
    await world.keep('2026-12-05T08:00:00Z')
    await world.sweepAt('2026-11-26T08:00:00Z')
    await world.sweepAt('2026-12-03T08:00:00Z')
    await world.sweepAt('2026-12-05T08:00:00Z')
    expect([await world.told(), world.started]).toEqual([['sandbox-warned', 'sandbox-warned'], []])
    await world.sweepAt('2026-12-06T08:00:00Z')
    expect(world.started).toEqual(['rm-1'])
  })

  it('is not removed once it is a pet, nor for what was restored before something else', async () => {
    const pet = await openWorld('2026-11-10T08:00:00Z')
    await pet.sweepAt('2026-11-22T08:00:00Z')
    await pet.declare({ ...sandbox, careClass: 'pet' })
    await pet.sweepAt('2026-12-22T08:00:00Z')
    expect(pet.started).toEqual([])
    expect((await pet.work()).note).toContain('is a pet')
    const over = await openWorld('2026-11-10T08:00:00Z')
    await over.restoreAgain('2026-11-20T08:00:00Z')
    await over.sweepAt('2026-11-22T08:00:00Z')
    await over.sweepAt('2026-12-22T08:00:00Z')
    expect([over.started, (await over.work()).note]).toEqual([[], 'It was restored over since.'])
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
    ...{ ledger, readModel, policy: shippedPolicy, clock: { now: () => now }, ids: { next: (kind: string) => `${kind}-1` } },
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
    keep: (until: string) =>
      append(cattleStream(sandbox.id), [{ type: 'end-put-off', data: { until: at(until), reason: 'still comparing' } }]),
    declare: (changed: Environment) =>
      append('configuration', [
        { type: 'configuration-applied', data: { configuration: buildConfiguration(2, { environments: [changed] }), changes: [] } },
      ]),
    async restoreAgain(instant: string) {
      now = at(instant)
      await append(recoveryStream('rcv-2'), [
        { type: 'recovery-started', data: { order: { ...order, id: 'rcv-2' } } },
        { type: 'sandbox-restored', data: { restored: { ...restored, endsAt: at('2027-12-04T08:00:00Z') } } },
        { type: 'recovery-ended', data: { state: 'done', note: '' } },
      ])
    },
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
