import { describe, expect, it } from 'vitest'
import { buildPerson, personId } from '../../../test/support/domain-builders.ts'
import { edited, facts, form, layer, now, observation, solution } from '../../../test/support/drift-builders.ts'
import { toId } from '#domain/kernel'
import { assessDrift } from './assess-drift.ts'
import { decideAccept, decideAdopt, decideRevert, decideRevertConfirmation, type DispositionFacts } from './decide-disposition.ts'
import type { EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'

describe('a disposition', () => {
  const drift = assessDrift(facts(observation([edited]), {}))
  const record = { environmentId: toId('prod'), lane: 'prod', tweaks: [], drift, dispositions: {} } as unknown as EnvironmentRecord // the parts that decisions read
  const people = [
    buildPerson('olga', 'solution-owner'),
    buildPerson('egon', 'environment-owner'),
    buildPerson('mia', 'maker'),
    buildPerson('pat', 'platform-admin'),
  ]
  const by = (actor: string, more: Partial<DispositionFacts> = {}): DispositionFacts => ({
    environment: { id: toId('prod'), name: 'Prod', owner: personId('egon') },
    record,
    people,
    owners: { Permits: personId('olga') },
    actor: personId(actor),
    now,
    ...more,
  })
  const word = {
    deviation: 'SystemForm:f1',
    reason: 'Auditors',
    owner: personId('mia'),
    days: 30,
    decision: 'back-port',
    tweakId: 'tw-1',
    mostDays: 365,
  } as const
  const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? 'ok' : result.refusal?.code)
  const withDisposition = (events: readonly NewEnvironmentEvent[]): EnvironmentRecord => ({
    ...record,
    dispositions: Object.fromEntries(
      events.flatMap((event) => (event.type === 'disposition-changed' ? [[event.data.deviation, event.data.disposition]] : [])),
    ),
  })

  it('is decided by the owner of the solution or of the environment, and by nobody else', () => {
    expect(code(decideAccept(by('olga'), word))).toBe('ok')
    expect(code(decideAccept(by('egon'), word))).toBe('ok')
    expect(code(decideAccept(by('mia'), word))).toBe('drift.not-allowed')
    expect(code(decideAdopt(by('pat'), { deviations: ['SystemForm:f1'], workId: 'w-1' }))).toBe('drift.not-allowed')
  })

  it('needs a reason, a declared owner and an end within what the policy allows', () => {
    expect(code(decideAccept(by('olga'), { ...word, reason: ' ' }))).toBe('drift.reason-missing')
    expect(code(decideAccept(by('olga'), { ...word, owner: personId('nobody') }))).toBe('drift.owner-unknown')
    for (const days of [0, -1, 1.5, 366, Number.NaN]) expect(code(decideAccept(by('olga'), { ...word, days }))).toBe('drift.days-refused')
    expect(code(decideAccept(by('olga'), { ...word, deviation: 'SystemForm:f9' }))).toBe('drift.unknown')
  })

  it('of a revert needs a second person: the owner of the environment, or an admin where that owner asked', () => {
    const asked = decideRevert(by('olga'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!asked.ok) throw new Error(asked.refusal.message)
    const waiting = withDisposition(asked.value)
    expect(code(decideRevertConfirmation(by('olga', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe(
      'drift.same-person',
    )
    expect(code(decideRevertConfirmation(by('pat', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe(
      'drift.not-allowed',
    )
    expect(code(decideRevertConfirmation(by('egon', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe('ok')
    expect(code(decideRevertConfirmation(by('egon'), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe('drift.not-proposed')
    const byOwner = decideRevert(by('egon'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!byOwner.ok) throw new Error(byOwner.refusal.message)
    expect(
      code(decideRevertConfirmation(by('pat', { record: withDisposition(byOwner.value) }), { deviation: 'SystemForm:f1', workId: 'w-1' })),
    ).toBe('ok')
  })

  it('of a revert lapses when somebody changes the component again', () => {
    const asked = decideRevert(by('olga'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!asked.ok) throw new Error(asked.refusal.message)
    const again = assessDrift(facts(observation([form('f1', [layer('Permits'), layer('Active', 'hand-2')])])))
    expect(
      code(
        decideRevertConfirmation(by('egon', { record: { ...withDisposition(asked.value), drift: again } }), {
          deviation: 'SystemForm:f1',
          workId: 'w-1',
        }),
      ),
    ).toBe('drift.changed-since')
  })

  it('adopts and reverts only what is by hand on a solution of ours', () => {
    const foreign = assessDrift(
      facts(
        observation([form('f1', [layer('Vendor'), layer('Active')], { solutions: ['Vendor'] })], {
          solutions: [solution('Permits'), solution('Vendor')],
        }),
      ),
    )
    for (const { id } of foreign.deviations) {
      expect(code(decideRevert(by('egon', { record: { ...record, drift: foreign } }), { deviation: id, reason: 'x' }))).toBe(
        'drift.not-ours',
      )
      expect(code(decideAdopt(by('egon', { record: { ...record, drift: foreign } }), { deviations: [id], workId: 'w-1' }))).toBe(
        'drift.not-ours',
      )
    }
  })

  it('is not begun twice', () => {
    const adopted = decideAdopt(by('olga'), { deviations: ['SystemForm:f1'], workId: 'w-1' })
    if (!adopted.ok) throw new Error(adopted.refusal.message)
    expect(
      code(decideAdopt(by('olga', { record: withDisposition(adopted.value.events) }), { deviations: ['SystemForm:f1'], workId: 'w-1' })),
    ).toBe('drift.busy')
    expect(code(decideAdopt(by('olga'), { deviations: [], workId: 'w-1' }))).toBe('drift.nothing-named')
  })
})
