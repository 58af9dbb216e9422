import type { ObservedUser } from '#domain/environment'
import type { Scan } from './readiness.ts'
import type { EnvironmentFacts, ObservedFacts, TenantFacts } from './readiness-facts.ts'
import type { Found } from './scan-each.ts'
import { isNot, isSo, isUntold, scanEach } from './scan-each.ts'

/**
 * Roles by which people make things in an environment, as Microsoft names them [Microsoft Learn, predefined security roles]. Whoever administers it can
 * do all of it too, and is looked for by RDY-12 and the recertification of rights.
 */
const makingRoles = ['environment maker', 'system customizer']

/** Nobody makes by hand what should come by a release. */
export function scanMakers(facts: TenantFacts): Scan {
  return scanEach(
    production(facts).map((place) => judgeMakers(place, facts)),
    { subject: 'production', message: 'No production environment is declared.' },
  )
}

function judgeMakers(place: EnvironmentFacts, facts: TenantFacts): Found {
  const { name, id } = place.environment
  return withFreshLook(place, facts, (observed) => {
    const makers = makersIn(observed)
    const against = [
      ...(observed.blocksUnmanaged === false ? ['unmanaged changes are not blocked'] : []),
      ...(makers.length === 0 ? [] : [`${makers.length} people hold a role that makes (${makers.slice(0, 3).join(', ')})`]),
      ...(observed.unregistered === 0 ? [] : [`${observed.unregistered} changes by hand are registered by nobody (drover drift ${id})`]),
    ]
    if (against.length > 0) return isNot(name, `${against.join('; ')}.`)
    if (observed.blocksUnmanaged === undefined || observed.roles === undefined || observed.isPartlySeen)
      return isUntold(name, 'Not all of it could be seen: drover observe tells what right is lacking.')
    return isSo(name, 'Unmanaged changes are blocked, nobody holds a role that makes, and nothing was changed by hand.', observed.at)
  })
}

function makersIn({ roles }: ObservedFacts): readonly string[] {
  const holders = (roles ?? []).filter(({ name }) => makingRoles.includes(name.toLowerCase())).flatMap((role) => role.holders)
  return [...new Set(holders.filter(isHuman).map(({ name }) => name))]
}

function isHuman({ isApplication }: ObservedUser): boolean {
  return !isApplication
}

/** What is governed is there as its last promotion brought it. */
export function scanVersions(facts: TenantFacts): Scan {
  const governed = new Set(facts.configuration.solutions.map(({ uniqueName }) => uniqueName.toLowerCase()))
  const found = production(facts).flatMap((place) => {
    const here = place.observed?.solutions.filter(({ uniqueName }) => governed.has(uniqueName.toLowerCase())) ?? []
    if (place.observed !== undefined && here.length === 0) return []
    return [withFreshLook(place, facts, ({ at }) => judgeVersions({ place, here, at }, facts))]
  })
  return scanEach(found, { subject: 'production', message: 'Nothing that is governed was seen in a production environment yet.' })
}

function judgeVersions(
  { place, here, at }: { readonly place: EnvironmentFacts; readonly here: ObservedFacts['solutions']; readonly at: ObservedFacts['at'] },
  { deployed }: TenantFacts,
): Found {
  const { id, name } = place.environment
  const foreign = here.flatMap(({ uniqueName, version, isManaged }) => {
    const ours = deployed.find((one) => one.environmentId === id && one.solution.toLowerCase() === uniqueName.toLowerCase())
    if (ours?.version === version && isManaged) return []
    return [
      `${uniqueName} ${version} is ${isManaged ? 'managed' : 'unmanaged'}, and ${ours === undefined ? 'no promotion brought it' : `the last promotion brought ${ours.version}`}`,
    ]
  })
  if (foreign.length > 0) return isNot(name, `${foreign.join('; ')}.`)
  return isSo(name, `${here.map(({ uniqueName, version }) => `${uniqueName} ${version}`).join(', ')}: managed, by a promotion each.`, at)
}

/** Which days regulation asks for is policy's word; tables and columns have switches of their own, which are not looked at. */
export function scanAuditing(facts: TenantFacts): Scan {
  const least = facts.policy.readiness.auditedDays.value
  return scanEach(
    production(facts).map((place) => withFreshLook(place, facts, ({ auditing, at }) => judgeAuditing(place, { auditing, at, least }))),
    { subject: 'production', message: 'No production environment is declared.' },
  )
}

function judgeAuditing(
  { environment: { name } }: EnvironmentFacts,
  { auditing, at, least }: Pick<ObservedFacts, 'auditing' | 'at'> & { readonly least: number },
): Found {
  if (auditing === undefined) return isUntold(name, 'Whether it audits could not be seen: drover observe tells what right is lacking.')
  if (!auditing.isOn) return isNot(name, 'Auditing is off.')
  const { keptDays } = auditing
  if (keptDays === undefined) return isUntold(name, 'Auditing is on, and no days are set for which it is kept.')
  if (keptDays === 'forever') return isSo(name, 'Auditing is on, and kept for ever.', at)
  if (keptDays < least) return isNot(name, `Auditing is on and kept for ${keptDays} days, less than the ${least} that policy asks for.`)
  return isSo(name, `Auditing is on, and kept for ${keptDays} days.`, at)
}

/** That policies apply is seen; that exceptions have a way and all is looked at regularly is left to a person, so this alone proves nothing. */
export function scanDataPolicies(facts: TenantFacts): Scan {
  const seen = facts.environments.map(({ environment, observed }) => {
    const { name } = environment
    if (observed === undefined) return isUntold(name, 'It was never observed.')
    if (observed.dataPolicies === undefined) return isUntold(name, 'Its data policies could not be read.')
    if (observed.dataPolicies.length === 0)
      return isNot(name, 'No data policy applies to it; whether an advanced connector policy does is not looked at.')
    return isUntold(name, `${observed.dataPolicies.join(', ')}.`)
  })
  return scanEach(seen, { subject: 'environments', message: 'No environment is declared.' })
}

/** Of every environment that is tested in: it was filled by rules, and what was looked for afterwards was not there. */
export function scanMasking(facts: TenantFacts): Scan {
  const tested = facts.environments.filter(({ environment }) => environment.purpose === 'test' || environment.purpose === 'acceptance')
  return scanEach(
    tested.map(({ environment: { id, name } }) => {
      const last = (kind: 'seed' | 'scan') =>
        facts.data.filter((one) => one.environmentId === id && one.kind === kind).toSorted((a, b) => b.endedAt.localeCompare(a.endedAt))[0]
      const [seed, scan] = [last('seed'), last('scan')]
      if (scan !== undefined && scan.found > 0) return isNot(name, `${scan.found} real values were found in it at ${scan.endedAt}.`)
      if (seed === undefined) return isUntold(name, 'Drover did not fill it; whether its rows are real cannot be told.')
      if (scan === undefined || scan.endedAt < seed.endedAt)
        return isUntold(name, `It was filled at ${seed.endedAt} and not looked through since: drover data scan ${id}`)
      return isSo(name, `Filled by rules at ${seed.endedAt}; the look at ${scan.endedAt} found no real value.`, scan.endedAt)
    }),
    { subject: 'test environments', message: 'None is declared.' },
  )
}

export function scanRehearsals(facts: TenantFacts): Scan {
  const days = facts.policy.readiness.practisedDays.value
  const pets = production(facts).filter(({ environment }) => facts.deployed.some(({ environmentId }) => environmentId === environment.id))
  return scanEach(
    pets.map(({ environment: { name }, rehearsals }) => {
      const last = rehearsals
        .filter(({ outcome, finishedAt }) => outcome === 'succeeded' && isWithin(finishedAt, facts.now, days))
        .toSorted((a, b) => b.finishedAt.localeCompare(a.finishedAt))[0]
      if (last === undefined) return isNot(name, `No recovery of it went well within ${days} days.`)
      const minutes = Math.max(1, Math.round(last.durationMs / 60_000))
      return isSo(name, `${last.solution} came back by ${last.way} at ${last.finishedAt}, in ${minutes} min.`, last.finishedAt)
    }),
    { subject: 'production', message: 'Nothing that Drover brought runs in production yet.' },
  )
}

function production({ environments }: TenantFacts): readonly EnvironmentFacts[] {
  return environments.filter(({ environment }) => environment.purpose === 'production')
}

function withFreshLook(
  { environment: { name, id }, observed }: EnvironmentFacts,
  { now, policy }: TenantFacts,
  judge: (observed: ObservedFacts) => Found,
): Found {
  if (observed === undefined) return isUntold(name, `It was never observed: drover observe ${id}`)
  const days = policy.readiness.observedDays.value
  if (isWithin(observed.at, now, days)) return judge(observed)
  return isUntold(name, `It was last observed at ${observed.at}, more than ${days} days ago: drover observe ${id}`)
}

function isWithin(at: string, now: string, days: number): boolean {
  const age = Date.parse(now) - Date.parse(at)
  return age >= 0 && age <= days * 86_400_000
}
