import { describe, expect, it } from 'vitest'
import { randomIds } from '#adapters/world'
import type { Digest, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import { buildConfiguration, buildPerson, personId, sha256 } from '../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../test/support/fake-read-model.ts'
import { withMemoryDirectory } from '../../test/support/memory-directory.ts'
import { applyConfiguration, loadConfiguration } from './apply-configuration.ts'
import { confirmConfiguration } from './confirm-configuration.ts'
import type { EngineDependencies } from './dependencies.ts'
import { projections } from './projections.ts'
import { loadProposal } from './propose-configuration.ts'

const first = buildConfiguration(3)
const lowered: Configuration = { ...first, solutions: first.solutions.map((solution) => ({ ...solution, tier: 2 as const })) }
const harmless: Configuration = { ...first, people: [...first.people, buildPerson('eve', 'maker')] }

async function inForce() {
  const ledger = createFakeLedger()
  const readModel = withMemoryDirectory(createFakeReadModel(ledger, projections))
  const clock = { now: () => new Date().toISOString() }
  const parts = { ledger, ...readModel, hashing: { sha256 }, ids: randomIds, policy: shippedPolicy, clock }
  const deps = parts as unknown as EngineDependencies // configurations need nothing else of the world
  const apply = (configuration: Configuration, actor: string) => applyConfiguration(deps, { configuration, actor: personId(actor) })
  const confirm = (digest: Digest, actor: string) => confirmConfiguration(deps, { digest, actor: personId(actor) })
  expect((await apply(first, 'pat')).ok).toBe(true)
  return { deps, apply, confirm }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function digestIn(result: Result<unknown>): Digest {
  const reasons = result.ok ? [] : result.refusal.reasons
  return toId<Digest>(reasons.find((reason) => reason.subject === 'proposal')?.message ?? '')
}

describe('a change that takes two people', () => {
  it('is recorded as a proposal, and not in force', async () => {
    const { deps, apply } = await inForce()
    const answer = await apply(lowered, 'pat')
    expect(codeOf(answer)).toBe('configuration.needs-second-person')
    expect((await loadConfiguration(deps))?.configuration).toEqual(first)
    expect(await loadProposal(deps, digestIn(answer))).toMatchObject({ proposedBy: 'pat', configuration: lowered })
  })

  it('comes into force at the word of another platform-admin, and names both', async () => {
    const { deps, apply, confirm } = await inForce()
    const digest = digestIn(await apply(lowered, 'pat'))
    expect(codeOf(await confirm(digest, 'piet'))).toBe('ok')
    expect(await loadConfiguration(deps)).toMatchObject({ configuration: lowered, proposedBy: 'pat', appliedBy: 'piet' })
  })

  it('of two that come at the same time one comes into force, and the other is told so', async () => {
    const { deps, apply } = await inForce()
    const other: Configuration = { ...first, people: [...first.people, buildPerson('eva', 'maker')] }
    const answers = await Promise.all([apply(harmless, 'pat'), apply(other, 'pat')])
    expect(answers.map(codeOf).toSorted()).toEqual(['configuration.moved-on', 'ok'])
    expect((await deps.ledger.read('configuration')).length).toBe(2)
  })

  it('is confirmed neither by its proposer, nor by anybody else than a platform-admin', async () => {
    const { deps, apply, confirm } = await inForce()
    const digest = digestIn(await apply(lowered, 'pat'))
    await apply(lowered, 'pat')
    expect(codeOf(await confirm(digest, 'pat'))).toBe('configuration.confirmed-by-self')
    expect(codeOf(await confirm(digest, 'maria'))).toBe('configuration.not-authorised')
    expect(codeOf(await confirm(digest, 'ghost'))).toBe('configuration.not-authorised')
    expect((await loadConfiguration(deps))?.configuration).toEqual(first)
  })

  it('is not confirmed any more when another configuration came into force since', async () => {
    const { apply, confirm } = await inForce()
    const digest = digestIn(await apply(lowered, 'pat'))
    expect(codeOf(await apply(harmless, 'pat'))).toBe('ok')
    expect(codeOf(await confirm(digest, 'piet'))).toBe('configuration.moved-on')
  })

  it('is not outdated by somebody who applies what is in force already', async () => {
    const { apply, confirm } = await inForce()
    const digest = digestIn(await apply(lowered, 'pat'))
    expect(codeOf(await apply(first, 'maria'))).toBe('ok')
    expect(codeOf(await confirm(digest, 'piet'))).toBe('ok')
  })

  it('is confirmed only as exactly what was proposed', async () => {
    const { apply, confirm } = await inForce()
    const digest = digestIn(await apply(lowered, 'pat'))
    const other = digestIn(await apply({ ...lowered, timeZone: 'Etc/UTC' }, 'pat'))
    expect(other).not.toBe(digest)
    expect(codeOf(await confirm(toId<Digest>(`sha256:${'0'.repeat(64)}`), 'piet'))).toBe('proposal.unknown')
  })

  it('cannot be proposed by somebody who may not change the configuration', async () => {
    const { apply } = await inForce()
    expect(codeOf(await apply(lowered, 'maria'))).toBe('configuration.not-authorised')
  })
})
