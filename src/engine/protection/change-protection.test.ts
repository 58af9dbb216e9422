import { describe, expect, it } from 'vitest'
import { randomIds } from '#adapters/world'
import type { EnvironmentRecord } from '#domain/drift'
import type { Result } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { OpenEnvironment } from '#engine/ports'
import { buildConfiguration, buildPerson, personId, sha256 } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import { withMemoryDirectory } from '../../../test/support/memory-directory.ts'
import { applyConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { projections } from '../projections.ts'
import { changeProtection } from './change-protection.ts'
import { loadProtection } from './load-protection.ts'

const configuration: Configuration = buildConfiguration(3)

/** An environment that remembers its block, and can be made to die right after it was switched. */
async function world() {
  const ledger = createFakeLedger()
  const state = { isBlocked: false as boolean | undefined, switches: 0, diesAfterSwitch: false }
  const target: Partial<OpenEnvironment> = {
    fetchUnmanagedBlock: async () => state.isBlocked,
    async setUnmanagedBlock(isOn) {
      state.switches++
      state.isBlocked = isOn
      if (state.diesAfterSwitch) throw new Error('killed')
    },
    fetchPowerfulRoles: async () => {
      throw new DroverError('dataverse.forbidden', 'Roles may not be read.')
    },
    findWhatBlockBreaks: async () => ({ found: [{ feature: 'dataflows', evidence: '2 dataflows' }], unseen: [] }),
  }
  const readModel = createFakeReadModel(ledger, projections)
  const parts = {
    ledger,
    ...withMemoryDirectory(readModel),
    hashing: { sha256 },
    ids: randomIds,
    policy: shippedPolicy,
    clock: { now: () => new Date().toISOString() },
    environments: { open: () => target },
  }
  const deps = parts as unknown as EngineDependencies // protection needs nothing else of the world
  await applyConfiguration(deps, { configuration, actor: personId('pat') })
  const say = (actor: string, isOn = true, more: { readonly environmentId?: string; readonly reason?: string | undefined } = {}) =>
    changeProtection(deps, { environmentId: 'prod', isOn, reason: 'As agreed', actor: personId(actor), ...more })
  const recorded = async () => (await readModel.list<EnvironmentRecord>('environment'))[0]?.protection
  return { deps, ledger, state, say, recorded }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

describe('protecting a pet', () => {
  it('changes nothing at the word of one, and is done at that of another, with both in the ledger', async () => {
    const { say, state, recorded, ledger } = await world()
    expect(codeOf(await say('pat'))).toBe('protection.needs-second-person')
    expect(codeOf(await say('pat'))).toBe('protection.needs-second-person')
    expect([state.switches, await recorded()]).toEqual([0, undefined])
    const answer = await say('olga', true, { reason: undefined })
    expect(answer).toMatchObject({ ok: true, value: { isBlocked: true, verdict: { state: 'holds' }, proposal: undefined } })
    expect(await recorded()).toMatchObject({ isOn: true, by: 'olga', reason: 'As agreed' })
    const all = await ledger.readAll(0, 100)
    expect(all.find(({ type }) => type === 'protection-ordered')?.data).toMatchObject({ proposedBy: 'pat' })
    expect(codeOf(await say('pat', false))).toBe('protection.needs-second-person')
  })

  it('is finished by the same word again after a crash in the middle', async () => {
    const { say, state, recorded } = await world()
    await say('pat')
    state.diesAfterSwitch = true
    await expect(say('piet')).rejects.toThrow('killed')
    expect(await recorded()).toBeUndefined()
    state.diesAfterSwitch = false
    expect(codeOf(await say('piet'))).toBe('ok')
    expect([state.switches, (await recorded())?.isOn]).toEqual([1, true])
  })

  it('does not outlive the configuration that it was proposed under', async () => {
    const { deps, say, state } = await world()
    await say('pat')
    const next = { ...configuration, people: [...configuration.people, buildPerson('eve', 'maker')] }
    expect(codeOf(await applyConfiguration(deps, { configuration: next, actor: personId('pat') }))).toBe('ok')
    expect(codeOf(await say('piet'))).toBe('protection.needs-second-person')
    expect(state.switches).toBe(0)
  })

  it('leaves a proposal of the opposite waiting when somebody asks for what is so already', async () => {
    const { deps, say, state } = await world()
    state.isBlocked = true
    await say('pat', false)
    expect(codeOf(await say('olga', true))).toBe('ok')
    const view = await loadProtection(deps, 'prod')
    expect(view.ok && view.value.proposal).toMatchObject({ isOn: false, proposedBy: 'pat' })
    expect(codeOf(await say('piet', false))).toBe('ok')
    expect(state.isBlocked).toBe(false)
  })
})

describe('looking at the protection of an environment', () => {
  it('shows what the block breaks, and says what it may not see', async () => {
    const { deps } = await world()
    expect(await loadProtection(deps, 'prod')).toMatchObject({
      ok: true,
      value: {
        breaks: [{ feature: 'dataflows' }],
        powerfulRoles: [],
        unseen: [{ what: 'who may change the environment' }],
        observedAt: undefined,
        layerPolicy: { kind: 'register' },
      },
    })
    expect(codeOf(await loadProtection(deps, 'nowhere'))).toBe('environment.unknown')
  })
})
