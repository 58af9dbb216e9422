import type { ArchiveEvent, KeyEventData } from '#domain/evidence'
import type { LedgerEvent } from '#domain/kernel'
import type { Role } from '#domain/people'
import type { Notice, NoticeFacts } from './notice.ts'
import { holders, namesOf, timeIn } from './words-of-notice.ts'
import type { Teller } from './write-notice.ts'

// Entries of each of these types are written by one concept alone, which is what the casts below say.
export const evidenceTellers = {
  'archive-proposed': (event, facts) => {
    const { promotions, reason } = (event as Extract<ArchiveEvent, { readonly type: 'archive-proposed' }>).data
    const { archiveTakesTwo, archiveProposalHours, mayArchive } = facts.policy.evidence
    if (!archiveTakesTwo.value) return undefined
    const count = promotions.length === 1 ? 'one promotion' : `${promotions.length} promotions`
    return wanted(event, facts, {
      may: mayArchive.value,
      title: `What is held of ${count} is to be archived, and removed here`,
      reason,
      hours: archiveProposalHours.value,
      command: 'drover evidence archive --reason "…"',
    })
  },
  'signing-key-proposed': (event, facts) => {
    const { reason } = event.data as KeyEventData['signing-key-proposed']
    const { keyTakesTwo, keyProposalHours, mayRotateKey } = facts.policy.evidence
    if (!keyTakesTwo.value) return undefined
    return wanted(event, facts, {
      may: mayRotateKey.value,
      title: 'Another key is to sign the ledger',
      reason,
      hours: keyProposalHours.value,
      command: 'drover ledger rotate-key --reason "…"',
    })
  },
} as const satisfies Readonly<Record<string, Teller>>

interface Wanted {
  readonly may: readonly Role[]
  readonly title: string
  readonly reason: string
  readonly hours: number
  readonly command: string
}

/** For those who may be the second person. */
function wanted(event: LedgerEvent, { configuration }: NoticeFacts, { may, title, reason, hours, command }: Wanted): Notice {
  const until = new Date(Date.parse(event.at) + hours * 3_600_000).toISOString()
  return {
    topic: 'decision-wanted',
    title,
    text: `${namesOf(configuration, [event.actor])} asks for it (${reason}). Another person who may says so too until ${timeIn(configuration, until)}: ${command}`,
    people: holders(configuration, may).filter((id) => id !== event.actor),
    gates: [],
    path: '/',
  }
}
