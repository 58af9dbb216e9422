import { describe, expect, it } from 'vitest'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import { buildConfiguration, buildPerson, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { findStageOnTheWay } from './find-stage.ts'
import { decideRequest } from './index.ts'
import { staffGates } from './staff-gates.ts'

const dayMs = 86_400_000

describe('a deputy at a gate', () => {
  it('counts no more once their own privileged role waited to be certified for longer than the tier lets it (ROL-08)', () => {
    const base = buildConfiguration(3)
    const configuration = { ...base, people: [...base.people, buildPerson('dora', 'approver')] }
    const facts = buildRequestFacts(3, { configuration })
    const decision = decideRequest(facts)
    const way = findStageOnTheWay({ ...facts, configuration }, facts.stageId)
    if (!decision.ok || !way.ok) throw new Error('nothing was requested')
    const [event] = decision.value
    if (event?.type !== 'promotion-requested') throw new Error('nothing was requested')
    const { request } = event.data
    const absent = request.gates.flatMap((gate) => (gate.kind === 'approval' ? gate.people : []))[0] ?? personId('nobody')
    const from = toId<Instant>('2020-01-01T00:00:00.000Z')
    const away = { ...{ id: 'd-1', absent, deputy: personId('dora'), from, until: toId<Instant>('2099-01-01T00:00:00.000Z') } }
    const deputies = (days: number) => {
      const dora = toId<Instant>(new Date(Date.parse(facts.now) - days * dayMs).toISOString())
      const delegations = [{ ...away, reason: 'Away', namedBy: absent }]
      const staffing = { configuration, policy: shippedPolicy, delegations, uncertified: { dora }, now: facts.now }
      return staffGates({ request, renewed: undefined }, way.value, staffing).flatMap(({ kind, deputies: all = [] }) =>
        kind === 'approval' ? all : [],
      )
    }
    const { value: most } = shippedPolicy.people.uncertifiedDays[3]
    expect(deputies(most).map(({ by }) => by)).toEqual(['dora'])
    expect(deputies(most + 1)).toEqual([])
  })
})
