import { dataOwnersOf } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import { findPerson, isService } from '#domain/people'
import type { Configuration } from './pipeline.ts'

/** What does not fit together in groups, grants and who owns what. */
export function evaluateDirectory(configuration: Configuration): Reason[] {
  return [...evaluateGroups(configuration), ...evaluateGrants(configuration), ...evaluateOwners(configuration)]
}

function evaluateGroups({ groups = [], people }: Configuration): Reason[] {
  return groups.flatMap((group) => {
    const subject = `group ${group.name}`
    return [
      ...(groups.filter(({ id }) => id === group.id).length > 1
        ? [{ subject, message: `ROL-07: another group has the id ${group.id} too.` }]
        : []),
      ...group.members
        .filter((id) => findPerson(people, id) === undefined)
        .map((id) => ({ subject, message: `ROL-07: ${id} is not a declared person.` })),
    ]
  })
}

function evaluateGrants(configuration: Configuration): Reason[] {
  const { grants = [], groups = [], people, environments, pipelines, solutions } = configuration
  return grants.flatMap(({ to, role, environment, pipeline, solution }) => {
    const subject = `grant of ${role} to ${'group' in to ? `group ${to.group}` : to.person}`
    const unknown = (what: string, id: string): Reason => ({ subject, message: `ROL-03: ${what} ${id} is not declared.` })
    return [
      ...('person' in to && findPerson(people, to.person) === undefined ? [unknown('person', to.person)] : []),
      ...('group' in to && !groups.some(({ id }) => id === to.group) ? [unknown('group', to.group)] : []),
      ...(environment !== undefined && !environments.some(({ id }) => id === environment) ? [unknown('environment', environment)] : []),
      ...(pipeline !== undefined && !pipelines.some(({ id }) => id === pipeline) ? [unknown('pipeline', pipeline)] : []),
      ...(solution !== undefined && !solutions.some(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())
        ? [unknown('solution', solution)]
        : []),
      ...(role === 'platform-admin'
        ? [
            {
              subject,
              message: 'ROL-03: a platform-admin is one everywhere; write it into the roles of the person, which takes two people.',
            },
          ]
        : []),
    ]
  })
}

/** Whoever answers for something is a person (ROL-01). */
function evaluateOwners({ people, environments, solutions }: Configuration): Reason[] {
  const owned = [
    ...solutions.map(({ uniqueName, owner }) => ({ subject: `solution ${uniqueName}`, owners: [owner] })),
    ...environments.map((environment) => ({
      subject: `environment ${environment.name}`,
      owners: [...new Set([environment.owner, ...dataOwnersOf(environment)])],
    })),
  ]
  return owned.flatMap(({ subject, owners }) =>
    owners
      .filter((id) => isService(people, id))
      .map((id) => ({ subject, message: `ROL-01: ${id} is an identity of software and owns nothing.` })),
  )
}
