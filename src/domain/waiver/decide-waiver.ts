import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Role } from '#domain/people'
import { findPerson, peopleIn, personName } from '#domain/people'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import type { Policy, Sourced } from '#domain/policy'
import { actingOn, refuseActor } from '#domain/policy'
import type { NewWaiverEvent, WaivedRule, Waiver, WaiverDecision, WaiverRequest } from './waiver.ts'
import { describeWaived, stateOfWaiver } from './waiver.ts'

type Events = Result<readonly NewWaiverEvent[]>
type Refused = ReturnType<typeof refuse>

interface Rules {
  readonly configuration: Configuration
  readonly policy: Pick<Policy, 'waivers'>
  readonly now: Instant
}

/** Whether somebody may ask for a waiver; what can never be waived is told at once, and not to an approver. */
export function decideWaiverRequest(
  request: WaiverRequest,
  { configuration, policy, ...rules }: Rules & { readonly knownRules: readonly string[] },
): Events {
  const { waives, scope, requestedBy } = request
  const unfit = refuseActor(actingOn(configuration, scope), requestedBy, { may: policy.waivers.mayAsk, deed: 'ask for a waiver' })
  if (unfit !== undefined) return unfit
  const governed = findGoverned(configuration, scope.solution)
  if (governed === undefined) {
    const hint = 'Add it to drover.yaml under `solutions` with an owner, a tier and a pipeline, and apply that.'
    return refuse('solution.not-governed', `The solution "${scope.solution}" is not in the configuration.`, hint)
  }
  return (
    refuseRule(waives, { policy, ...rules }) ??
    refuseScope(request, governed, configuration) ??
    refuseWords(request) ??
    refuseTimes(request, { governed, policy, now: rules.now }) ??
    accept([
      {
        type: 'waiver-requested',
        data: { request: { ...request, scope: { ...scope, solution: governed.uniqueName } } },
        key: 'requested',
      },
    ])
  )
}

/** A person's yes or no to a waiver: somebody above whoever asked, and never the owner of the solution, who gains by it (REL-14). */
export function decideWaiver(
  waiver: Waiver,
  { configuration, policy, now }: Rules,
  said: { readonly actor: PersonId; readonly verdict: WaiverDecision['verdict']; readonly comment: string },
): Events {
  const state = stateOfWaiver(waiver, now)
  if (state !== 'proposed') {
    return refuse('waiver.not-proposed', `Waiver ${waiver.waiverId} is ${state}; nothing is to be decided on it.`, 'Ask for another one.')
  }
  const may = approversOf(policy, waiver.waives)
  if (may === undefined) return neverWaived(waiver.waives, policy)
  const unfit = refuseActor(actingOn(configuration, waiver.scope), said.actor, {
    may,
    deed: `decide on a waiver of ${describeWaived(waiver)}`,
  })
  if (unfit !== undefined) return unfit
  const name = personName(configuration.people, said.actor)
  if (findPerson(configuration.people, said.actor)?.kind === 'service')
    return refuse('waiver.not-allowed', `${name} is software, which decides nothing.`, `Ask a person: one of ${may.value.join(' or ')}.`)
  if (said.actor === waiver.requestedBy)
    return refuse('ROL-07', `${name} asked for this waiver and may not decide on it.`, `Ask another one of ${may.value.join(' or ')}.`)
  if (said.actor === findGoverned(configuration, waiver.scope.solution)?.owner && said.verdict === 'approve') {
    return refuse(
      'ROL-07',
      `${name} owns ${waiver.scope.solution} and may not except it from a rule.`,
      `Ask another one of ${may.value.join(' or ')}.`,
    )
  }
  const { verdict, comment } = said
  if (verdict === 'reject' && comment.trim() === '')
    return refuse('waiver.reason-needed', 'A waiver is rejected only with a reason.', 'Say what is to be done instead.')
  return accept([{ type: 'waiver-decided', data: { verdict, comment: comment.trim() }, key: 'decided' }])
}

/** Ends a waiver before its date: whoever asked, whoever approved or might have, and the owner of the solution. */
export function decideRevocation(
  waiver: Waiver,
  { configuration, policy, now }: Rules,
  said: { readonly actor: PersonId; readonly reason: string },
): Events {
  const state = stateOfWaiver(waiver, now)
  if (state !== 'in-force' && state !== 'ahead' && state !== 'proposed')
    return refuse('waiver.ended', `Waiver ${waiver.waiverId} is ${state} already.`, 'There is nothing to revoke.')
  const person = findPerson(peopleIn(configuration, actingOn(configuration, waiver.scope).scope), said.actor)
  const roles = approversOf(policy, waiver.waives)?.value ?? []
  const mayByName = [waiver.requestedBy, waiver.decided?.by, findGoverned(configuration, waiver.scope.solution)?.owner]
  if (person === undefined || !(mayByName.includes(said.actor) || person.roles.some((role) => roles.includes(role)))) {
    return refuse(
      'waiver.not-allowed',
      `${personName(configuration.people, said.actor)} may not revoke waiver ${waiver.waiverId}.`,
      `Ask ${personName(configuration.people, waiver.requestedBy)}, who asked for it, or one of ${roles.join(' or ')}.`,
    )
  }
  if (said.reason.trim() === '')
    return refuse('waiver.reason-needed', 'A waiver is revoked only with a reason.', 'Say why it is no longer to hold.')
  return accept([{ type: 'waiver-revoked', data: { reason: said.reason.trim() }, key: 'revoked' }])
}

/** Who may approve that a rule is waived; undefined of what nobody can. */
export function approversOf({ waivers }: Pick<Policy, 'waivers'>, waives: WaivedRule): Sourced<readonly Role[]> | undefined {
  if (waives.kind === 'check') return waivers.findingApprovers
  return waivers.never.value.includes(waives.gate) ? undefined : waivers.gateApprovers[waives.gate]
}

export function findGoverned({ solutions }: Pick<Configuration, 'solutions'>, solution: string): GovernedSolution | undefined {
  return solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())
}

function refuseRule(
  waives: WaivedRule,
  { policy, knownRules }: Pick<Rules, 'policy'> & { readonly knownRules: readonly string[] },
): Refused | undefined {
  if (approversOf(policy, waives) === undefined) return neverWaived(waives, policy)
  if (waives.kind === 'gate' || knownRules.includes(waives.ruleId)) return undefined
  return refuse(
    'waiver.unknown-rule',
    `There is no check rule "${waives.ruleId}".`,
    `Name one of ${knownRules.join(', ')}, as the report of the checks does.`,
  )
}

function neverWaived(waives: WaivedRule, { waivers }: Pick<Policy, 'waivers'>): Refused {
  const what = waives.kind === 'check' ? `findings of ${waives.ruleId}` : `the gate "${gateName(waives.gate)}"`
  const can = Object.keys(waivers.gateApprovers).filter((kind) => !waivers.never.value.some((never) => never === kind))
  return refuse('waiver.never', `${what} can never be waived.`, `What can be: findings of a check rule, and the gates ${can.join(', ')}.`, [
    { subject: 'policy', message: waivers.never.source },
  ])
}

function refuseScope(
  { scope, waives }: WaiverRequest,
  governed: GovernedSolution,
  { pipelines }: Rules['configuration'],
): Refused | undefined {
  if (scope.place !== undefined && waives.kind === 'gate' && waives.gate !== 'preflight')
    return refuse('waiver.no-place', 'Only findings, and what nobody can tell of a plan, have a place.', 'Leave the place away.')
  const pipeline = pipelines.find(({ id }) => id === governed.pipeline)
  const stages = pipeline?.stages.map(({ id }) => id) ?? []
  if (scope.stageId === undefined || stages.includes(scope.stageId)) return undefined
  return refuse(
    'stage.unknown',
    `The pipeline of ${governed.uniqueName} has no stage "${scope.stageId}".`,
    `Name one of ${stages.join(', ') || 'none'}, or none for all of them.`,
  )
}

function refuseWords({ reason, measure }: WaiverRequest): Refused | undefined {
  if (reason.trim() === '') return refuse('waiver.reason-needed', 'A waiver needs a reason.', 'Say why the rule cannot be kept this time.')
  if (measure.trim() === '') {
    return refuse(
      'waiver.measure-needed',
      'A waiver needs a measure that stands in for the rule.',
      'Say what is done instead, for example which rows are looked at after the release.',
    )
  }
  return undefined
}

function refuseTimes(
  { from, until }: WaiverRequest,
  { governed, policy, now }: { readonly governed: GovernedSolution; readonly policy: Pick<Policy, 'waivers'>; readonly now: Instant },
): Refused | undefined {
  const [start, end] = [Date.parse(from), Date.parse(until)]
  if (!(end > start) || end <= Date.parse(now))
    return refuse(
      'waiver.no-time',
      `A waiver from ${from} until ${until} never holds.`,
      'Name an end that is later than its begin and than now.',
    )
  const { value, source } = policy.waivers.longestDays[governed.tier]
  if (end - start <= value * dayMs) return undefined
  return refuse(
    'waiver.too-long',
    `A waiver for ${governed.uniqueName} (Tier ${governed.tier}) may hold ${value} days; this one would hold ${Math.ceil((end - start) / dayMs)}.`,
    'Name an earlier end; it can be asked for again.',
    [{ subject: 'policy', message: source }],
  )
}

const dayMs = 86_400_000
