import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Result } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { RecoveryWork } from '#domain/recovery'
import type { EnvironmentAdministration } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/promotion-world.ts'
import type { RecoveryWorld } from '../../../test/support/recovery-world.ts'
import { openRecoveryWorld, petId, sandboxId } from '../../../test/support/recovery-world.ts'
import type { RestoreSandboxCommand, RestoreSandboxView } from './restore-sandbox.ts'
import { restoreSandbox } from './restore-sandbox.ts'

type Restore = EnvironmentAdministration['restore']

const boats: HandMade = { name: 'Permits', version: '1.0.0.0', tables: [{ name: 'hand_boat' }], isManaged: true }
const group = '12121212-0000-4000-8000-000000000000'

let world: RecoveryWorld
/** How the platform takes being asked for a restore. */
let take: (real: Restore) => Restore
let sent: number

beforeAll(async () => {
  world = await openRecoveryWorld({
    administrations: ({ open }) => ({
      open(environment) {
        const real = open(environment)
        return { ...real, restore: (of) => take(real.restore)(of) }
      },
    }),
  })
  await bring(world.organisation, boats)
  const body = { hand_boatid: '00000000-0000-4000-8000-000000000001', hand_name: 'Argo' }
  expect((await world.organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
  const platformId = await world.platformIdOf('pet')
  await world.administration.changeEnvironment(platformId, { securityGroupId: group })
  await world.pass(30)
  await world.administration.takeRestorePoint(platformId, 'before the flood')
  await world.pass(30)
})
afterAll(() => world.close())
beforeEach(() => {
  sent = 0
  take = (real) => async (of) => {
    const begun = await real(of)
    sent += 1
    return begun
  }
})

describe('restoring a pet into its sandbox', () => {
  it('tells what it would do, and does nothing before two people want it', async () => {
    const told = granted(await ask({ isConfirmed: false }))
    expect(told).toMatchObject({ point: { label: 'before the flood' }, hasSameGroup: false, work: undefined })
    expect(told.neutralise.join()).toContain('mail')
    expect(await ask({ actor: 'ben' })).toMatchObject({ refusal: { code: 'recovery.not-allowed' } })
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    expect(await ask({ actor: 'piet' })).toMatchObject({ refusal: { code: 'recovery.needs-data-owner' } })
    expect(await world.work()).toBe('done')
    expect(sent).toBe(0)
  })

  it('is never done over a pet, nor into what is no sandbox of this one', async () => {
    expect(await ask({ sandboxId: petId })).toMatchObject({ refusal: { code: 'PET-02' } })
    expect(await ask({ sandboxId: toId('twin') })).toMatchObject({ refusal: { code: 'PET-02' } })
    expect(await ask({ sandboxId: toId('other') })).toMatchObject({ refusal: { code: 'recovery.not-its-sandbox' } })
    expect(await ask({ pointId: 'never taken' })).toMatchObject({ refusal: { code: 'recovery.no-such-point' } })
  })

  it('is sent once and ends closed, whenever the power fails', async () => {
    const { id } = await agreed()
    expect(await ask({ actor: 'olga' })).toMatchObject({ refusal: { code: 'recovery.sandbox-busy' } })
    const cuts = new Set<string>()
    while ((await world.work((step, phase) => world.cut(cuts, `${step} ${phase}`))) === 'killed') await world.pass(10)
    expect(await world.load(id)).toMatchObject({ state: 'done', confirmedBy: 'olga', by: 'pat' })
    expect(sent).toBe(1)
    expect([...cuts].filter((each) => each.startsWith('restore-send-0'))).toHaveLength(2)
    // Whoever changes what is recorded names it anew in start-up.ts (recordedSteps), or restores that are under way wait for ever.
    expect([...new Set([...cuts].map((each) => each.replace(/(-\d+)* (before|after)$/, '')))]).toEqual([
      ...['load', 'restore-look', 'restore-note', 'restore-send', 'follow-restore', 'restore-read-back', 'note', 'part-restore'],
      ...['close-look', 'answers', 'bind-connections', 'part-close', 'record-restored', 'finish'],
    ])
    expect(await world.administration.fetchEnvironment(await world.platformIdOf('sandbox'))).toMatchObject({
      displayName: `Recovery of prod (${id})`,
      isInAdministrationMode: true,
      hasBackgroundOperations: false,
      securityGroupId: group,
    })
    const { parts, restored } = await world.load(id)
    expect(parts.map(({ name }) => name)).toEqual(['restore', 'close'])
    expect(restored?.checklist.find(({ what }) => what === 'background operations')).toMatchObject({ state: 'open' })
    const rows = rowsOf(await world.sandbox.call('GET', 'hand_boats?$select=hand_name'))
    expect(rows.map((row) => row['hand_name'])).toEqual(['Argo'])
  })

  it('is not sent again when its answer was lost on the way', async () => {
    take = (real) => async (of) => {
      await real(of)
      sent += 1
      throw new DroverError('dataverse.ambiguous', 'The line broke.')
    }
    const { id } = await agreed()
    await world.workThrough()
    expect(await world.load(id)).toMatchObject({ state: 'done' })
    expect(sent).toBe(1)
  })

  it('is not taken for done when its answer was lost and it failed, though the sandbox has the name that came with it', async () => {
    take = () => async (of) => {
      // Turned away while what was done before still settles.
      await world.administration.changeEnvironment(of.to, { displayName: of.displayName ?? '' })
      sent += 1
      throw new DroverError('dataverse.ambiguous', 'The line broke.')
    }
    const { id } = await agreed()
    await world.workThrough()
    expect(await world.load(id)).toMatchObject({
      state: 'failed',
      note: expect.stringContaining('what was there before still is') as string,
    })
    expect(sent).toBe(1)
  })

  it('is sent again when it certainly never arrived', async () => {
    const through = take
    let lost = 0
    take = (real) => (of) => {
      lost += 1
      return lost === 1 ? Promise.reject(new DroverError('dataverse.unreachable', 'No route.', { isRetryable: true })) : through(real)(of)
    }
    const { id } = await agreed()
    await world.workThrough()
    expect(await world.load(id)).toMatchObject({ state: 'done' })
    expect(sent).toBe(1)
  })

  it('waits for a restore point that cannot be used yet', async () => {
    const taken = await world.administration.takeRestorePoint(await world.platformIdOf('pet'), 'just now')
    const { id } = await agreed({ pointId: taken.id })
    await world.workThrough()
    expect(await world.load(id)).toMatchObject({ state: 'done', deed: { point: { restorePointId: taken.id } } })
  })
})

describe('a sandbox that became a pet after its restore was agreed on', () => {
  it('is not restored over, although the work had looked before', async () => {
    const { id } = await agreed()
    let isDead = false
    const dying = (step: string, phase: string): void => {
      if (step !== 'restore-send-0' || phase !== 'before' || isDead) return
      isDead = true
      world.kill()
    }
    expect(await world.work(dying)).toBe('killed')
    const { configuration } = (await world.engine.loadConfiguration()) ?? {}
    const environments = configuration?.environments.map((each) => (each.id === sandboxId ? { ...each, careClass: 'pet' } : each))
    const events = [{ type: 'configuration-applied', data: { configuration: { ...configuration, environments }, changes: [] } }]
    await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
    await world.workThrough()
    expect(await world.load(id)).toMatchObject({ state: 'errored', note: expect.stringContaining('is a pet') as string })
    expect(sent).toBe(0)
  })
})

async function agreed(more: Partial<RestoreSandboxCommand> = {}): Promise<RecoveryWork> {
  expect(await ask({ ...more, actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
  const { work } = granted(await ask({ ...more, actor: 'olga', reason: '' }))
  if (work === undefined) throw new Error('nothing was begun')
  return work
}

function ask(more: Partial<Omit<RestoreSandboxCommand, 'actor'>> & { readonly actor?: string }): Promise<Result<RestoreSandboxView>> {
  const command = { environmentId: petId, sandboxId, reason: 'Rows went missing', isConfirmed: true, ...more }
  return restoreSandbox(world.deps, { ...command, actor: personId(more.actor ?? 'pat') })
}
