import type { Environment, InstalledSolution } from '#domain/environment'
import { isAdministered, laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, ReleaseId, Result, Version } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { findInstalled } from '#domain/plan'
import { actingOn, applyOverride, findRedeployBar, refuseActor } from '#domain/policy'
import type { Promotion, RecoveryIntent } from '#domain/promotion'
import type { RanThere } from '#domain/recovery'
import { listKnownGood } from '#domain/recovery'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { findEnvironment, findWayOf } from '../find.ts'
import { requestPromotion } from '../promotion/request-promotion.ts'
import { withdrawPromotion } from '../promotion/withdraw.ts'
import type { PromotionEntry, ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'
import { findRefusal, isAboutVersion } from './foresee-recovery.ts'
import type { PlaceHistory } from './load-history.ts'
import { findWhatBrought, loadHistory } from './load-history.ts'
import { repackRelease } from './repack-release.ts'

export interface RollbackCommand {
  readonly environmentId: EnvironmentId
  readonly solution: string
  /** A release that ran there; undefined: the known-good one. */
  readonly to?: ReleaseId | undefined
  /** Undefined: the same bytes where the environment takes them, else packed again under a higher version. */
  readonly way?: 'redeploy' | 'repack' | 'uninstall' | undefined
  readonly reason: string
  /** Of an uninstallation: the name of the environment, as it was typed. */
  readonly typedName?: string | undefined
  /** What of the solution waits to go in there is withdrawn first. */
  readonly isWithdrawing?: boolean | undefined
  readonly actor: PersonId
}

/** What stands in a place, and where it came from. */
interface Standing {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly installed: InstalledSolution
  readonly history: PlaceHistory
  /** The promotion that brought, or tried to bring, what is there; undefined: none of ours. */
  readonly brought: PromotionEntry | undefined
}

/**
 * Asks for a place to go back to a known good release: a promotion like any other, with its plan, its gates as policy says, and everything that
 * decisions are bound to. It has one way and one artifact: what people approve is what is done.
 */
export async function rollback(deps: EngineDependencies, command: RollbackCommand): Promise<Result<PromotionView>> {
  const stood = await loadStanding(deps, command)
  if (!stood.ok) return stood
  const standing = stood.value
  if (command.way === 'uninstall') return uninstall(deps, command, standing)
  const destination = await chooseRelease(deps, command, standing)
  if (!destination.ok) return destination
  const { release, isOfOthers } = destination.value
  const chosen = await chooseWay(deps, { command, standing, release })
  if (!chosen.ok) return chosen
  const { way, why } = chosen.value
  const reason = [command.reason.trim(), why].filter((part) => part !== '').join(' ')
  const asked = { command, standing, intent: { way, reason, ...(isOfOthers ? { isOfOthers } : {}) } }
  if (way === 'redeploy') return ask(deps, { ...asked, release })
  const packed = await repackRelease(deps, { release, above: standing.installed.version, actor: command.actor, reason })
  return packed.ok ? ask(deps, { ...asked, release: packed.value }) : packed
}

/** Whoever may not ask is told before anything is read or made. */
async function loadStanding(deps: EngineDependencies, command: RollbackCommand): Promise<Result<Standing>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const environment = findEnvironment(configuration, command.environmentId)
  if (!environment.ok) return environment
  const policy = applyOverride(deps.policy, configuration.policy)
  const unfit = refuseActor(actingOn(configuration, { solution: command.solution, environment: environment.value.id }), command.actor, {
    may: policy.mayRequest,
    deed: 'ask for a recovery',
  })
  if (unfit !== undefined) return unfit
  if (command.reason.trim() === '') {
    return refuse('recovery.reason-needed', 'A recovery is asked for only with a reason.', 'Say what went wrong, with --reason "…".')
  }
  const { solution } = command
  const observed = await deps.environments.open(environment.value).observe({ solution, connectionIds: [] })
  const installed = findInstalled(observed, solution)
  if (installed === undefined) {
    const message = `${solution} is not installed in ${environment.value.name}, so there is nothing to go back from.`
    return refuse('recovery.nothing-there', message, `Look at it with \`drover env show ${environment.value.id}\`.`)
  }
  const history = await loadHistory(deps, { lane: laneOf(environment.value), solution })
  const brought = await findWhatBrought(deps, history, installed.version)
  return accept({ environment: environment.value, configuration, installed, history, brought })
}

/** What is gone back to, and whether it is known by its number alone. */
interface Destination {
  readonly release: Release
  readonly isOfOthers: boolean
}

async function chooseRelease(deps: EngineDependencies, command: RollbackCommand, standing: Standing): Promise<Result<Destination>> {
  const { environment, history, brought, installed } = standing
  const leaving = await contentOf(deps, brought?.releaseId)
  const good = listKnownGood(history.succeeded, leaving)
  const { to } = command
  const wanted = to === undefined ? good[0] : good.find(({ releaseId, contentOf }) => releaseId === to || contentOf === to)
  if (wanted !== undefined) return loadOriginal(deps, wanted)
  const broughtByOthers = await findOfOthers(deps, standing)
  if (broughtByOthers !== undefined && (to ?? broughtByOthers.id) === broughtByOthers.id)
    return accept({ release: broughtByOthers, isOfOthers: true })
  if (to !== undefined) return refuseOther({ to, leaving, standing, good })
  const only = history.succeeded.length <= 1 && (await isFirst(deps, brought))
  const { solution } = command
  if (only) {
    return refuse(
      'recovery.first-release',
      `${solution} ${installed.version} is the first release in ${environment.name}: there is none to go back to.`,
      `Take it away with \`drover rollback ${environment.id} ${solution} --way uninstall --confirm "${environment.name}" --reason "…"\`, or roll forward with a hotfix.`,
    )
  }
  return refuse(
    'recovery.no-known-good',
    `Nothing that Drover brought to ${environment.name} before ${solution} ${installed.version} is known good; what others brought may exist nowhere else.`,
    `Name a release that holds it with --to, after preparing one from its file; or roll forward with \`drover hotfix start ${solution} --env ${environment.id} --reason "…"\`.`,
  )
}

/** Of a brown field: a release of the store that has the version which was there before the first of ours. */
async function findOfOthers(deps: EngineDependencies, { history, brought, installed }: Standing): Promise<Release | undefined> {
  if (history.succeeded.length > 1 || brought === undefined) return undefined
  const before = await loadVersionBefore(deps, brought)
  if (before === undefined || before === installed.version) return undefined
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { where: { solutionKey: solutionKey(brought.solution) } })
  const entry = rows.find(({ version }) => version === before)
  return entry && deps.readModel.load<Release>('release', entry.releaseId)
}

async function loadVersionBefore(deps: EngineDependencies, { promotionId }: PromotionEntry): Promise<Version | undefined> {
  return (await deps.readModel.load<Promotion>('promotion', promotionId))?.request.plan.fromVersion
}

async function contentOf(deps: EngineDependencies, id: ReleaseId | undefined): Promise<ReleaseId | undefined> {
  const release = id === undefined ? undefined : await deps.readModel.load<Release>('release', id)
  return release?.repackOf?.releaseId ?? id
}

/** What was packed again is gone back to by what it was made from: its bytes were tested first. */
async function loadOriginal(deps: EngineDependencies, ran: RanThere): Promise<Result<Destination>> {
  const release = await deps.readModel.load<Release>('release', ran.contentOf)
  if (release !== undefined) return accept({ release, isOfOthers: false })
  return refuse('release.unknown', `The ledger holds no sealed release ${ran.contentOf}.`, 'Name another one with --to.')
}

/** Going back is no way around the gates of a release: what was left by a recovery, or never ran there, is asked for as any other. */
function refuseOther(of: {
  readonly to: ReleaseId
  readonly leaving: ReleaseId | undefined
  readonly standing: Standing
  readonly good: readonly RanThere[]
}): ReturnType<typeof refuse> {
  const { to, leaving, good } = of
  const { environment, history, installed } = of.standing
  const known = good.map(({ releaseId, version }) => `${releaseId} (${version})`).join(', ') || 'none'
  const ran = history.succeeded.find(({ releaseId, contentOf }) => releaseId === to || contentOf === to)
  const hint = `Name one of these: ${known}.`
  if (ran === undefined) {
    const message = `${to} has never run in ${environment.name}; only what ran there before is gone back to.`
    return refuse('recovery.never-ran-there', message, hint)
  }
  const why =
    ran.contentOf === leaving
      ? `is what ${environment.name} has now (${installed.version})`
      : 'was left by a later recovery, or stood after it'
  return refuse('recovery.not-known-good', `${to} (${ran.version}) ${why}.`, `${hint} To bring it in again, ask for a promotion of it.`)
}

async function isFirst(deps: EngineDependencies, brought: PromotionEntry | undefined): Promise<boolean> {
  const promotion = brought && (await deps.readModel.load<Promotion>('promotion', brought.promotionId))
  return promotion?.request.plan.mode === 'install'
}

type Way = { readonly way: 'redeploy' | 'repack'; readonly why: string }

/**
 * Asks the environment itself whether it takes the lower version, by having it validate the file: that changes nothing, and its answer is
 * believed. That validation tells it before the import does is unverified; where only the import says no, the promotion fails and changes nothing.
 */
async function chooseWay(
  deps: EngineDependencies,
  { command, standing, release }: { readonly command: RollbackCommand; readonly standing: Standing; readonly release: Release },
): Promise<Result<Way>> {
  const { environment, history } = standing
  if (command.way === 'repack') return accept({ way: 'repack', why: '' })
  const barred = findRedeployBar(applyOverride(deps.policy, standing.configuration.policy))
  if (barred !== undefined && command.way === undefined)
    return accept({ way: 'repack', why: `(policy holds redeploying for no way back: ${barred})` })
  const before = await findRefusal(deps, history)
  if (before !== undefined && command.way === undefined)
    return accept({ way: 'repack', why: `(${environment.name} has refused a lower version before: ${before})` })
  const staged = await deps.environments.open(environment).stage(await deps.artifacts.get(release.managed.digest))
  const said = staged.problems.find(({ message }) => isAboutVersion(message))
  if (staged.isValid || said === undefined) return accept({ way: 'redeploy', why: '' })
  if (command.way === undefined) return accept({ way: 'repack', why: `(${environment.name} refuses the lower version: ${said.message})` })
  return refuse(
    'recovery.redeploy-refused',
    `${environment.name} does not take ${release.solution} ${release.version} over ${standing.installed.version}; nothing was changed.`,
    `Go back with the same content under a higher version: \`drover rollback ${environment.id} ${release.solution} --way repack --reason "…"\`.`,
    [said],
  )
}

/** The recovery of a first release. It ends something in a pet, so its name is typed, and the step itself asks for the rest. */
async function uninstall(deps: EngineDependencies, command: RollbackCommand, standing: Standing): Promise<Result<PromotionView>> {
  const { environment, brought, installed, history } = standing
  const { solution } = command
  if (command.typedName !== environment.name) {
    return refuse(
      'recovery.name-needed',
      `Uninstalling ${solution} from ${environment.name} deletes its tables with all their rows, and the name of the environment was not given as it is.`,
      `Give it with --confirm "${environment.name}".`,
    )
  }
  if (environment.careClass === 'pet' && !isAdministered(environment)) {
    return refuse(
      'recovery.no-restore-point',
      `${environment.name} names no administration (administrationUrl and platformApiUrl), so there can be no fresh restore point, without which nothing in a pet is uninstalled.`,
      `Configure them, or roll forward with \`drover hotfix start ${solution} --env ${environment.id} --reason "…"\`.`,
    )
  }
  if (brought === undefined || history.succeeded.length > 1 || !(await isFirst(deps, brought))) {
    return refuse(
      'recovery.not-first',
      `${solution} ${installed.version} is not the first release in ${environment.name}; only a first release is taken away.`,
      `Go back to a known-good one: \`drover rollback ${environment.id} ${solution} --reason "…"\`.`,
    )
  }
  const release = await deps.readModel.load<Release>('release', brought.releaseId)
  if (release === undefined)
    return refuse('release.unknown', `The ledger holds no sealed release ${brought.releaseId}.`, 'Uninstall it by hand.')
  return ask(deps, {
    command,
    standing,
    release,
    intent: { way: 'uninstall', reason: command.reason.trim(), typedName: command.typedName },
  })
}

async function ask(
  deps: EngineDependencies,
  of: {
    readonly command: RollbackCommand
    readonly standing: Standing
    readonly release: Release
    readonly intent: Omit<RecoveryIntent, 'kind' | 'of'>
  },
): Promise<Result<PromotionView>> {
  const { command, standing, release } = of
  const pipeline = findWayOf(standing.configuration, release)
  if (!pipeline.ok) return pipeline
  const stage = pipeline.value.stages.find(({ environment }) => environment === standing.environment.id)
  if (stage === undefined) {
    const message = `${standing.environment.name} is no stage of the pipeline ${pipeline.value.name}, along which ${release.solution} goes.`
    return refuse('stage.unknown', message, 'Name an environment of its stages; `drover board` shows them.')
  }
  const waiting = standing.history.promotions.filter(({ state }) => state === 'pending')
  for (const { promotionId } of command.isWithdrawing === true ? waiting : []) {
    const withdrawn = await withdrawPromotion(deps, { promotionId, actor: command.actor })
    if (!withdrawn.ok) return withdrawn
  }
  const intent: RecoveryIntent = { ...of.intent, kind: 'recovery', of: standing.brought?.promotionId }
  const asked = await requestPromotion(deps, { releaseId: release.id, stageId: stage.id, actor: command.actor, intent })
  if (asked.ok || asked.refusal.code !== 'promotion.already-open' || waiting.length === 0) return asked
  const hint = `Add --withdraw to withdraw it and go back in one step; somebody else's takes who may withdraw that.`
  return { ok: false, refusal: { ...asked.refusal, hint } }
}
