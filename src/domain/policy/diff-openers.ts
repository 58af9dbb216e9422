import type { PersonId } from '#domain/kernel'
import type { Role } from '#domain/people'
import { findPerson, grantsOf } from '#domain/people'
import type { Configuration, ConfigurationChange } from '#domain/pipeline'
import { change, describeGrant, isPeopleGate } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/**
 * Whoever gains a role that opens gates by itself: that of who approves waivers, says that something is an emergency, or may answer at a gate
 * where nobody decided in time (ROL-04). No gate has to name them, so one admin who gives such a role could open gates by it, as by naming
 * somebody at a gate; it takes two people as that does.
 */
export function diffOpeners(before: Configuration | undefined, after: Configuration, policy: Policy): ConfigurationChange[] {
  if (before === undefined) return []
  const opening = [...openingRoles(policy), ...answeringRoles(after, policy)]
  return after.people.flatMap(({ id }) => {
    const had = opensBy(before, id, opening)
    const gained = opensBy(after, id, opening).filter(
      ({ role, where }) => !had.some((old) => old.role === role && [where, ''].includes(old.where)),
    )
    if (gained.length === 0) return []
    const roles = [...new Set(gained.map(({ role }) => role))].join(', ')
    return [
      change(
        `person ${id}`,
        `May open gates from now on without being named there, by waivers, in emergencies or by an escalation: ${roles}.`,
        'two-people',
      ),
    ]
  })
}

function openingRoles({ waivers, gateRoles }: Policy): readonly Role[] {
  const ofGates = Object.values(waivers.gateApprovers).flatMap(({ value }) => value)
  return [...waivers.findingApprovers.value, ...ofGates, ...gateRoles.emergency.value]
}

/** Roles of those who are told when nobody decides at a gate that some stage has, and that fit it: they may then answer in the place of whom it names. */
function answeringRoles({ pipelines }: Configuration, { people, gateRoles }: Policy): readonly Role[] {
  const kinds = new Set(
    pipelines.flatMap(({ stages }) => stages.flatMap(({ gates }) => gates.filter(isPeopleGate).map(({ kind }) => kind))),
  )
  return [...kinds].flatMap((kind) => people.escalation[kind].to.value.filter((role) => gateRoles[kind].value.includes(role)))
}

interface Opening {
  readonly role: Role
  /** The grant in words; empty: everywhere. */
  readonly where: string
}

function opensBy(configuration: Configuration, id: PersonId, opening: readonly Role[]): readonly Opening[] {
  const own = (findPerson(configuration.people, id)?.roles ?? []).map((role): Opening => ({ role, where: '' }))
  const granted = grantsOf(configuration, id).map(({ role, environment, pipeline, solution }): Opening => {
    return { role, where: describeGrant({ role, environment, pipeline, solution, to: { person: id }, reason: '' }) }
  })
  return [...own, ...granted].filter(({ role }) => opening.includes(role))
}
