import type { Instant } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, personName } from '#domain/people'
import type { ReadinessPolicy } from '#domain/policy'
import { readinessItems } from './items.ts'
import type { Attestation, ItemState, ItemStatus, Readiness, ReadinessItem, ReadinessItemId, Scan } from './readiness.ts'

interface Judged {
  readonly scans: Readonly<Partial<Record<ReadinessItemId, Scan>>>
  readonly attestations: readonly Attestation[]
  readonly people: readonly Person[]
  readonly policy: ReadinessPolicy
  readonly now: Instant
}

/**
 * Each item as proved by what was read, attested by a person, or missing. A word counts only where nothing was read that shows the opposite, while
 * it holds, and while its person stands in the configuration.
 */
export function evaluateReadiness(judged: Judged): Readiness {
  const items = readinessItems.map((item) => judgeItem(item, judged))
  const counts: Record<ItemState, number> = { proved: 0, attested: 0, missing: 0 }
  for (const { state } of items) counts[state] += 1
  const { provedCounts, attestedCounts } = judged.policy
  const reached = counts.proved * provedCounts.value + counts.attested * attestedCounts.value
  const most = items.length * Math.max(provedCounts.value, attestedCounts.value)
  return { items, counts, score: Math.floor((100 * reached) / most), next: listNext(items, judged.scans) }
}

function judgeItem(item: ReadinessItem, judged: Judged): ItemStatus {
  const scan = judged.scans[item.id] ?? { told: 'unknown', reasons: [] }
  if (scan.told === 'yes') return { item, state: 'proved', reasons: scan.reasons, at: scan.at }
  const attestation = judged.attestations.find((word) => word.item === item.id)
  if (attestation === undefined) return { item, state: 'missing', reasons: scan.reasons }
  const said = { subject: personName(judged.people, attestation.by), message: wordText(attestation) }
  const against = whyNot(attestation, scan, judged)
  if (against === undefined) return { item, state: 'attested', reasons: [said, ...scan.reasons], at: attestation.at, attestation }
  return {
    item,
    state: 'missing',
    reasons: [{ subject: said.subject, message: `${said.message} ${against}` }, ...scan.reasons],
    attestation,
  }
}

function whyNot(attestation: Attestation, scan: Scan, { now, people }: Judged): string | undefined {
  if (scan.told === 'no') return 'What was read shows otherwise, so the word does not count.'
  if (Date.parse(attestation.holdsUntil) <= Date.parse(now)) return 'That is over; somebody has to say it again.'
  if (findPerson(people, attestation.by) === undefined) return 'Who said it is no longer declared; somebody else has to say it.'
  return undefined
}

function wordText({ text, evidence, at, holdsUntil }: Attestation): string {
  return `Said at ${at}, until ${holdsUntil.slice(0, 10)}: ${text}${evidence === undefined ? '' : ` (${evidence})`}`
}

function listNext(items: readonly ItemStatus[], scans: Judged['scans']): Readiness['next'] {
  const missing = items.filter(({ state }) => state === 'missing')
  const rank = ({ item }: ItemStatus): number => (scans[item.id]?.told === 'no' ? 0 : 1)
  return missing.toSorted((a, b) => rank(a) - rank(b)).map(({ item }) => ({ item: item.id, what: item.next }))
}
