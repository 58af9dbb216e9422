import { decideCertification, decideConfirmation, decideGrantConfirmation } from '#domain/approval'
import { listUncertified } from '../people/rights.ts'
import { loadWritten } from '../apply-configuration.ts'
import type { Asker, WordFacts } from './word-facts.ts'
import { nameOf } from './word-facts.ts'

const path = '/people'

/** A deputy whom somebody else than the absent person named, for a second platform-admin. */
export const onDeputy: Asker = (facts) => {
  const words = facts.records.flatMap((record) =>
    record.delegations
      .filter(({ awaitsSecond }) => awaitsSecond)
      .flatMap(({ id, absent, deputy, namedBy, from, until, reason }) => {
        const decided = decideConfirmation({ ...factsOf(facts), configuration: facts.configuration, record }, id)
        if (!decided.ok || decided.value.length === 0) return []
        const what = `${nameOf(facts, namedBy)} wants ${nameOf(facts, deputy)} to take the place of ${nameOf(facts, absent)} until ${until} (${reason}). It takes a second platform-admin.`
        return [{ id, by: namedBy, at: from, what, command: `drover people confirm ${absent} ${id}`, path }]
      }),
  )
  return Promise.resolve(words)
}

/** A role with an end, for a second platform-admin. */
export const onTimedGrant: Asker = async (facts) => {
  const asked = facts.records.flatMap((record) => (record.grants ?? []).map((grant) => ({ record, grant })))
  const waiting = asked.filter(({ grant }) => grant.confirmed === undefined && grant.endedAt === undefined)
  if (waiting.length === 0) return []
  const lasting = (await loadWritten(facts.deps))?.configuration.people ?? []
  return waiting.flatMap(({ record, grant }) => {
    const { id, person, role, askedBy, askedAt, until, reason } = grant
    const decided = decideGrantConfirmation({ ...factsOf(facts), configuration: facts.configuration, lasting, record }, id)
    if (!decided.ok || decided.value.length === 0) return []
    const whom = askedBy === person ? 'wants to be' : `wants ${nameOf(facts, person)} to be`
    const what = `${nameOf(facts, askedBy)} ${whom} ${role} until ${until} (${reason}). It takes a second platform-admin.`
    return [{ id, by: askedBy, at: askedAt, what, command: `drover people confirm ${person} ${id}`, path }]
  })
}

/** That privileged roles are still needed, for another platform-admin than their person. */
export const onCertification: Asker = (facts) => {
  const { records, configuration, current, policy, now } = facts
  const due = listUncertified(records, { configuration, rolesSince: current.rolesSince, policy }, now)
  const words = due.flatMap(({ person, dueAt }) => {
    const record = records.find(({ personId }) => personId === person)
    const command = { person, roles: [], comment: 'looked at' }
    const decided = decideCertification({ ...factsOf(facts), configuration, record }, command)
    if (!decided.ok || decided.value.length === 0) return []
    const what = `Does ${nameOf(facts, person)} still need the rights that they have? That somebody says so is due since ${dueAt.slice(0, 10)}.`
    return [{ id: person, at: dueAt, what, command: `drover people certify ${person} --comment "…"`, path }]
  })
  return Promise.resolve(words)
}

function factsOf({ policy, viewer, now }: WordFacts) {
  return { policy, actor: viewer, now }
}
