import type { Entry, Facts, Json } from './governance-facts.ts'
import { gateOf, goneByInEmergency, hour, inForce, kindOf, namedAt, rolesAt, rolesOf } from './governance-facts.ts'

interface Word {
  readonly gate: string
  readonly people: readonly string[]
}

/** Whether every gate of people was open, by words that count, of enough people. */
export function judgePeople(facts: Facts, digest: string, waivers: readonly string[]): string[] {
  const { own, request, release, configuration, demands } = facts
  const isUrgent = request.intent?.kind === 'emergency'
  const gates = [...demands.gates.filter((gate) => !isUrgent || !goneByInEmergency.includes(gate)), ...(isUrgent ? ['emergency'] : [])]
  const apart = isUrgent ? [...new Set([...demands.apart, 'approval', 'emergency'])] : demands.apart
  const words = own.filter(({ type }) => type === 'approval-decided').flatMap((entry) => wordOf(facts, entry, { digest, waivers }))
  const asked = [release.sealedBy, request.requestedBy].filter((id) => kindOf(configuration, id) !== 'service')
  const needs = gates.map((gate) => ({ gate, quorum: gate === 'emergency' ? 1 : (gateOf(facts, gate)?.quorum ?? 1) }))
  for (const { gate, quorum } of needs)
    if (words.filter((word) => word.gate === gate).length < quorum) return [`nobody, or too few, had opened ${gate}`]
  const isPerson = (id: string): boolean => kindOf(configuration, id) !== 'service'
  const rules = { needs, apart, asked, people: demands.people, isPerson }
  return subsets(words.slice(0, 13)).some((chosen) => isEnough(chosen, rules)) ? [] : ['somebody counted twice, or too few took part']
}

/** A yes that counts at its moment and now; nothing where it does not. */
function wordOf(facts: Facts, entry: Entry, { digest, waivers }: { digest: string; waivers: readonly string[] }): Word[] {
  const { own, before, request, release, configuration, demands } = facts
  const { decision } = entry.data
  const { gate, by, onBehalfOf, boundTo, verdict, evidence } = decision
  const people = onBehalfOf === undefined ? [by] : [by, onBehalfOf]
  const isSaidThen = entry.actor === by && entry.at >= decision.at && verdict === 'approve'
  const bound = own.findLast(({ type }) => type === 'plan-renewed')?.data.boundTo ?? request.boundTo
  const parts = ['artifact', 'plan', 'settings', 'fingerprint', 'policy']
  const isOnThis = parts.every((part) => boundTo[part] === bound[part]) && boundTo.artifact === digest
  const isPolicySame =
    JSON.stringify(inForce(before.filter(({ sequence }) => sequence < entry.sequence)).policy) === JSON.stringify(configuration.policy)
  const renewedAt = own.findLast(({ type, data }) => type === 'plan-renewed' && data.differences.length > 0)?.at ?? request.requestedAt
  const isInTime = Date.parse(decision.at) <= Date.parse(renewedAt) + (gate === 'emergency' ? 24 : 240) * hour
  const isFar = !people.includes(request.requestedBy) && !(demands.notByMaker.includes(gate) && people.includes(release.sealedBy))
  const isReported = gate !== 'automated-tests' || (evidence?.kind === 'test-report' && evidence.failures === 0)
  const hasSeen = waivers.every((waiver) => (boundTo.waivers ?? []).includes(waiver))
  const isTrain = decision.trainId === request.train?.trainId
  const isAll = isSaidThen && isOnThis && isPolicySame && isInTime && isFar && isReported && hasSeen && isTrain
  return isAll && mayOpen(facts, decision, entry.sequence) ? [{ gate, people }] : []
}

function mayOpen(facts: Facts, { gate, by, onBehalfOf, at }: Json, sequence: number): boolean {
  const { configuration, before } = facts
  const mayBy = (id: string): boolean =>
    (kindOf(configuration, id) !== 'service' || gate === 'automated-tests') &&
    rolesOf(configuration, id, facts).some((role) => rolesAt[gate]?.includes(role))
  if (!mayBy(by)) return false
  const named = namedAt(facts, gate)
  if (onBehalfOf === undefined) return gate === 'emergency' || named.includes(by)
  if (!(gate === 'emergency' || named.includes(onBehalfOf)) || !mayBy(onBehalfOf) || kindOf(configuration, by) === 'service') return false
  return (
    answersFor(facts, { gate, by, at }, sequence) ||
    before.some(({ type, data, stream, actor, sequence: namedIn }) => {
      if (type !== 'deputy-named' || namedIn > sequence || data.delegation.absent !== onBehalfOf || data.delegation.deputy !== by)
        return false
      const { delegation } = data
      const said = before.filter(
        (entry) => entry.stream === stream && entry.data.delegationId === delegation.id && entry.sequence < sequence,
      )
      const isSeconded = said.some((entry) => entry.type === 'deputy-confirmed' && entry.actor !== actor && entry.actor !== by)
      const isEnded = said.some((entry) => entry.type === 'deputy-ended')
      const isWithin = Date.parse(at) >= Date.parse(delegation.from) && Date.parse(at) < Date.parse(delegation.until)
      return isWithin && !isEnded && (actor === onBehalfOf || (isSeconded && actor !== by))
    })
  )
}

/** Nobody had decided for as long as the kind of gate is given, and whoever answers is one whom that is told to; that they fit the gate is asked of everybody. */
function answersFor(facts: Facts, { gate, by, at }: { gate: string; by: string; at: string }, sequence: number): boolean {
  const { own, request, configuration } = facts
  const told = own.findLast((entry) => entry.type === 'gate-escalated' && entry.data.escalation.gate === gate && entry.sequence < sequence)
  const renewed = own.findLast(
    ({ type, data, sequence: then }) => type === 'plan-renewed' && data.differences.length > 0 && then < sequence,
  )
  const asked = Date.parse(renewed?.at ?? request.requestedAt)
  const path = pathOf[gate]
  if (told === undefined || path === undefined || Date.parse(told.at) < asked + path.hours * hour || Date.parse(at) < Date.parse(told.at))
    return false
  return rolesOf(configuration, by, facts).some((role) => path.roles.includes(role))
}

/** After how many hours who is told. */
const pathOf: Readonly<Record<string, { readonly hours: number; readonly roles: readonly string[] }>> = {
  approval: { hours: 24, roles: ['release-manager', 'environment-owner'] },
  review: { hours: 24, roles: ['release-manager', 'reviewer'] },
  'automated-tests': { hours: 24, roles: ['release-manager', 'test-lead'] },
  uat: { hours: 48, roles: ['release-manager', 'solution-owner'] },
  'test-lead': { hours: 24, roles: ['release-manager', 'test-lead'] },
  security: { hours: 48, roles: ['release-manager', 'platform-admin', 'security'] },
  cab: { hours: 48, roles: ['platform-admin', 'cab'] },
  emergency: { hours: 1, roles: ['platform-admin'] },
}

interface Enough {
  readonly needs: readonly { readonly gate: string; readonly quorum: number }[]
  readonly apart: readonly string[]
  readonly asked: readonly string[]
  readonly people: number
  readonly isPerson: (id: string) => boolean
}

/** Whether these words open every gate with nobody twice at one, nobody at two that are kept apart, and as many people as the tier asks for. */
function isEnough(words: readonly Word[], { needs, apart, asked, people, isPerson }: Enough): boolean {
  const isDisjoint = (some: readonly Word[]): boolean =>
    new Set(some.flatMap((word) => word.people)).size === some.flatMap((word) => word.people).length
  if (!needs.every(({ gate, quorum }) => words.filter((word) => word.gate === gate).length >= quorum)) return false
  if (!needs.every(({ gate }) => isDisjoint(words.filter((word) => word.gate === gate)))) return false
  if (!isDisjoint(words.filter(({ gate }) => apart.includes(gate)))) return false
  const parts = [asked, ...words.map((word) => word.people)].map((part) => part.filter(isPerson)).filter((part) => part.length > 0)
  const joined: string[][] = []
  for (const part of parts) {
    const touching = joined.filter((one) => one.some((id) => part.includes(id)))
    for (const one of touching) joined.splice(joined.indexOf(one), 1)
    joined.push([...new Set([...touching.flat(), ...part])])
  }
  return joined.length >= people
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => [...all, ...all.map((some) => [...some, item])], [[]]).reverse()
}
