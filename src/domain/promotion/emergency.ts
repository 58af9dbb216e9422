import { addHours } from '#domain/approval'
import type { Instant, PersonId, Reason } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { expandPeople } from '#domain/people'
import type { Configuration, GateDefinition, GateKind, PeopleGateKind } from '#domain/pipeline'
import { gateName, isPeopleGate, isPeopleGateKind, openingHoursOf } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { demandedGates, holidaysFrom, refuseActor } from '#domain/policy'
import { hasOpeningHours } from './evaluate-change-window.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { PromotionRequest } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'
import { peopleOnTheWay } from './staff-gates.ts'

type EmergencyFacts = Pick<RequestFacts, 'release' | 'requester' | 'policy' | 'configuration' | 'emergency' | 'now'>

/** The way with the gate at which somebody else says that it is an emergency; unchanged where nobody declared one (REL-12). */
export function withEmergencyGate(way: StageOnTheWay, facts: EmergencyFacts): StageOnTheWay {
  if (facts.emergency === undefined) return way
  const { secondPeople, expiresAfterHours } = facts.policy.emergencies
  const gate: GateDefinition = {
    kind: 'emergency',
    people: secondPeopleOf(way, facts),
    quorum: secondPeople.value,
    expiresAfterHours: expiresAfterHours.value,
  }
  const others = way.stage.gates.filter(({ kind }) => kind !== 'emergency')
  return { ...way, stage: { ...way.stage, gates: [...others, gate] } }
}

/** Whoever may say, besides the one who asks, that it is an emergency. */
function secondPeopleOf(way: StageOnTheWay, { configuration, policy, requester }: EmergencyFacts): readonly PersonId[] {
  return peopleOnTheWay(configuration, way)
    .filter(
      ({ id, roles, kind }) =>
        id !== requester && kind !== 'service' && roles.some((role) => policy.gateRoles.emergency.value.includes(role)),
    )
    .map(({ id }) => id)
}

/** The gates that an emergency does not wait for: those that policy names, without those that nobody goes past. */
export function goneByInEmergency({ emergencies }: Pick<Policy, 'emergencies'>): readonly GateKind[] {
  return emergencies.notWaitedFor.value.filter((kind) => !emergencies.never.value.includes(kind))
}

/** The holidays from now on, as a request keeps them: what policy says later puts nothing off. */
export function withHolidays({ calendar }: Pick<Policy, 'calendar'>, now: Instant): { readonly holidays?: readonly string[] } {
  const holidays = holidaysFrom(calendar, now)
  return holidays.length === 0 ? {} : { holidays }
}

/** What an emergency's request says of itself: why, which gates it goes past, and until when it holds. */
export function intentOfEmergency(facts: EmergencyFacts, way: StageOnTheWay): Pick<PromotionRequest, 'intent'> {
  const { emergency, policy, now } = facts
  if (emergency === undefined) return {}
  return {
    intent: {
      kind: 'emergency',
      reason: emergency.reason.trim(),
      notWaitedFor: gatesGoneBy(way, facts, goneByInEmergency(policy)),
      signOffWorkingDays: policy.emergencies.signOffWorkingDays.value,
      ...withHolidays(policy, now),
      expiresAt: addHours(now, policy.emergencies.expiresAfterHours.value),
    },
  }
}

/**
 * Which of the gates of a stage, and of those of machines that its tier adds, are gone by. Groups are told as the people that they are now: who
 * owes a gate afterwards is no question of who joins later.
 */
export function gatesGoneBy(
  { governed, stage, environment }: Pick<StageOnTheWay, 'governed' | 'stage' | 'environment'>,
  { policy, configuration }: { readonly policy: Policy; readonly configuration: Pick<Configuration, 'groups'> },
  notWaitedFor: readonly GateKind[],
): readonly GateDefinition[] {
  const added = demandedGates(policy, governed.tier, environment).flatMap((kind): GateDefinition[] =>
    isPeopleGateKind(kind) || stage.gates.some((gate) => gate.kind === kind) ? [] : [{ kind }],
  )
  return [...stage.gates, ...added]
    .filter(({ kind }) => notWaitedFor.includes(kind))
    .map((gate) => {
      if (!isPeopleGate(gate) || gate.groups === undefined) return gate
      const { groups: _groups, ...rest } = gate
      return { ...rest, people: expandPeople(gate, configuration.groups) }
    })
}

/** Of an emergency whoever approves it and whoever says that it is one are two. */
export function separatedInEmergency(gates: readonly PeopleGateKind[]): readonly PeopleGateKind[] {
  return [...new Set<PeopleGateKind>([...gates, 'approval', 'emergency'])]
}

/** Why no emergency may be declared; undefined where it may, and of every other promotion. */
export function refuseEmergency(facts: EmergencyFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  const { emergency, release, policy, configuration, requester } = facts
  if (emergency === undefined) return undefined
  const { emergencies } = policy
  const people = peopleOnTheWay(configuration, way)
  const unfit = refuseActor(people, requester, { may: emergencies.mayDeclare, deed: 'declare an emergency' })
  if (unfit !== undefined) return unfit
  if (emergency.reason.trim() === '')
    return refuse('emergency.reason-needed', 'An emergency goes past gates, so it needs a reason.', 'Say what harm is done while it waits.')
  if (release.hotfix !== undefined)
    return refuse(
      'emergency.own-way',
      `Release ${release.id} belongs to hotfix ${release.hotfix.hotfixId}, which has its own way past gates.`,
      'Ask for it without --emergency.',
    )
  if (gatesGoneBy(way, facts, goneByInEmergency(policy)).length === 0 && !passesHours(facts, way)) {
    return refuse(
      'emergency.nothing-passed',
      `${way.stage.name} has no gate that an emergency goes past.`,
      'Ask for it without --emergency: it waits for nothing else.',
      [
        {
          subject: 'policy',
          message: `Gone past are ${goneByInEmergency(policy).map(gateName).join(', ')} (${emergencies.notWaitedFor.source}).`,
        },
      ],
    )
  }
  const second = secondPeopleOf(way, facts)
  if (second.length >= emergencies.secondPeople.value) return undefined
  return refuse(
    'emergency.nobody-second',
    `Nobody but whoever asks could say that this is an emergency: it takes ${emergencies.secondPeople.value}, and ${second.length} may.`,
    `Give somebody one of the roles ${policy.gateRoles.emergency.value.join(', ')} in drover.yaml.`,
  )
}

function passesHours({ policy, configuration }: EmergencyFacts, { stage }: StageOnTheWay): boolean {
  const { passesWindows, passesFreezes } = policy.emergencies
  return (passesWindows.value || passesFreezes.value) && hasOpeningHours(openingHoursOf(stage, configuration))
}

/** An emergency of which nothing began in time is none any more. */
export function emergencyEnd({ intent }: Pick<PromotionRequest, 'intent'>, now: Instant): readonly Reason[] {
  if (intent?.kind !== 'emergency' || Date.parse(now) <= Date.parse(intent.expiresAt)) return []
  return [
    { subject: 'emergency.expired', message: `It was declared an emergency until ${intent.expiresAt}, and nothing had begun by then.` },
  ]
}
