import type { Grant, Group, Person } from '#domain/people'
import type { ChangeAuthority, ConfigurationChange } from './configuration-change.ts'
import { change, differs } from './configuration-change.ts'
import { isPeopleGate } from './gate-kinds.ts'
import type { Configuration } from './pipeline.ts'

/** What a person is and may do, apart from their name and what makes them a platform-admin. */
export function diffPersonKind(before: Person, after: Person): ConfigurationChange[] {
  const subject = `person ${after.id}`
  const words = { person: 'a person', service: 'an identity of software' }
  return [
    ...differs(before.kind ?? 'person', after.kind ?? 'person', () =>
      change(subject, `Is ${words[after.kind ?? 'person']} from now on, and was ${words[before.kind ?? 'person']}.`, 'two-people'),
    ),
    ...differs(before.builderLevel, after.builderLevel, () =>
      change(
        subject,
        `Builder level changes from ${before.builderLevel ?? 'none that is known'} to ${after.builderLevel ?? 'none that is known'}.`,
      ),
    ),
  ]
}

/** Whoever signs in as another one than before could decide on what they asked for, and say a second time what they said. */
export function diffAccounts(before: Configuration, after: Configuration): ConfigurationChange[] {
  return after.people.flatMap(({ id, subject }) => {
    const was = before.people.find((person) => person.subject !== undefined && person.subject === subject)
    if (was === undefined || was.id === id) return []
    return [change(`person ${id}`, `Signs in with the account that was that of ${was.id}.`, 'two-people')]
  })
}

/** Whoever is in a group that opens gates may open them, so who is in it takes two people as a gate's own names do. */
export function diffGroups(before: Configuration, after: Configuration): ConfigurationChange[] {
  const [was, is] = [before.groups ?? [], after.groups ?? []]
  const ids = [...new Set([...was, ...is].map(({ id }) => id))]
  return ids.flatMap((id) => {
    const authority: ChangeAuthority = opensGates(before, id) || opensGates(after, id) ? 'two-people' : 'platform-admin'
    return diffGroup(
      was.find((group) => group.id === id),
      is.find((group) => group.id === id),
      authority,
    )
  })
}

/** Grants are told whole: one that is narrowed is another one. */
export function diffGrants(before: Configuration, after: Configuration): ConfigurationChange[] {
  const [was, is] = [before.grants ?? [], after.grants ?? []]
  const isIn = (list: readonly Grant[], grant: Grant): boolean => list.some((other) => describeGrant(other) === describeGrant(grant))
  return [
    ...is.filter((grant) => !isIn(was, grant)).map((grant) => change(subjectOf(grant), `Gains ${describeGrant(grant)}.`)),
    ...was.filter((grant) => !isIn(is, grant)).map((grant) => change(subjectOf(grant), `Loses ${describeGrant(grant)}.`)),
  ]
}

/** A grant in words, such as `the role approver for environment prod`. */
export function describeGrant({ to, role, environment, pipeline, solution }: Grant): string {
  const where = [
    ...(environment === undefined ? [] : [`environment ${environment}`]),
    ...(pipeline === undefined ? [] : [`pipeline ${pipeline}`]),
    ...(solution === undefined ? [] : [`solution ${solution}`]),
  ]
  const who = 'group' in to ? `group ${to.group}` : to.person
  return `the role ${role} for ${where.join(', ') || 'all'} (${who})`
}

function diffGroup(before: Group | undefined, after: Group | undefined, authority: ChangeAuthority): ConfigurationChange[] {
  if (after === undefined) return before === undefined ? [] : [change(`group ${before.name}`, 'Removed.', authority)]
  const subject = `group ${after.name}`
  if (before === undefined) return [change(subject, `Added, with ${after.members.join(', ') || 'nobody'}.`, authority)]
  const joined = after.members.filter((id) => !before.members.includes(id))
  const left = before.members.filter((id) => !after.members.includes(id))
  return [
    ...(before.name === after.name ? [] : [change(subject, `Renamed from ${before.name}.`)]),
    ...(joined.length === 0 ? [] : [change(subject, `${joined.join(', ')} belong to it from now on.`, authority)]),
    ...(left.length === 0 ? [] : [change(subject, `${left.join(', ')} no longer belong to it.`, authority)]),
  ]
}

function opensGates({ pipelines }: Configuration, group: string): boolean {
  const gates = pipelines.flatMap((pipeline) => pipeline.stages.flatMap((stage) => stage.gates.filter(isPeopleGate)))
  return gates.some((gate) => gate.groups?.includes(group) ?? false)
}

function subjectOf({ to }: Grant): string {
  return 'group' in to ? `grant to group ${to.group}` : `grant to ${to.person}`
}
