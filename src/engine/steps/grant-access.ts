import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { Reason } from '#domain/kernel'
import type { AccessFacts, LackingShare, PlannedAccess } from '#domain/plan'
import { findAccessBlockers, heldBeyond, findShare, isMeant, lackingShares, planAccess, rolesMeant } from '#domain/plan'
import { isSameName } from '#domain/settings'
import type { StageAccess } from '#domain/settings'
import { locateEnvironment } from '../care/locate-environment.ts'
import { settingsOf } from '../plan-promotion.ts'
import { readAccess } from '../planning/read-access.ts'
import type { BringingRun, StepEnd } from '../promotion/run.ts'

/** One change of who may use what; every id in it was looked up, and one of a new team chosen, before the first is sent. */
type Grant =
  | {
      readonly kind: 'make-team'
      readonly teamId: string
      readonly name: string
      readonly groupId: string
      readonly businessUnitId: string
    }
  | {
      readonly kind: 'assign'
      readonly team: string
      readonly groupId: string
      readonly what: 'role' | 'profile'
      readonly id: string
      readonly name: string
      readonly deed: 'give' | 'take'
    }
  | { readonly kind: 'share-flow'; readonly groupId: string; readonly flowId: string; readonly name: string }
  | { readonly kind: 'share-app'; readonly name: string; readonly platformId: string; readonly share: LackingShare }

/**
 * Gives access to groups as the stage declares it, and reads it back. It gives and takes what the approved plan says and nothing else; each change
 * names its end, so that it may be sent again.
 */
export async function grantAccess(run: BringingRun): Promise<StepEnd> {
  const { access } = run.request.plan
  if (access === undefined) return { end: 'done', note: `Nobody's access to ${run.environment.name} is declared.` }
  const decided = await run.ctx.step('access-decide', () => decide(run, access))
  if (decided.end === 'failed') return decided
  for (const [index, grant] of decided.grants.entries()) {
    const failure = await run.ctx.step(`access-${index}`, () => give(run, grant))
    if (failure !== null) return { end: 'failed', refusal: notGiven(run, [failure]) }
  }
  const lacking = await run.ctx.step('access-verify', () => verify(run, access, decided.unshared === null))
  if (lacking.length > 0) return { end: 'failed', refusal: notGiven(run, lacking) }
  const left = decided.unshared === null ? '' : ` Left to a person: ${decided.unshared}`
  return { end: 'done', note: `${decided.grants.length} changes of access made; read back and found as declared.${left}` }
}

type Decided =
  | Extract<StepEnd, { readonly end: 'failed' }>
  | {
      readonly end: 'grant'
      readonly grants: readonly Grant[]
      /** Apps that Drover cannot share, with the reason; null: there are none. */
      readonly unshared: string | null
    }

async function decide(run: BringingRun, approved: PlannedAccess): Promise<Decided> {
  const facts = await look(run)
  if (facts === undefined) return { end: 'grant', grants: [], unshared: null }
  const [blocker] = findAccessBlockers(facts)
  if (blocker !== undefined) return { end: 'failed', refusal: blocker }
  const grants = facts.wanted.teams.flatMap((team): readonly Grant[] => {
    const now = planAccess(facts).teams.find((one) => one.groupId === team.groupId)
    const then = approved.teams.find((one) => one.groupId === team.groupId)
    if (now === undefined || then === undefined) return []
    const { name, groupId } = team
    const assign = (what: 'role' | 'profile', deed: 'give' | 'take', names: readonly string[]): readonly Grant[] =>
      names.flatMap((each) =>
        idsOf(facts, { groupId, what, name: each, deed }).map((id) => ({
          kind: 'assign',
          team: name,
          groupId,
          what,
          id,
          name: each,
          deed,
        })),
      )
    // What came to the team since the plan was approved is nobody's to take unseen.
    const agreed = (names: readonly string[], seen: readonly string[]): readonly string[] => names.filter((each) => seen.includes(each))
    return [
      ...(now.isMade ? [{ kind: 'make-team', teamId: run.deps.ids.guid(), name, groupId, businessUnitId: facts.rootUnitId } as const] : []),
      ...assign('role', 'give', now.gives.roles),
      ...assign('profile', 'give', now.gives.profiles),
      ...assign('role', 'take', agreed(now.takes.roles, then.takes.roles)),
      ...assign('profile', 'take', agreed(now.takes.profiles, then.takes.profiles)),
    ]
  })
  const apps = facts.wanted.apps.map(({ app }) => app).join(', ')
  const unshared = facts.sharing.kind === 'unseen' ? `sharing ${apps} (${facts.sharing.why})` : null
  return { end: 'grant', grants: [...grants, ...shares(facts), ...(await appShares(run, facts))], unshared }
}

async function appShares(run: BringingRun, facts: AccessFacts): Promise<readonly Grant[]> {
  const lacking = lackingShares(facts)
  if (lacking.length === 0) return []
  const { platformId } = (await locateEnvironment(run.deps, run.environment)).administered
  return lacking.map((share) => ({ kind: 'share-app', name: share.app, platformId, share }))
}

function shares(facts: AccessFacts): readonly Grant[] {
  return planAccess(facts).flows.flatMap(({ flow, team, isShared }): Grant[] => {
    const groupId = facts.wanted.teams.find((one) => isSameName(one.name, team))?.groupId
    const found = facts.flows.find((one) => isMeant(one, flow))
    return isShared || groupId === undefined || found === undefined
      ? []
      : [{ kind: 'share-flow', groupId, flowId: found.id, name: found.name }]
  })
}

/** Of what is taken, the very one that the team holds and is not to; of what is given, the one that is meant in the team's business unit. */
function idsOf(
  facts: AccessFacts,
  of: { readonly groupId: string; readonly what: 'role' | 'profile'; readonly name: string; readonly deed: 'give' | 'take' },
): readonly string[] {
  if (of.deed === 'take') return heldBeyond(facts, of)
  if (of.what === 'role') return rolesMeant(facts, of.groupId, of.name).map(({ id }) => id)
  return facts.profiles.filter((profile) => isMeant(profile, of.name)).map(({ id }) => id)
}

async function give(run: BringingRun, grant: Grant): Promise<Reason | null> {
  await run.checkLease()
  try {
    if (grant.kind === 'make-team') {
      await run.target.makeGroupTeam({ ...grant, id: grant.teamId })
      return null
    }
    if (grant.kind === 'share-app') {
      await share(run, grant)
      return null
    }
    // The team of the group, whoever made it.
    const seen = await run.target.fetchAccess(only(grant.groupId))
    const teamId = seen.teams[0]?.id
    if (teamId === undefined) return { subject: grant.name, message: `There is no team of the group ${grant.groupId}.` }
    if (grant.kind === 'share-flow') await run.target.shareFlow({ flowId: grant.flowId, teamId })
    else await run.target.assignTeam({ teamId, what: grant.what, id: grant.id, deed: grant.deed })
    return null
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable) throw error
    return { subject: grant.kind === 'assign' ? `team ${grant.team}` : grant.name, message: errorMessage(error) }
  }
}

/** A share that is put takes the place of what the group has: so it is asked for first, and what has grown since is left. */
async function share(run: BringingRun, { platformId, share: wanted }: Extract<Grant, { readonly kind: 'share-app' }>): Promise<void> {
  const administration = run.deps.administrations.open(run.environment)
  const shares = await administration.listAppShares(platformId, wanted.appId)
  if (findShare(shares, wanted) === undefined) await administration.shareApp(platformId, wanted)
}

function only(groupId: string): StageAccess {
  return { teams: [{ name: '', groupId, roles: [] }], apps: [], flows: [] }
}

/** The target's own word: nothing that is declared may be lacking, and nothing that was to be taken still there. */
async function verify(run: BringingRun, approved: PlannedAccess, areAppsOurs: boolean): Promise<readonly Reason[]> {
  const facts = await look(run)
  if (facts === undefined) return []
  const { teams, flows } = planAccess(facts)
  return [
    ...teams.flatMap(({ name, groupId, isMade, gives, takes }) => [
      ...(isMade ? [{ subject: `team ${name}`, message: 'It is not there.' }] : []),
      ...[...gives.roles, ...gives.profiles].map((each) => ({ subject: `team ${name}`, message: `It does not have ${each}.` })),
      ...[...takes.roles, ...takes.profiles]
        .filter((each) => takenBy(approved, groupId).includes(each))
        .map((each) => ({ subject: `team ${name}`, message: `It still has ${each}.` })),
    ]),
    ...(areAppsOurs ? unsharedApps(facts) : []),
    ...flows.filter(({ isShared }) => !isShared).map(({ flow, team }) => ({ subject: flow, message: `Team ${team} may not see it.` })),
  ]
}

function unsharedApps(facts: AccessFacts): readonly Reason[] {
  const { sharing, wanted } = facts
  if (sharing.kind === 'seen')
    return lackingShares(facts).map(({ app, groupId, role }) => ({ subject: app, message: `Group ${groupId} does not have it (${role}).` }))
  return wanted.apps.map(({ app }) => ({ subject: app, message: `With whom it is shared cannot be read back: ${sharing.why}` }))
}

function takenBy({ teams }: PlannedAccess, groupId: string): readonly string[] {
  const takes = teams.find((team) => team.groupId === groupId)?.takes
  return [...(takes?.roles ?? []), ...(takes?.profiles ?? [])]
}

/** By the settings in force: when they changed since, the attempt has ended before. */
async function look(run: BringingRun): Promise<AccessFacts | undefined> {
  const settings = settingsOf(run.configuration, run.release.solution, run.stage)
  const administered = { administrations: run.deps.administrations, environment: run.environment }
  return readAccess(run.target, { settings, release: run.release, content: [], administered })
}

function notGiven(run: BringingRun, reasons: readonly Reason[]) {
  return refuse(
    'access.not-given',
    `${run.request.solution} ${run.request.version} is installed in ${run.environment.name}, but access is not as the stage declares it.`,
    'Mend what the reasons name, then resume the promotion: what is given already is not given again.',
    reasons,
  ).refusal
}
