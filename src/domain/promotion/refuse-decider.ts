import type { ApprovalRules, Decision, StaffedGate } from '#domain/approval'
import {
  countDecisions,
  evaluateQuorum,
  findSeparatedDecision,
  hasPlace,
  isBarred,
  isDeputyAt,
  isSameBinding,
  lacksWaivers,
  peopleOf,
} from '#domain/approval'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import { gateName } from '#domain/pipeline'
import { awaitedPeople } from './evaluate-gates.ts'
import type { Promotion } from './promotion.ts'

/** Who would decide what. */
export type DeciderWord = Pick<Decision, 'gate' | 'by' | 'onBehalfOf' | 'at'>

interface DeciderCase {
  readonly rules: ApprovalRules
  readonly gate: StaffedGate
  readonly command: DeciderWord
  readonly promotion: Promotion
  readonly people: readonly Person[]
}

type Refused = ReturnType<typeof refuse>

/**
 * Whose place somebody decides in who is not named themselves: the one that they gave, or the only one that they may take now. Undefined: their
 * own, or none, which is then refused.
 */
export function findPlace(
  gate: StaffedGate,
  { by, onBehalfOf, at }: Pick<Decision, 'by' | 'onBehalfOf' | 'at'>,
  people: readonly Person[],
): Result<PersonId | undefined> {
  if (onBehalfOf !== undefined) return accept(onBehalfOf)
  if (gate.people.includes(by)) return accept(undefined)
  const held = (gate.deputies ?? []).filter((deputy) => deputy.by === by && isDeputyAt(deputy, at))
  const places = [...new Set(held.map(({ placeOf }) => placeOf))]
  const [only, ...more] = places
  if (more.length === 0) return accept(only)
  const names = places.map((id) => personName(people, id)).join(' or ')
  return refuse(
    'approval.whose-place',
    `${personName(people, by)} may take the place of ${names} at the ${gateName(gate.kind)}, and has to say whose.`,
    'Decide again, naming the person: `--for <person>`.',
  )
}

/** Why somebody may not decide at a gate: they asked, made it, are not named, decided already, or decided what is kept apart from it. */
export function refuseDecider(asked: DeciderCase): Refused | undefined {
  return refuseTooClose(asked) ?? refuseUnnamed(asked) ?? refuseRepeated(asked) ?? refuseSeparated(asked)
}

function refuseTooClose({ rules, gate, command, people, promotion }: DeciderCase): Refused | undefined {
  if (!isBarred(rules, command)) return undefined
  const name = personName(people, command.by)
  const askOthers = askText({ rules, gate, command, people, promotion })
  if (command.by === rules.requestedBy) {
    return refuse('PIP-10', `${name} asked for this promotion and may not decide on it.`, askOthers, [
      { subject: name, message: `Requester and ${gateName(gate.kind)} must be different people.` },
    ])
  }
  const close = peopleOf(command).find((id) => id === rules.requestedBy || id === rules.creator?.by) ?? command.by
  const why = close === rules.requestedBy ? 'asked for this promotion' : 'made this release'
  const whose = close === command.by ? name : `${personName(people, close)}, whose place ${name} would take,`
  return refuse('ROL-07', `${whose} ${why} and may not decide the ${gateName(gate.kind)}.`, askOthers, [
    { subject: personName(people, close), message: `Tier ${promotion.request.tier}: nobody may make, approve and deploy the same change.` },
  ])
}

function refuseUnnamed({ rules, gate, command, people, promotion }: DeciderCase): Refused | undefined {
  if (hasPlace(gate, command)) return undefined
  const name = personName(people, command.by)
  const named = {
    subject: gateName(gate.kind),
    message: `Named: ${gate.people.map((id) => personName(people, id)).join(', ') || 'nobody'}.`,
  }
  const askOthers = askText({ rules, gate, command, people, promotion })
  if (command.onBehalfOf === undefined && gate.uncertified?.includes(command.by) === true)
    return refuse(
      'ROL-08',
      `The roles of ${name} wait to be certified for too long, and count no more at the ${gateName(gate.kind)}.`,
      `Have another platform-admin certify them: drover people certify ${command.by}.`,
      [named],
    )
  if (command.onBehalfOf === undefined)
    return refuse('approval.not-named', `${name} is not named for the ${gateName(gate.kind)} of this promotion.`, askOthers, [named])
  const absent = personName(people, command.onBehalfOf)
  return refuse('ROL-09', `${name} may not take the place of ${absent} at the ${gateName(gate.kind)} now.`, askOthers, [
    named,
    { subject: name, message: `A deputy is named by ${absent} for a time, and has a role that fits the gate: \`drover people delegate\`.` },
  ])
}

function refuseRepeated({ rules, gate, command, promotion, people }: DeciderCase): Refused | undefined {
  const name = personName(people, command.by)
  const here = promotion.decisions.filter(
    (decision) => decision.gate === gate.kind && isSameBinding(decision.boundTo, rules.boundTo) && !lacksWaivers(rules, decision),
  )
  const own = here.find((decision) => peopleOf(decision).some((id) => peopleOf(command).includes(id)))
  if (own !== undefined) {
    const said = own.verdict === 'approve' ? 'yes' : 'no'
    const place = own.onBehalfOf === undefined ? '' : ` for ${personName(people, own.onBehalfOf)}`
    const who = own.by === command.by ? name : personName(people, own.by)
    return refuse('approval.already-decided', `${who} already said ${said}${place} at ${own.at}.`, 'Nothing more to do on this gate.')
  }
  if (!evaluateQuorum(gate, countDecisions(rules, promotion.decisions)).isReached) return undefined
  const message = `The ${gateName(gate.kind)} already has its quorum of ${gate.quorum}.`
  return refuse('approval.already-decided', message, 'Nothing more to do on this gate.')
}

function refuseSeparated(asked: DeciderCase): Refused | undefined {
  const { rules, gate, command, promotion, people } = asked
  const other = findSeparatedDecision(rules, countDecisions(rules, promotion.decisions), command)
  if (other === undefined) return undefined
  const shared = peopleOf(command).find((id) => peopleOf(other).includes(id)) ?? command.by
  const name = personName(people, shared)
  const how = other.by === shared ? 'already decided' : 'already had decided by a deputy'
  return refuse('ROL-07', `${name} ${how} the ${gateName(other.gate)}; the ${gateName(gate.kind)} needs somebody else.`, askText(asked), [
    { subject: name, message: `Tier ${promotion.request.tier} keeps apart: ${rules.separatedGates.map(gateName).join(', ')}.` },
  ])
}

function askText({ rules, gate, command, promotion, people }: DeciderCase): string {
  const others = awaitedPeople(rules, gate, countDecisions(rules, promotion.decisions)).filter((id) => id !== command.by)
  if (others.length === 0) return 'Have somebody else named in the pipeline.'
  return `Ask ${others.map((id) => personName(people, id)).join(' or ')}.`
}
