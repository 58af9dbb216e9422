import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfiguration, parsePolicyDocument } from '#contract'
import { celConditions } from '#adapters/cel'
import { applyOverride, shippedPolicy, writePolicyDocument } from '#domain/policy'
import { stringify } from 'yaml'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { at } from '../../../test/support/domain-builders.ts'
import { sampleYaml } from '../../../test/web/sample-configuration.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
  const release = await world.seal({ name: 'Permits', version: '1.0.0.0', tables: [{ name: 'hand_dog' }] })
  const { promotion } = await world.request(release)
  granted(await world.approve(promotion.request.promotionId))
  await world.work()
  expect((await world.view(promotion.request.promotionId)).promotion.status.state).toBe('succeeded')
})
afterAll(() => world.close())

const check = (expression: string) => celConditions.check(expression)

async function test(yaml: string, limit = 100) {
  const changes = granted(parsePolicyDocument(yaml, check))
  return granted(await world.engine.testPolicy({ changes, limit }))
}

describe('a recorded promotion', () => {
  it('would have gone as it went under the policy in force', async () => {
    const { policy } = await world.engine.showPolicy()
    const page = await test(stringify(writePolicyDocument(policy)))
    expect([page.promotions, page.sums.outcomes.same, page.next]).toEqual([[], 1, undefined])
  })

  it('is said to be stopped by what nobody gave then, and by a condition that holds for it', async () => {
    const stricter = await test('reason: more eyes\ntiers: { 2: { pet: [previous-stage, approval, security] } }')
    expect(stricter.promotions.map(({ outcome, reasons }) => [outcome, reasons[0]?.subject])).toEqual([['stopped', 'security sign-off']])
    const conditional = await test(`demands: [{ id: makers, when: '"maker" in requester.roles', gates: [review], reason: more eyes }]`)
    expect(conditional.sums).toMatchObject({ promotions: 1, outcomes: { stopped: 1 }, tiers: { 2: { stopped: 1 } } })
    expect((await test(`demands: [{ id: others, when: 'tier == 4', gates: [review], reason: more eyes }]`)).sums.outcomes.stopped).toBe(0)
  })

  it('is left out before a date', async () => {
    const changes = { values: [], demands: [] }
    const page = granted(await world.engine.testPolicy({ changes, limit: 10, since: at('2100-01-01T00:00:00Z') }))
    expect([page.sums.promotions, page.next]).toEqual([0, undefined])
  })
})

describe('a policy in a file', () => {
  it('is refused with line and column, and with what is known there', () => {
    const refused = (text: string) => {
      const parsed = parsePolicyDocument(text, check)
      return parsed.ok ? [] : parsed.refusal.reasons.map(({ subject, message }) => `${subject} | ${message}`)
    }
    expect(refused('reason: x\ntiers:\n  3:\n    reviewWindowHours: soon\n')).toEqual([
      'tiers.3.reviewWindowHours | line 4, column 24: this must be a number of hours, from 0 to 100000.',
    ])
    expect(refused('reason: x\ndemands:\n  - { id: a, gates: [cab], when: "tier == three" }\n')[0]).toContain(
      'demands.0.when | line 3, column 34: ',
    )
    expect(refused('tires: {}')[0]).toContain('tires | line 1, column 1: "tires" is not known here')
  })

  it('changes what is in force, and of a drover.yaml what is shipped', () => {
    const inForce = applyOverride(shippedPolicy, { values: [{ path: 'tiers.3.reviewWindowHours', value: 36, reason: 'x' }], demands: [] })
    const parsed = (text: string) => granted(parsePolicyDocument(text, check, inForce))
    expect(parsed(stringify(writePolicyDocument(inForce))).values).toEqual([])
    expect(parsed(stringify({ reason: 'back', ...writePolicyDocument(shippedPolicy) })).values).toMatchObject([
      { path: 'tiers.3.reviewWindowHours', value: 24 },
    ])
    expect([parsed(sampleYaml).isWhole, parsed(sampleYaml).values.length, parsed('reason: x').isWhole]).toEqual([true, 1, false])
  })

  it('is the same in a drover.yaml, which is refused as a whole for it', () => {
    const parsed = granted(parsePolicyDocument(sampleYaml, check))
    expect(parsed.values.map(({ path, value }) => [path, value])).toEqual([['tiers.3.reviewWindowHours', 36]])
    const broken = parseConfiguration(sampleYaml.replace('reviewWindowHours: 36', 'reviewWindowHour: 36'), check)
    expect(broken.ok ? [] : broken.refusal.reasons.map(({ subject }) => subject)).toEqual(['policy.tiers[3].reviewWindowHour'])
  })
})

describe('the policy in force', () => {
  it('is shown whole, with what the configuration changes and what was shipped', async () => {
    const { values, version } = await world.engine.showPolicy()
    expect(values.length).toBeGreaterThan(150)
    expect(values.every(({ source, label }) => source !== '' && label !== '')).toBe(true)
    expect(version).toContain('shipped-')
  })
})
