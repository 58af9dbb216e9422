import { checkRules } from '#checks'
import type { Instant, PersonId, ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import type { NewWaiverEvent, WaivedRule, Waiver, WaiverDecision, WaiverState } from '#domain/waiver'
import { decideRevocation, decideWaiver, decideWaiverRequest, findRepeated, stateOfWaiver, waiverStream } from '#domain/waiver'
import { requireConfiguration } from '../apply-configuration.ts'
import { decideOnStream } from '../decide-on-stream.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { listWaiversOf } from './project-waiver.ts'

/** A waiver as doors show it. */
export interface WaiverView {
  readonly waiver: Waiver
  readonly state: WaiverState
}

export interface WaiverList {
  /** Newest first. */
  readonly waivers: readonly WaiverView[]
  /** How often each rule was waived, and which of them is to be changed instead (W-ENA). */
  readonly repeated: ReturnType<typeof findRepeated>
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
  loadWaiver(waiverId: string): Promise<Result<WaiverView>>
  listWaivers(solution?: string): Promise<Result<WaiverList>>
}

export function createWaiverCommands(deps: EngineDependencies): WaiverCommands {
  return {
    requestWaiver: (command) => request(deps, command),
    decideWaiver: (command) => decideOn(deps, command, (waiver, rules) => decideWaiver(waiver, rules, command)),
    revokeWaiver: (command) => decideOn(deps, command, (waiver, rules) => decideRevocation(waiver, rules, command)),
    loadWaiver: async (waiverId) => {
      const waiver = await load(deps, waiverId)
      return waiver.ok ? accept(view(deps, waiver.value)) : waiver
    },
    listWaivers: (solution) => list(deps, solution),
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
  const waiver = await load(deps, waiverId)
  return waiver.ok ? accept(view(deps, waiver.value)) : waiver
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
  if (!decided.ok) return decided
  const after = await load(deps, waiverId)
  return after.ok ? accept(view(deps, after.value)) : after
}

async function list(deps: EngineDependencies, solution: string | undefined): Promise<Result<WaiverList>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const waivers = solution === undefined ? await deps.readModel.list<Waiver>('waiver') : await listWaiversOf(deps, solution)
  return accept({ waivers: waivers.map((waiver) => view(deps, waiver)), repeated: findRepeated(waivers, rules.value.policy) })
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

function view({ clock }: Pick<EngineDependencies, 'clock'>, waiver: Waiver): WaiverView {
  return { waiver, state: stateOfWaiver(waiver, clock.now()) }
}
