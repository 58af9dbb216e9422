import type { Environment } from '#domain/environment'
import { dataOwnersOf, layerPolicyOf } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { Person } from '#domain/people'
import type { ChangeAuthority, ConfigurationChange } from './configuration-change.ts'
import { change, differs } from './configuration-change.ts'
import { diffWindows } from './diff-windows.ts'
import { diffAccounts, diffGrants, diffGroups, diffPersonKind } from './diff-people.ts'
import type { PeopleGate } from './gate-kinds.ts'
import { gateName, isPeopleGate } from './gate-kinds.ts'
import type { Configuration, GateDefinition, GovernedSolution, Pipeline, Stage } from './pipeline.ts'
import { offsetAt } from './wall-clock.ts'

/**
 * What differs, in plain words, with the authority each change needs. What weakens a guard, or says who may open one, needs two people:
 * one admin alone could otherwise open any gate by changing it first. `now` tells which freezes are over.
 */
export function diffConfigurations(before: Configuration | undefined, after: Configuration, now?: Instant): ConfigurationChange[] {
  if (before === undefined) return describeFirst(after)
  return [
    ...diffLists([before.people, after.people], (person) => person.id, diffPeople),
    ...diffAccounts(before, after),
    ...diffGroups(before, after),
    ...diffGrants(before, after),
    ...diffLists([before.environments, after.environments], (environment) => environment.id, diffEnvironments),
    ...diffLists(
      [before.pipelines, after.pipelines],
      (pipeline) => pipeline.id,
      (a, b) => diffPipelines({ proposal: after, wallTime: now && earliestWall([before, after], now) }, a, b),
    ),
    ...diffLists(
      [before.solutions, after.solutions],
      (solution) => solution.uniqueName.toLowerCase(),
      (a, b) => (a === undefined && b !== undefined ? [addSolution(before, after, b)] : diffSolutions(a, b)),
    ),
    ...diffRest(before, after),
  ]
}

type Diff<T> = (before: T | undefined, after: T | undefined) => ConfigurationChange[]

function diffLists<T>(
  [before, after]: readonly [readonly T[], readonly T[]],
  key: (item: T) => string,
  diff: Diff<T>,
): ConfigurationChange[] {
  const keys = [...new Set([...before, ...after].map(key))]
  return keys.flatMap((wanted) =>
    diff(
      before.find((item) => key(item) === wanted),
      after.find((item) => key(item) === wanted),
    ),
  )
}

function describeFirst(after: Configuration): ConfigurationChange[] {
  return [
    ...after.people.map((person) => change(`person ${person.id}`, `Declared, with the roles ${person.roles.join(', ') || 'none'}.`)),
    ...after.environments.map((environment) =>
      change(`environment ${environment.name}`, `Declared: ${environment.purpose}, ${environment.careClass}.`),
    ),
    ...after.pipelines.map((pipeline) =>
      change(`pipeline ${pipeline.name}`, `Declared: ${pipeline.stages.map((stage) => stage.name).join(' → ')}.`),
    ),
    ...after.solutions.map((solution) =>
      change(`solution ${solution.uniqueName}`, `Declared: Tier ${solution.tier}, pipeline ${solution.pipeline}.`),
    ),
  ]
}

/** By ids: what is said of changes stands in the ledger, which holds no names. */
function diffPeople(before: Person | undefined, after: Person | undefined): ConfigurationChange[] {
  if (before === undefined && after !== undefined) {
    return [change(`person ${after.id}`, `Added, with the roles ${after.roles.join(', ') || 'none'}.`, authorityOverRoles(after.roles))]
  }
  if (before !== undefined && after === undefined) return [change(`person ${before.id}`, 'Removed.', authorityOverRoles(before.roles))]
  if (before === undefined || after === undefined) return []
  const subject = `person ${after.id}`
  const gained = after.roles.filter((role) => !before.roles.includes(role))
  const lost = before.roles.filter((role) => !after.roles.includes(role))
  return [
    ...(before.name === after.name ? [] : [change(subject, 'Has another name.')]),
    // Whoever names the account that somebody signs in with could name their own.
    ...(before.subject === after.subject ? [] : [change(subject, 'Signs in with another account.', 'two-people')]),
    ...diffPersonKind(before, after),
    ...(gained.length === 0 ? [] : [change(subject, `Gains the roles ${gained.join(', ')}.`, authorityOverRoles(gained))]),
    ...(lost.length === 0 ? [] : [change(subject, `Loses the roles ${lost.join(', ')}.`, authorityOverRoles(lost))]),
  ]
}

/** Whoever makes a platform-admin alone makes their own second person. */
function authorityOverRoles(roles: Person['roles']): ChangeAuthority {
  return roles.includes('platform-admin') ? 'two-people' : 'platform-admin'
}

function diffEnvironments(before: Environment | undefined, after: Environment | undefined): ConfigurationChange[] {
  if (before === undefined && after !== undefined) {
    // Whoever alone could name a new place to go to could name production under another name.
    return [change(`environment ${after.name}`, `Added: ${after.purpose}, ${after.careClass}, ${after.url}.`, 'two-people')]
  }
  if (before !== undefined && after === undefined) {
    return [change(`environment ${before.name}`, 'Removed.', before.careClass === 'pet' ? 'two-people' : 'platform-admin')]
  }
  if (before === undefined || after === undefined) return []
  const subject = `environment ${after.name}`
  const guarded = before.careClass === 'pet' ? 'two-people' : 'platform-admin'
  const weakens = before.careClass === 'pet' && after.careClass === 'cattle'
  return [
    ...(before.name === after.name ? [] : [change(subject, `Renamed from ${before.name}.`)]),
    ...differs(before.careClass, after.careClass, () =>
      change(subject, `Care class changes from ${before.careClass} to ${after.careClass}.`, weakens ? 'two-people' : 'platform-admin'),
    ),
    ...differs(before.purpose, after.purpose, () =>
      change(subject, `Purpose changes from ${before.purpose} to ${after.purpose}.`, guarded),
    ),
    ...differs(before.owner, after.owner, () => change(subject, `Owner changes from ${before.owner} to ${after.owner}.`)),
    ...differs(dataOwnersOf(before), dataOwnersOf(after), () =>
      change(
        subject,
        `Who answers for its data changes from ${dataOwnersOf(before).join(', ')} to ${dataOwnersOf(after).join(', ')}.`,
        guarded,
      ),
    ),
    ...differs(layerPolicyOf(before), layerPolicyOf(after), () =>
      change(
        subject,
        `Layer policy changes from ${layerPolicyOf(before).kind} to ${layerPolicyOf(after).kind}: ${layerPolicyOf(after).reason}`,
        guarded,
      ),
    ),
    ...differs([before.url, before.connectivityUrl], [after.url, after.connectivityUrl], () =>
      change(subject, `Address changes from ${before.url} to ${after.url}.`, 'two-people'),
    ),
    ...diffServices(before, after),
    ...differs(before.recovers, after.recovers, () =>
      change(
        subject,
        `What may be restored into it changes from ${before.recovers ?? 'nothing'} to ${after.recovers ?? 'nothing'}.`,
        after.recovers === undefined ? 'platform-admin' : 'two-people',
      ),
    ),
    ...differs(before.endsAt, after.endsAt, () =>
      change(subject, `When it is removed changes from ${before.endsAt ?? 'never'} to ${after.endsAt ?? 'never'}.`),
    ),
    ...differs(before.credentials, after.credentials, () =>
      change(subject, 'The identity that Drover signs in with changes.', 'two-people'),
    ),
    ...differs(before.observer, after.observer, () => change(subject, 'The identity that Drover looks at it with changes.', 'two-people')),
    ...differs(before.administrator, after.administrator, () =>
      change(subject, 'The identity that Drover asks the tenant with changes.', 'two-people'),
    ),
  ]
}

/** Where the tenant is administered. A pet that is administered nowhere gets no restore points, so that weakens it. */
function diffServices(before: Environment, after: Environment): ConfigurationChange[] {
  const subject = `environment ${after.name}`
  const authority = (address: string | undefined): ConfigurationChange['authority'] => {
    if (address === undefined) return before.careClass === 'pet' ? 'two-people' : 'platform-admin'
    return goesNowhereNew(before, address) ? 'platform-admin' : 'two-people'
  }
  const said = (what: string, was: string | undefined, is: string | undefined): ConfigurationChange[] =>
    differs(was, is, () => change(subject, `${what} changes from ${was ?? 'none'} to ${is ?? 'none'}.`, authority(is)))
  return [
    ...said('Address of administration', before.administrationUrl, after.administrationUrl),
    ...said('Address of the Power Platform API', before.platformApiUrl, after.platformApiUrl),
    ...said('Address of the API of Power Apps', before.powerAppsUrl, after.powerAppsUrl),
  ]
}

/** Whether tokens go to no other server than before. */
function goesNowhereNew({ url, connectivityUrl }: Environment, address: string): boolean {
  const origin = (text: string): string => (URL.canParse(text) ? new URL(text).origin : text)
  return [url, connectivityUrl].some((known) => origin(known) === origin(address))
}

interface Proposed {
  readonly proposal: Configuration
  readonly wallTime: string | undefined
}

/** What the wall clock shows, in the zone that is behind where the zone changes. */
function earliestWall(configurations: readonly Configuration[], now: Instant): string {
  const at = Date.parse(now)
  const walls = configurations.map(({ timeZone }) => new Date(at + offsetAt(timeZone, at)).toISOString().slice(0, 16))
  return walls.sort()[0] ?? ''
}

function diffPipelines(proposed: Proposed, before: Pipeline | undefined, after: Pipeline | undefined): ConfigurationChange[] {
  const { proposal } = proposed
  if (before === undefined && after !== undefined) {
    const authority = after.stages.some((stage) => isIntoPet(proposal, stage)) ? 'two-people' : 'platform-admin'
    return [change(`pipeline ${after.name}`, `Added: ${after.stages.map((stage) => stage.name).join(' → ')}.`, authority)]
  }
  if (before !== undefined && after === undefined) return [change(`pipeline ${before.name}`, 'Removed.', 'two-people')]
  if (before === undefined || after === undefined) return []
  const subject = `pipeline ${after.name}`
  const orderBefore = before.stages.map((stage) => stage.id).filter((id) => after.stages.some((stage) => stage.id === id))
  const orderAfter = after.stages.map((stage) => stage.id).filter((id) => orderBefore.includes(id))
  return [
    ...(before.name === after.name ? [] : [change(subject, `Renamed from ${before.name}.`)]),
    ...differs(before.source, after.source, () =>
      change(subject, `Source changes from ${before.source} to ${after.source}.`, 'two-people'),
    ),
    ...differs(orderBefore, orderAfter, () => change(subject, `The order of stages changes to ${orderAfter.join(' → ')}.`, 'two-people')),
    ...diffLists(
      [before.stages, after.stages],
      (stage) => stage.id,
      (a, b) => diffStages({ pipeline: after.name, ...proposed }, a, b),
    ),
    ...diffWaysIntoPets(proposal, before, after),
  ]
}

/**
 * A stage that comes to stand right before a pet. Tests, the time without an incident and the bytes that arrived are asked of that stage, so
 * whoever alone put one there could have all of it shown in a place that nobody uses.
 */
function diffWaysIntoPets(proposal: Configuration, before: Pipeline, after: Pipeline): ConfigurationChange[] {
  return after.stages.flatMap((stage, index) => {
    const entered = after.stages[index - 1]
    const isNew = entered !== undefined && !before.stages.some(({ id }) => id === entered.id)
    if (!isNew || !isIntoPet(proposal, stage)) return []
    return [
      change(`stage ${stage.name} of pipeline ${after.name}`, `What goes in shows itself in ${entered.name} from now on.`, 'two-people'),
    ]
  })
}

/** Whether a stage leads into a pet; one that leads to nobody knows where is treated so. */
function isIntoPet(configuration: Configuration, stage: Stage): boolean {
  return configuration.environments.find((environment) => environment.id === stage.environment)?.careClass !== 'cattle'
}

function diffStages(
  { pipeline, proposal, wallTime }: Proposed & { readonly pipeline: string },
  before: Stage | undefined,
  after: Stage | undefined,
): ConfigurationChange[] {
  const subject = `stage ${(after ?? before)?.name} of pipeline ${pipeline}`
  if (after === undefined) return [change(subject, 'Removed.', 'two-people')]
  if (before === undefined) return [change(subject, 'Added.', isIntoPet(proposal, after) ? 'two-people' : 'platform-admin')]
  return [
    ...(before.name === after.name ? [] : [change(subject, `Renamed from ${before.name}.`)]),
    ...differs(before.environment, after.environment, () =>
      change(subject, `Environment changes from ${before.environment} to ${after.environment}.`, 'two-people'),
    ),
    ...diffLists(
      [before.gates, after.gates],
      (gate) => gate.kind,
      (a, b) => diffGates(subject, a, b),
    ),
    ...diffWindows({ subject, isIntoPet: isIntoPet(proposal, after), wallTime }, before, after),
  ]
}

function diffGates(stage: string, before: GateDefinition | undefined, after: GateDefinition | undefined): ConfigurationChange[] {
  const kind = (after ?? before)?.kind
  if (kind === undefined) return []
  const subject = `gate ${gateName(kind)} of ${stage}`
  if (after === undefined) return [change(subject, 'Removed.', 'two-people')]
  if (before === undefined) {
    return isPeopleGate(after)
      ? [
          change(
            subject,
            `Added: ${[...after.people, ...(after.groups ?? []).map((id) => `group ${id}`)].join(', ')} may decide from now on.`,
            'two-people',
          ),
        ]
      : [change(subject, 'Added.')]
  }
  if (!isPeopleGate(before) || !isPeopleGate(after)) return []
  const added = after.people.filter((id) => !before.people.includes(id))
  const removed = before.people.filter((id) => !after.people.includes(id))
  return [
    ...(added.length === 0 ? [] : [change(subject, `${added.join(', ')} may decide from now on.`, 'two-people')]),
    ...(removed.length === 0 ? [] : [change(subject, `${removed.join(', ')} may no longer decide.`, 'two-people')]),
    ...differs(before.groups ?? [], after.groups ?? [], () =>
      change(subject, `The groups whose members may decide change from ${groupNames(before)} to ${groupNames(after)}.`, 'two-people'),
    ),
    ...differs(before.quorum, after.quorum, () =>
      change(
        subject,
        `Quorum changes from ${before.quorum} to ${after.quorum}.`,
        after.quorum < before.quorum ? 'two-people' : 'platform-admin',
      ),
    ),
    ...differs(before.whenDemanded, after.whenDemanded, () =>
      change(
        subject,
        after.whenDemanded === true ? 'It is asked only where policy demands it.' : 'It is asked of all that goes into the stage.',
        after.whenDemanded === true ? 'two-people' : 'platform-admin',
      ),
    ),
    ...differs(before.expiresAfterHours, after.expiresAfterHours, () =>
      change(
        subject,
        `An undecided request lapses after ${after.expiresAfterHours} hours instead of ${before.expiresAfterHours}.`,
        after.expiresAfterHours > before.expiresAfterHours ? 'two-people' : 'platform-admin',
      ),
    ),
  ]
}

function groupNames({ groups = [] }: PeopleGate): string {
  return groups.join(', ') || 'none'
}

/** A way that two people have agreed on may be used by one more solution; a way made or changed for it is judged with it. */
function addSolution(before: Configuration, after: Configuration, solution: GovernedSolution): ConfigurationChange {
  const [known, wanted] = [before, after].map((each) => each.pipelines.find((pipeline) => pipeline.id === solution.pipeline))
  const isKnownWay = known !== undefined && canonicalJson(known) === canonicalJson(wanted)
  const text = `Added: Tier ${solution.tier}, pipeline ${solution.pipeline}.`
  return change(`solution ${solution.uniqueName}`, text, isKnownWay ? 'platform-admin' : 'two-people')
}

function diffSolutions(before: GovernedSolution | undefined, after: GovernedSolution | undefined): ConfigurationChange[] {
  if (before !== undefined && after === undefined) return [change(`solution ${before.uniqueName}`, 'Removed.', 'two-people')]
  if (before === undefined || after === undefined) return []
  const subject = `solution ${after.uniqueName}`
  const stages = [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])]
  const settings: Readonly<Record<string, unknown>> = before.settings
  const newSettings: Readonly<Record<string, unknown>> = after.settings
  return [
    ...differs(before.tier, after.tier, () =>
      change(subject, `Tier changes from ${before.tier} to ${after.tier}.`, after.tier < before.tier ? 'two-people' : 'platform-admin'),
    ),
    ...differs(before.owner, after.owner, () => change(subject, `Owner changes from ${before.owner} to ${after.owner}.`)),
    ...differs(before.backupOwner, after.backupOwner, () =>
      change(subject, `Who stands in for its owner changes from ${before.backupOwner ?? 'nobody'} to ${after.backupOwner ?? 'nobody'}.`),
    ),
    ...differs(before.pipeline, after.pipeline, () =>
      change(subject, `Pipeline changes from ${before.pipeline} to ${after.pipeline}.`, 'two-people'),
    ),
    ...differs(before.versioning, after.versioning, () =>
      change(subject, `Versioning changes from ${before.versioning} to ${after.versioning}.`),
    ),
    ...differs(before.configurationData, after.configurationData, () =>
      change(
        subject,
        `Configuration data comes from ${after.configurationData ?? 'nowhere'} instead of ${before.configurationData ?? 'nowhere'}.`,
      ),
    ),
    ...differs(before.monitoring, after.monitoring, () =>
      change(
        subject,
        `It is watched at ${after.monitoring?.url ?? 'no place that is named'} instead of ${before.monitoring?.url ?? 'none'}.`,
      ),
    ),
    ...stages.flatMap((stage) =>
      differs(settings[stage], newSettings[stage], () => change(subject, `Settings for stage ${stage} change.`)),
    ),
  ]
}

function diffRest(before: Configuration, after: Configuration): ConfigurationChange[] {
  return [
    ...differs(before.tenant, after.tenant, () => change('tenant', `Changes from ${before.tenant} to ${after.tenant}.`, 'two-people')),
    ...differs(before.timeZone, after.timeZone, () =>
      change(
        'time zone',
        `Changes from ${before.timeZone} to ${after.timeZone}.`,
        hasWindowsBeforePets(before) ? 'two-people' : 'platform-admin',
      ),
    ),
    // Whoever names the issuer says who everybody is.
    ...differs(before.signIn, after.signIn, () =>
      change('sign-in', `Changes from ${before.signIn?.issuer ?? 'none'} to ${after.signIn?.issuer ?? 'none'}.`, 'two-people'),
    ),
    ...differs(before.sourceHosts, after.sourceHosts, () =>
      // Who is asked about reviews can answer that there was one.
      change('source hosts', `Changes to ${after.sourceHosts?.map(({ site }) => site).join(', ') || 'none'}.`, 'two-people'),
    ),
    ...differs(before.anchors, after.anchors, () =>
      change('anchors', `Changes to ${after.anchors?.map(({ kind }) => kind).join(', ') || 'none'}.`, losesAnchor(before, after)),
    ),
    // What is removed here afterwards lies there alone.
    ...differs(before.archive, after.archive, () =>
      change('archive', `Changes from ${before.archive?.folder ?? 'none'} to ${after.archive?.folder ?? 'none'}.`, 'two-people'),
    ),
    ...diffNotifications(before, after),
    // It shows where releases come from, has the tags that anchor the ledger, and gives rows that go in: whoever moves it has all of that.
    ...differs(before.sourceRepository, after.sourceRepository, () =>
      change('source repository', `Changes from ${before.sourceRepository} to ${after.sourceRepository}.`, 'two-people'),
    ),
  ]
}

/** Whoever silences a channel could do what nobody is told of. */
function diffNotifications(before: Configuration, after: Configuration): ConfigurationChange[] {
  const kept = new Set((after.notifications?.channels ?? []).map((channel) => canonicalJson(channel)))
  const isHeard = (before.notifications?.channels ?? []).every((channel) => kept.has(canonicalJson(channel)))
  return differs(before.notifications, after.notifications, () =>
    change(
      'notifications',
      `Change to ${after.notifications?.channels.map(({ id, kind }) => `${id} (${kind})`).join(', ') || 'none'}.`,
      isHeard ? 'platform-admin' : 'two-people',
    ),
  )
}

/** An anchor that is gone no longer tells when the ledger is rebuilt. */
function losesAnchor(before: Configuration, after: Configuration): ChangeAuthority {
  const kept = new Set((after.anchors ?? []).map((target) => canonicalJson(target)))
  return (before.anchors ?? []).every((target) => kept.has(canonicalJson(target))) ? 'platform-admin' : 'two-people'
}

/** Another zone moves every window and freeze. */
function hasWindowsBeforePets(configuration: Configuration): boolean {
  const stages = configuration.pipelines.flatMap((pipeline) => pipeline.stages)
  return stages.some((stage) => (stage.changeWindows ?? stage.freezes) !== undefined && isIntoPet(configuration, stage))
}
