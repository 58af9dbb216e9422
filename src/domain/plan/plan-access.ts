import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { StageAccess, TeamAccess } from '#domain/settings'
import { isSameName } from '#domain/settings'
import type { AppAccessFacts } from './plan-app-access.ts'
import { appAccessLines, findAmbiguousApps, findMissingApps } from './plan-app-access.ts'
import { firstAfterImport } from './plan-data.ts'
import type { Plan, PlanLine, PlannedAccess, PlannedTeam } from './plan.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** What the part of a plan about access is made from. */
export interface AccessFacts extends Pick<AppAccessFacts, 'apps' | 'sharing'> {
  readonly wanted: StageAccess
  readonly rootUnitId: string
  readonly teams: readonly (Named & {
    readonly groupId: string
    readonly businessUnitId: string
    readonly roles: readonly Named[]
    readonly profiles: readonly Named[]
  })[]
  readonly roles: readonly (Named & { readonly businessUnitId: string })[]
  readonly profiles: readonly Named[]
  readonly users: readonly { readonly groupId: string; readonly name: string }[]
  readonly flows: readonly (Named & { readonly teamIds: readonly string[] })[]
  /** What the release brings with it. */
  readonly arriving: {
    readonly roles: readonly Named[]
    readonly profiles: readonly Named[]
    readonly flows: readonly Named[]
  } & AppAccessFacts['arriving']
}

/** The plan with who may use what: groups only, as the stage declares it, given when everything that is named is there. */
export function withAccess(plan: Plan, facts: AccessFacts | undefined): Plan {
  if (facts === undefined) return plan
  const access = planAccess(facts)
  return {
    ...plan,
    access,
    lines: [...plan.lines, ...linesOf(facts, access)],
    steps: plan.steps.flatMap((step, at) => (at === firstAfterImport(plan) ? (['grant-access', step] as const) : [step])),
    blockers: [...plan.blockers, ...findAccessBlockers(facts)],
  }
}

/** What is given and taken, by ids where they are known. */
export function planAccess(facts: AccessFacts): PlannedAccess {
  return {
    teams: facts.wanted.teams.map((team) => planTeam(facts, team)),
    apps: facts.wanted.apps,
    flows: facts.wanted.flows.map((share) => {
      const flow = facts.flows.find((one) => isMeant(one, share.flow))
      const teamId = teamOf(facts, share.team)?.id
      const isShared = flow !== undefined && teamId !== undefined && flow.teamIds.some((id) => isSameName(id, teamId))
      return { ...share, isShared }
    }),
  }
}

function planTeam(facts: AccessFacts, team: TeamAccess): PlannedTeam {
  const { name, groupId } = team
  const there = facts.teams.find((one) => isSameName(one.groupId, groupId))
  const roles = difference(there?.roles ?? [], team.roles)
  const profiles = difference(there?.profiles ?? [], team.columnSecurityProfiles ?? [])
  const takes = team.onlyThese === true
  return {
    ...{ name, groupId, isMade: there === undefined },
    gives: { roles: roles.lacking, profiles: profiles.lacking },
    takes: { roles: takes ? roles.beyond : [], profiles: takes ? profiles.beyond : [] },
    beyond: { roles: takes ? [] : roles.beyond, profiles: takes ? [] : profiles.beyond },
  }
}

function difference(
  held: readonly Named[],
  wanted: readonly string[],
): { readonly lacking: readonly string[]; readonly beyond: readonly string[] } {
  return {
    lacking: wanted.filter((name) => !held.some((one) => isMeant(one, name))),
    beyond: held.filter((one) => !wanted.some((name) => isMeant(one, name))).map(({ name }) => name),
  }
}

/** By name or by id. */
export function isMeant({ id, name }: Named, wanted: string): boolean {
  return isSameName(name, wanted) || isSameName(id, wanted)
}

function teamOf({ wanted, teams }: AccessFacts, name: string): Named | undefined {
  const groupId = wanted.teams.find((team) => isSameName(team.name, name))?.groupId
  return groupId === undefined ? undefined : teams.find((team) => isSameName(team.groupId, groupId))
}

/** The role rows that a wanted role may mean for a team: those of its business unit, since each unit has its own of the same name [release-facts 3]. */
export function rolesMeant(facts: Pick<AccessFacts, 'roles' | 'teams' | 'rootUnitId'>, groupId: string, wanted: string): readonly Named[] {
  const unit = facts.teams.find((team) => isSameName(team.groupId, groupId))?.businessUnitId ?? facts.rootUnitId
  return facts.roles.filter((role) => isSameName(role.businessUnitId, unit) && isMeant(role, wanted))
}

/** Ids of what a team holds under a name and is not meant to: of two roles of one name the other may be declared by its id. */
export function heldBeyond(
  { wanted, teams }: Pick<AccessFacts, 'wanted' | 'teams'>,
  of: { readonly groupId: string; readonly what: 'role' | 'profile'; readonly name: string },
): readonly string[] {
  const declared = wanted.teams.find((team) => isSameName(team.groupId, of.groupId))
  const there = teams.find((team) => isSameName(team.groupId, of.groupId))
  const [held, names] = of.what === 'role' ? [there?.roles, declared?.roles] : [there?.profiles, declared?.columnSecurityProfiles]
  return (held ?? []).filter((one) => one.name === of.name && !(names ?? []).some((name) => isMeant(one, name))).map(({ id }) => id)
}

/** Its name in every environment of the platform's base language (unverified for others). */
const administrator = 'System Administrator'

function linesOf(facts: AccessFacts, { teams, flows }: PlannedAccess): readonly PlanLine[] {
  return [
    ...teams.flatMap(teamLines(facts.arriving)),
    ...flows.map(({ flow, team, isShared }): PlanLine => {
      if (isShared) return { subject: flow, effect: 'leave', message: `Team ${team} may see the flow already.`, certainty: 'known' }
      return { subject: flow, effect: 'set', message: `Team ${team} gets to see the flow.`, certainty: 'known' }
    }),
    ...appAccessLines(facts),
  ]
}

function teamLines(arriving: AccessFacts['arriving']): (team: PlannedTeam) => readonly PlanLine[] {
  return ({ name, groupId, isMade, gives, takes, beyond }) => {
    const subject = `team ${name}`
    const line = (effect: PlanLine['effect'], message: string, certainty: PlanLine['certainty'] = 'known'): PlanLine => ({
      ...{ subject, effect, message, certainty },
    })
    const give = (what: string, names: readonly string[], news: readonly Named[]): readonly PlanLine[] =>
      names.map((each) =>
        news.some((one) => isMeant(one, each))
          ? line('set', `Gets the ${what} ${each}, which comes with this release.`, 'assumed')
          : line(isSameName(each, administrator) ? 'warn' : 'set', `Gets the ${what} ${each}.`),
      )
    const each = (names: readonly string[], say: (one: string) => PlanLine): readonly PlanLine[] => names.map(say)
    const lines = [
      // Whether Entra knows the group cannot be seen from here.
      ...(isMade
        ? [line('create', `Is made for the Entra group ${groupId}; that the group is there is not to be seen from here.`, 'assumed')]
        : []),
      ...give('role', gives.roles, arriving.roles),
      ...give('column security profile', gives.profiles, arriving.profiles),
      ...each(takes.roles, (role) => line('delete', `Loses the role ${role}: it is to have only what is declared.`)),
      ...each(takes.profiles, (profile) =>
        line('delete', `Loses the column security profile ${profile}: it is to have only what is declared.`),
      ),
      ...each(beyond.roles, (role) => line('warn', `Has the role ${role} besides, which nothing declares; it keeps it.`)),
      ...each(beyond.profiles, (profile) =>
        line('warn', `Has the column security profile ${profile} besides, which nothing declares; it keeps it.`),
      ),
    ]
    return lines.length > 0 ? lines : [line('leave', 'Has what is declared.')]
  }
}

/** What keeps access from being given as it is declared, said before anybody is asked. */
export function findAccessBlockers(facts: AccessFacts): readonly Refusal[] {
  return [
    ...group(findPersons(facts), (reasons) =>
      refuse(
        'TOP-17',
        'Access is given to groups, and the settings name somebody who is no group.',
        'Put the named person into an Entra security group and name that: whoever comes and goes then comes and goes in one place.',
        reasons,
      ),
    ),
    ...group(findMissing(facts), (reasons) =>
      refuse(
        'access.unknown',
        'The settings give access by something that neither the target has nor the release brings.',
        'Correct the names under access in drover.yaml, or bring the named roles, profiles and flows first.',
        reasons,
      ),
    ),
    ...group(findAmbiguous(facts), (reasons) =>
      refuse(
        'access.ambiguous',
        'Several roles of the target have the same name.',
        'Name the one that is meant by its id under access in drover.yaml.',
        reasons,
      ),
    ),
    ...group(findAmbiguousApps(facts), (reasons) =>
      refuse(
        'access.ambiguous',
        'Several canvas apps may be meant by one name.',
        'Name the one that is meant by its id, or by its name in the solution, under access in drover.yaml.',
        reasons,
      ),
    ),
    ...group(findLostAdministrators(facts), (reasons) =>
      refuse(
        'access.takes-administrator',
        'Administrators of the target would lose their role, because it is not among what the settings declare.',
        'Name the role among those of the team, leave onlyThese out, or have an administrator take it by hand who sees who is left.',
        reasons,
      ),
    ),
  ]
}

function group(reasons: readonly Reason[], say: (reasons: readonly Reason[]) => { readonly refusal: Refusal }): readonly Refusal[] {
  return reasons.length === 0 ? [] : [say(reasons).refusal]
}

function findPersons({ wanted, users }: AccessFacts): readonly Reason[] {
  const named = [
    ...wanted.teams.map(({ name, groupId }) => ({ name: `team ${name}`, groupId })),
    ...wanted.apps.map(({ app, groupId }) => ({ name: app, groupId })),
  ]
  return named.flatMap(({ name, groupId }) => {
    const user = users.find((one) => isSameName(one.groupId, groupId))
    return user === undefined ? [] : [{ subject: name, message: `${groupId} is ${user.name}, a user and no group.` }]
  })
}

function findMissing(facts: AccessFacts): readonly Reason[] {
  const { wanted, arriving } = facts
  const roles = wanted.teams.flatMap((team) =>
    team.roles
      .filter((role) => rolesMeant(facts, team.groupId, role).length === 0 && !arriving.roles.some((one) => isMeant(one, role)))
      .map((role) => ({ subject: `team ${team.name}`, message: `There is no role ${role} in its business unit.` })),
  )
  const profiles = wanted.teams.flatMap((team) =>
    (team.columnSecurityProfiles ?? [])
      .filter((profile) => ![...facts.profiles, ...arriving.profiles].some((one) => isMeant(one, profile)))
      .map((profile) => ({ subject: `team ${team.name}`, message: `There is no column security profile ${profile}.` })),
  )
  const flows = wanted.flows.flatMap(({ flow, team }): Reason[] => [
    ...([...facts.flows, ...arriving.flows].some((one) => isMeant(one, flow))
      ? []
      : [{ subject: flow, message: 'There is no such flow.' }]),
    ...(wanted.teams.some(({ name }) => isSameName(name, team))
      ? []
      : [{ subject: flow, message: `No team ${team} is declared for this stage.` }]),
  ])
  return [...roles, ...profiles, ...flows, ...findMissingApps(facts)]
}

function findLostAdministrators(facts: AccessFacts): readonly Reason[] {
  return planAccess(facts)
    .teams.filter(({ takes }) => takes.roles.some((role) => isSameName(role, administrator)))
    .map(({ name }) => ({ subject: `team ${name}`, message: `It has the role ${administrator}.` }))
}

function findAmbiguous(facts: AccessFacts): readonly Reason[] {
  return facts.wanted.teams.flatMap((team) =>
    team.roles.flatMap((role) => {
      const meant = rolesMeant(facts, team.groupId, role)
      if (meant.length < 2) return []
      return [{ subject: `team ${team.name}`, message: `${role} is ${meant.map(({ id }) => id).join(' or ')}.` }]
    }),
  )
}
