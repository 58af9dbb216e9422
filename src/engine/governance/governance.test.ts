import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { openLocal } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const solution = 'Permits'
const [olga, pat, piet, maria] = [personId('olga'), personId('pat'), personId('piet'), personId('maria')]

let organisation: Organisation
const worlds: PromotionWorld[] = []

beforeAll(async () => {
  organisation = await openLocal()
})
afterAll(async () => {
  for (const world of worlds) await world.close()
  await organisation.close()
})

/** A ledger of its own over the local environment that all of them share. */
async function open(): Promise<PromotionWorld> {
  const world = await openPromotionWorld({ organisation })
  worlds.push(world)
  return world
}

function permits(version: string): HandMade {
  return { name: solution, version, tables: [{ name: 'hand_permit', columns: [{ name: 'hand_note' }] }] }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'accepted' : result.refusal.code
}

function answer(world: PromotionWorld, question: string, text: string, actor = olga) {
  return world.engine.answerTier({ solution, question, answer: text, comment: 'as the owner knows', actor })
}

function ask(world: PromotionWorld, release: Release) {
  return world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: maria })
}

function keep(world: PromotionWorld, actor: typeof pat, reason = 'The table goes with 2.0') {
  return world.engine.decideTier({ solution, tier: 2, reason, actor })
}

async function typesIn(world: PromotionWorld): Promise<readonly string[]> {
  return (await world.deps.ledger.read(`solution/${solution.toLowerCase()}`)).map(({ type, actor }) => `${type} by ${actor}`)
}

describe('a solution that outgrows its tier', () => {
  it('says at least which tier it is, and what is open, from its newest release', async () => {
    const world = await open()
    await world.seal(permits('1.0.0.0'))
    const view = granted(await world.engine.loadTier({ solution }))
    expect(view).toMatchObject({ configured: 2, inForce: 2, release: { version: '1.0.0.0' }, assessment: { tier: 1, score: 0 } })
    expect(view.assessment.open).toBeGreaterThan(5)
    expect(await typesIn(world)).toEqual([])
    expect(codeOf(await world.engine.loadTier({ solution: 'Nothing' }))).toBe('solution.not-governed')
  })

  it('is proposed upward when it asks to go into a pet, held to that, and let go by two for a time', async () => {
    const world = await open()
    const release = await world.seal(permits('1.0.0.0'))
    granted(await answer(world, 'data-class', 'confidential'))
    expect(codeOf(await answer(world, 'data-class', 'public', maria))).toBe('promotion.not-allowed')
    expect(granted(await world.engine.loadTier({ solution })).hold).toBeUndefined()

    expect(codeOf(await ask(world, release))).toBe('TIER-06')
    expect(codeOf(await ask(world, release))).toBe('TIER-06')
    expect(await typesIn(world)).toEqual(['tier-answered by olga', 'tier-read by drover', 'tier-proposed by drover'])
    expect(granted(await world.engine.loadTier({ solution }))).toMatchObject({ inForce: 3, hold: { tier: 3, configured: 2 } })
    expect((await world.engine.listPromotions({ limit: 10 })).rows).toEqual([])

    expect(codeOf(await keep(world, olga))).toBe('promotion.not-allowed')
    expect(codeOf(await keep(world, pat))).toBe('tier.needs-second-person')
    expect(codeOf(await keep(world, pat))).toBe('tier.needs-second-person')
    expect(codeOf(await ask(world, release))).toBe('TIER-06')
    const kept = granted(await keep(world, piet, 'So be it'))
    expect(kept).toMatchObject({ inForce: 2, decision: { proposedBy: 'pat', by: 'piet', reason: 'The table goes with 2.0 / So be it' } })
    expect(kept.decision?.until).toBeDefined()

    const view = granted(await ask(world, release))
    expect(view.promotion.request.tier).toBe(2)
    expect(view.gates.map(({ kind }) => kind)).not.toContain('tier')
  })

  it('ends what waits for a yes, when more is known of it before that is given', async () => {
    const world = await open()
    const release = await world.seal(permits('1.0.0.0'))
    const { promotionId } = granted(await ask(world, release)).promotion.request
    granted(await answer(world, 'data-class', 'regulated'))
    expect(codeOf(await ask(world, release))).toMatch(/^(TIER-06|promotion.already-open)$/)
    await world.approve(promotionId)
    const view = await world.view(promotionId)
    expect(view.promotion.status.state).toBe('pending')
    const told = view.gates.find(({ kind }) => kind === 'in-force')
    expect(told?.reasons.map(({ message }) => message).join(' ')).toContain('held')
    expect(await running(world, promotionId)).toBe(false)
  })

  it('is proposed once by two who ask at the same time', async () => {
    const world = await open()
    const release = await world.seal(permits('1.0.0.0'))
    granted(await answer(world, 'exposure', 'external'))
    const answers = await Promise.all([ask(world, release), ask(world, release), ask(world, release)])
    expect(answers.map(codeOf)).toEqual(['TIER-06', 'TIER-06', 'TIER-06'])
    expect((await typesIn(world)).filter((type) => type.startsWith('tier-proposed'))).toHaveLength(1)
  })

  it('is told of bytes that cannot be read as unknown, and never as harmless', async () => {
    const world = await open()
    const release = await world.seal(permits('1.0.0.0'))
    const broken = { ...world.deps.artifacts, get: async () => new TextEncoder().encode('no zip') }
    const { createGovernanceCommands } = await import('./governance-commands.ts')
    const view = granted(await createGovernanceCommands({ ...world.deps, artifacts: broken }).loadTier({ solution: release.solution }))
    expect(view.assessment.answers.every(({ from }) => from === 'unknown')).toBe(true)
  })
})

describe('the structure of a solution', () => {
  it('is decided by its owner, and held against what is there', async () => {
    const world = await open()
    await world.seal(permits('1.0.0.0'))
    const decide = (question: string, text: string, actor = olga) =>
      world.engine.decideStructure({ solution, question, answer: text, reason: 'so it is', actor })
    expect(codeOf(await decide('segmentation', 'single', maria))).toBe('promotion.not-allowed')
    expect(codeOf(await decide('colour', 'single'))).toBe('structure.unknown-question')
    expect(codeOf(await decide('segmentation', 'perhaps'))).toBe('structure.unknown-answer')
    granted(await decide('segmentation', 'layered-base'))
    granted(await decide('uat', 'separate'))
    const { structure, environments } = granted(await decide('versioning', 'keep', pat))
    expect(structure.map(({ question, deviations }) => [question, deviations.length])).toEqual([
      ['segmentation', 0],
      ['branching', 0],
      ['versioning', 1],
      ['uat', 1],
      ['managed-environments', 0],
    ])
    expect(environments.map(({ environment, shouldBeManaged }) => [environment, shouldBeManaged])).toEqual([
      ['dev', false],
      ['prod', true],
    ])
  })
})

describe('solution complete', () => {
  it('names what is missing at its tier, with what to do', async () => {
    const world = await open()
    const before = granted(await world.engine.loadCompletion({ solution }))
    expect(before.isComplete).toBe(false)
    expect(codeOf(await world.engine.noteRelease({ solution, text: 'First', actor: olga }))).toBe('solution.no-release')
    await world.seal(permits('1.0.0.0'))
    const view = granted(await world.engine.noteRelease({ solution, text: 'First', actor: olga }))
    const states = Object.fromEntries(view.items.map(({ id, state, isAdvice }) => [id, isAdvice ? 'advice' : state]))
    expect(states).toEqual({
      owner: 'proved',
      'backup-owner': 'missing',
      description: 'missing',
      tier: 'missing',
      structure: 'missing',
      settings: 'proved',
      dependencies: 'proved',
      checks: 'proved',
      tests: 'advice',
      version: 'proved',
      'release-note': 'attested',
      'recovery-plan': 'missing',
    })
    expect(view.items.every(({ state, next }) => (state === 'missing') === (next !== undefined))).toBe(true)
  })
})

async function running(world: PromotionWorld, promotionId: PromotionId): Promise<boolean> {
  return (await world.events(promotionId)).some(({ type }) => type === 'attempt-started')
}
