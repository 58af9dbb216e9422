import { checkRules } from '#checks'
import type { Instant, PersonId, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import type { NewWaiverEvent, WaivedRule, Waiver, WaiverChoices, WaiverDecision, WaiverPermit, WaiverState } from '#domain/waiver'
import {
  decideRevocation,
  decideWaiver,
  decideWaiverRequest,
  findRepeated,
  permitOf,
  stateOfWaiver,
  waiverChoices,
  waiverStream,
} from '#domain/waiver'
import { requireConfiguration } from '../apply-configuration.ts'
import { decideOnStream } from '../decide-on-stream.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { listWaiversOf } from './project-waiver.ts'

/** A waiver as doors show it, with what the asking person may say of it. */
export interface WaiverView extends WaiverPermit {
  readonly waiver: Waiver
  readonly state: WaiverState
}

export interface WaiverList {
  /** Newest first. */
  readonly waivers: readonly WaiverView[]
  /** How often each rule was waived, and which of them is to be changed instead (W-ENA). */
  readonly repeated: ReturnType<typeof findRepeated>
  /** What the asking person may ask for. */
  readonly choices: WaiverChoices
}

interface Command {
  readonly waiverId: string
  readonly actor: PersonId
}

export interface WaiverCommands {
  requestWaiver(command: {
    readonly waives: WaivedRule
    readonly solution: string
    readonly stageId?: StageId | undefined
    /** Only of this release's artifact. */
    readonly releaseId?: ReleaseId | undefined
    readonly place?: string | undefined
    readonly reason: string
    readonly measure: string
    readonly from?: Instant | undefined
    readonly until: Instant
    readonly actor: PersonId
  }): Promise<Result<WaiverView>>
  decideWaiver(command: Command & { readonly verdict: WaiverDecision['verdict']; readonly comment: string }): Promise<Result<WaiverView>>
  revokeWaiver(command: Command & { readonly reason: string }): Promise<Result<WaiverView>>
  loadWaiver(waiverId: string, viewer: PersonId): Promise<Result<WaiverView>>
  listWaivers(viewer: PersonId, solution?: string): Promise<Result<WaiverList>>
}

export function createWaiverCommands(deps: EngineDependencies): WaiverCommands {
  return {
    requestWaiver: (command) => request(deps, command),
    decideWaiver: (command) => decideOn(deps, command, (waiver, rules) => decideWaiver(waiver, rules, command)),
    revokeWaiver: (command) => decideOn(deps, command, (waiver, rules) => decideRevocation(waiver, rules, command)),
    loadWaiver: (waiverId, viewer) => show(deps, waiverId, viewer),
    listWaivers: (viewer, solution) => list(deps, viewer, solution),
  }
}

async function request(deps: EngineDependencies, command: Parameters<WaiverCommands['requestWaiver']>[0]): Promise<Result<WaiverView>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const { waives, solution, stageId, releaseId, place, reason, measure, until, actor } = command
  const release = releaseId === undefined ? undefined : await deps.readModel.load<Release>('release', releaseId)
  if (releaseId !== undefined && release?.solution.toLowerCase() !== solution.toLowerCase())
    return refuse('release.unknown', `There is no sealed release "${releaseId}" of ${solution}.`, 'List them with `drover release list`.')
  const { now } = rules.value
  const scope = { solution, stageId, artifact: release?.managed.digest, place }
  const waiverId = deps.ids.next('w')
  const words = { reason: reason.trim(), measure: measure.trim() }
  const asked = {
    waiverId,
    waives,
    scope,
    ...words,
    requestedBy: actor,
    requestedAt: now,
    from: inUtc(command.from ?? now),
    until: inUtc(until),
  }
  const decided = decideWaiverRequest(asked, { ...rules.value, knownRules: checkRules.map(({ id }) => id) })
  if (!decided.ok) return decided
  await deps.ledger.append({ stream: waiverStream(waiverId), expectedVersion: 0, actor, events: decided.value })
  return show(deps, waiverId, actor)
}

type Rules = Parameters<typeof decideWaiver>[1]

/** Appends what is decided of a waiver as it is then; of two at once the second is judged by what the first made of it. */
async function decideOn(
  deps: EngineDependencies,
  { waiverId, actor }: Command,
  decide: (waiver: Waiver, rules: Rules) => Result<readonly NewWaiverEvent[]>,
): Promise<Result<WaiverView>> {
  const decided = await decideOnStream(deps.ledger, { stream: waiverStream(waiverId), actor }, async () => {
    const [rules, waiver] = [await loadRules(deps), await load(deps, waiverId)]
    if (!rules.ok) return rules
    return waiver.ok ? decide(waiver.value, rules.value) : waiver
  })
  return decided.ok ? show(deps, waiverId, actor) : decided
}

async function show(deps: EngineDependencies, waiverId: string, viewer: PersonId): Promise<Result<WaiverView>> {
  const waiver = await load(deps, waiverId)
  if (!waiver.ok) return waiver
  const rules = await loadRules(deps)
  return rules.ok ? accept(view(waiver.value, rules.value, viewer)) : rules
}

async function list(deps: EngineDependencies, viewer: PersonId, solution: string | undefined): Promise<Result<WaiverList>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const waivers = solution === undefined ? await deps.readModel.list<Waiver>('waiver') : await listWaiversOf(deps, solution)
  return accept({
    waivers: waivers.map((waiver) => view(waiver, rules.value, viewer)),
    repeated: findRepeated(waivers, rules.value.policy),
    choices: waiverChoices(rules.value, viewer, checkRules),
  })
}

async function load(deps: EngineDependencies, waiverId: string): Promise<Result<Waiver>> {
  const waiver = await deps.readModel.load<Waiver>('waiver', waiverId)
  if (waiver !== undefined) return accept(waiver)
  return refuse('waiver.unknown', `There is no waiver "${waiverId}".`, 'Name one that `drover waiver list` shows.')
}

async function loadRules(deps: EngineDependencies): Promise<Result<Rules>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  return accept({ configuration, policy: applyOverride(deps.policy, configuration.policy), now: deps.clock.now() })
}

function inUtc(moment: Instant): Instant {
  return toId<Instant>(new Date(moment).toISOString())
}

function view(waiver: Waiver, rules: Rules, viewer: PersonId): WaiverView {
  return { waiver, state: stateOfWaiver(waiver, rules.now), ...permitOf(waiver, rules, viewer) }
}
