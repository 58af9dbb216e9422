import { findPerson, personName } from '#domain/people'
import type { Scan } from './readiness.ts'
import type { TenantFacts } from './readiness-facts.ts'
import { isNot, isSo, isUntold, scanEach } from './scan-each.ts'

/** Who administers the platform is known; who leads the CoE, and who is asked next, is left to a person to say. */
export function scanOwners({ configuration }: TenantFacts): Scan {
  const admins = configuration.people.filter(({ roles }) => roles.includes('platform-admin'))
  const subject = 'platform-admin'
  const found =
    admins.length < 2
      ? isNot(subject, `${admins.map(({ name }) => name).join(', ') || 'Nobody'} alone: what takes two people stands still.`)
      : isUntold(subject, `${admins.map(({ name }) => name).join(', ')}.`)
  return scanEach([found], found.reason)
}

export function scanRoles({ configuration, policy, appliedAt, timedGrants, uncertified }: TenantFacts): Scan {
  const roles = policy.readiness.filledRoles.value.map((role) => {
    const holders = configuration.people.filter((person) => person.roles.includes(role)).map(({ name }) => name)
    return holders.length === 0 ? isNot(role, 'Nobody has it.') : isSo(role, `${holders.join(', ')}.`, appliedAt)
  })
  const owners = configuration.solutions
    .filter(({ owner }) => findPerson(configuration.people, owner) === undefined)
    .map(({ uniqueName, owner }) => isNot(uniqueName, `Its owner ${owner} is not among the people.`))
  // TIER-10 caps nobody of whom it is not known how far they build.
  const { mayOwn } = policy.tierScoring
  const capped = configuration.solutions.filter(({ tier }) => Object.values(mayOwn.value).some((highest) => highest < tier))
  const levels = capped.flatMap(({ uniqueName, owner, tier }) => {
    const person = findPerson(configuration.people, owner)
    if (person === undefined || person.builderLevel !== undefined) return []
    return [
      isUntold(uniqueName, `Whether ${person.name} may own a solution of Tier ${tier} is not known: no builderLevel is named (TIER-10).`),
    ]
  })
  // A role that ends fills none: it is told, and the gap stays.
  const ending = timedGrants.map(({ person, role, until }) =>
    isSo(role, `${personName(configuration.people, person)} has it until ${until}, which does not fill it.`, appliedAt),
  )
  const certified = uncertified.map(({ person, dueAt }) =>
    isNot(
      personName(configuration.people, person),
      `Privileged roles wait to be certified since ${dueAt.slice(0, 10)} (ROL-08): drover people certify ${person}.`,
    ),
  )
  return scanEach([...roles, ...ending, ...certified, ...owners, ...levels], { subject: 'roles', message: 'Policy names no roles.' })
}

/** The questions by which a solution is scored stand in the policy in force, each with its source. */
export function scanTierCriteria({ policy, appliedAt }: TenantFacts): Scan {
  const { questions, thresholds } = policy.tierScoring
  const asked = questions.map(({ value, source }) => isSo(value.id, `${value.text} (${source})`, appliedAt))
  return scanEach([...asked, isSo('thresholds', thresholds.source, appliedAt)], { subject: 'policy', message: policy.version })
}
