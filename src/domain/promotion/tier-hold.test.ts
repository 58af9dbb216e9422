import { describe, expect, it } from 'vitest'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Tier } from '#domain/solution'
import { findTierHold } from '#domain/tier'
import {
  buildConfiguration,
  buildGoverned,
  buildRelease,
  buildRequestFacts,
  productionGates,
  version,
} from '../../../test/support/domain-builders.ts'
import type { PromotionEvent, PromotionRequest, RequestFacts } from './index.ts'
import { decideRequest, evaluateGates, evolvePromotion, judgeStanding } from './index.ts'

const since = toId<Instant>('2026-11-01T09:00:00.000Z')

function proposal(tier: Tier, configured: Tier): NonNullable<RequestFacts['tierRecord']> {
  const { id: releaseId } = buildRelease()
  const about = { score: 9, why: ['It has grown.'], answers: [], open: 0, releaseId, version: version('1.1.0.0'), at: since }
  return { proposal: { tier, configured, ...about }, decision: undefined }
}

/** A solution that is `configured` in drover.yaml, on a stage that offers what `offered` asks. */
function facts(of: { readonly configured: Tier; readonly offered: Tier; readonly proposed?: Tier }): RequestFacts {
  const configuration = { ...buildConfiguration(of.offered), solutions: [buildGoverned(of.configured)] }
  const tierRecord = of.proposed === undefined ? undefined : proposal(of.proposed, of.configured)
  return buildRequestFacts(of.configured, { configuration, tierRecord })
}

function requested(of: Parameters<typeof facts>[0]): PromotionRequest {
  const decision = decideRequest(facts(of))
  if (!decision.ok) throw new Error(`${decision.refusal.code}: ${decision.refusal.message}`)
  const [event] = decision.value
  if (event?.type !== 'promotion-requested') throw new Error('nothing was requested')
  return event.data.request
}

function refusalOf(of: Parameters<typeof facts>[0]) {
  const decision = decideRequest(facts(of))
  if (decision.ok) throw new Error('it was accepted')
  return decision.refusal
}

describe('a solution that is held to a higher tier', () => {
  it('goes nowhere where the stage offers less, and is told what is missing and how to decide', () => {
    const refusal = refusalOf({ configured: 2, offered: 2, proposed: 3 })
    expect(refusal.code).toBe('TIER-06')
    expect(refusal.message).toContain('offers less than Tier 3 demands, to which Permits is held: it has outgrown Tier 2.')
    expect(refusal.hint).toMatch(
      /Set tier: 3 for Permits in drover\.yaml .* or have two platform-admins keep the lower one .* `drover tier decide Permits/,
    )
    expect(refusal.reasons).toContainEqual({ subject: 'Permits', message: 'It has grown.' })
    expect(refusal.reasons.map(({ subject }) => subject)).toContain('security sign-off')
  })

  it('is asked all that the higher tier asks where the stage offers it, with a gate that says why', () => {
    const held = requested({ configured: 2, offered: 3, proposed: 3 })
    const meant = requested({ configured: 3, offered: 3 })
    expect(held.tier).toBe(3)
    expect(held.gates.filter(({ kind }) => kind !== 'tier')).toEqual(meant.gates)
    expect(held.separation).toEqual(meant.separation)
    expect(held.reviewWindowHours).toBe(meant.reviewWindowHours)
    expect(held.evidence.find(({ gate }) => gate === 'tier')?.reason).toBe(
      'Permits is Tier 2 in drover.yaml and is held to Tier 3 until somebody decides: It has grown.',
    )
  })

  it('is judged as any other where nothing higher is proposed than drover.yaml gives', () => {
    expect(requested({ configured: 3, offered: 3, proposed: 3 })).toEqual(requested({ configured: 3, offered: 3 }))
    expect(requested({ configured: 3, offered: 3, proposed: 2 })).toEqual(requested({ configured: 3, offered: 3 }))
  })

  it('is not let into a pet by a higher tier that its own would not enter', () => {
    const refusal = refusalOf({ configured: 1, offered: 2, proposed: 2 })
    expect(refusal).toMatchObject({ code: 'TIER-04' })
    expect(refusal.message).toContain('is Tier 1')
  })

  it('outdates what was asked for before, whoever has said yes to it', () => {
    const before = facts({ configured: 2, offered: 3 })
    const request = requested({ configured: 2, offered: 3 })
    const asked = { type: 'promotion-requested', data: { request }, at: before.now, actor: 'maria' } as unknown as PromotionEvent // all that the fold looks at
    const promotion = evolvePromotion(undefined, asked)
    const stands = (tierRecord: RequestFacts['tierRecord']) =>
      evaluateGates(promotion, before.now, judgeStanding(promotion, { ...before, tierRecord })).find(({ kind }) => kind === 'in-force')
    expect(stands(undefined)).toBeUndefined()
    expect(stands(proposal(3, 2))?.reasons).toContainEqual({ subject: 'tier', message: 'It was 2 and is 3.' })
  })

  it.each<[Tier, Tier]>([
    [1, 2],
    [1, 4],
    [2, 3],
    [2, 4],
    [3, 4],
  ])('from %i to %i is never asked for less', (configured, proposed) => {
    expect(findTierHold(proposal(proposed, configured), { configured, now: since })?.tier).toBe(proposed)
    if (configured === 1) return
    const lower = requested({ configured, offered: proposed })
    const held = requested({ configured, offered: proposed, proposed })
    for (const gate of lower.gates) expect(held.gates).toContainEqual(gate)
    expect(held.separation.distinctPeople).toBeGreaterThanOrEqual(lower.separation.distinctPeople)
    expect(productionGates(proposed).every((gate) => held.gates.some(({ kind }) => kind === gate.kind))).toBe(true)
  })
})
