import type { Role } from '#domain/people'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** How the ledger is anchored outside, and who takes evidence out of it. */
export interface EvidencePolicy {
  /** New entries after which the head of the ledger is anchored again. */
  readonly anchorEveryEntries: Sourced<number>
  /** Hours after which it is, if there is anything new at all. */
  readonly anchorEveryHours: Sourced<number>
  /** Minutes before an anchor that could not be kept is tried again for the first time; each time the wait doubles. */
  readonly anchorRetryMinutes: Sourced<number>
  /** The longest such wait, in hours. */
  readonly anchorRetryHours: Sourced<number>
  /** Roles of whom one is enough to have the head signed and anchored at once. */
  readonly mayAnchor: Sourced<readonly Role[]>
  /** Roles of whom one is enough to take a pack of evidence out. */
  readonly mayExport: Sourced<readonly Role[]>
  /** Roles of whom one is needed to have another key sign the ledger. */
  readonly mayRotateKey: Sourced<readonly Role[]>
  /** Whether that takes the word of a second one. */
  readonly keyTakesTwo: Sourced<boolean>
  /** Hours after which the word of a first person is none any more. */
  readonly keyProposalHours: Sourced<number>
  /** Roles of whom one is needed to have evidence archived that is older than it is kept here. */
  readonly mayArchive: Sourced<readonly Role[]>
  /** Whether that takes the word of a second one: bytes are removed by it. */
  readonly archiveTakesTwo: Sourced<boolean>
  /** Hours after which the word of a first person to archive is none any more. */
  readonly archiveProposalHours: Sourced<number>
  /** Roles of whom one is enough to place a legal hold, or to lift it. */
  readonly mayHold: Sourced<readonly Role[]>
  /** Entries of the ledger that one pack holds at the most. */
  readonly packEntries: Sourced<number>
  /** Tier → years after the last word on a promotion for which its evidence stays here; then it may be archived, and bytes that the archive holds are removed. */
  readonly keptYears: Readonly<Record<Tier, Sourced<number>>>
}

const kept =
  'AUD-04: retention by tier; the numbers are ours: what books of account are kept for in most countries, and less where less depends on it'

export const shippedEvidence: EvidencePolicy = {
  anchorEveryEntries: ours(
    500,
    'AUD-04 asks for a tamper-evident log; ours: at most so many entries can be rewritten unseen, about a day of a busy team',
  ),
  anchorEveryHours: ours(24, 'AUD-02: an audit question is answerable within 24 h; ours: so what happened yesterday is anchored'),
  anchorRetryMinutes: ours(1, 'ours: an address that is away for a moment is asked again soon'),
  anchorRetryHours: ours(6, 'ours: one that is away for long is asked four times a day'),
  mayAnchor: ours(
    ['platform-admin', 'release-manager', 'security'],
    'ours: nothing is given away by it; it is kept from filling the ledger',
  ),
  mayExport: ours(
    ['platform-admin', 'release-manager', 'security', 'environment-owner', 'solution-owner'],
    'AUD-02 asks for exports by solution, release, environment or period; ours: those who answer to an auditor',
  ),
  mayRotateKey: ours(['platform-admin'], 'ours: those who answer for the machine that holds the key'),
  keyTakesTwo: ours(true, 'ROL-07 keeps duties apart; ours: what all evidence rests on is changed by two people'),
  keyProposalHours: ours(72, 'ours: as a second person is found within a weekend; an old proposal is a door that somebody left open'),
  mayArchive: ours(['platform-admin'], 'ours: those who answer for the machine that holds what is removed'),
  archiveTakesTwo: ours(true, 'AUD-04 keeps evidence for its time; ours: what cannot be brought back is removed by two people'),
  archiveProposalHours: ours(72, 'ours: as with a proposal of another key'),
  mayHold: ours(['platform-admin', 'security'], 'ours: those whom counsel or an auditor asks; to keep something takes one person'),
  packEntries: ours(50_000, 'ours: a pack is made and read in memory; a longer time is exported in parts'),
  keptYears: {
    1: ours(1, kept),
    2: ours(2, kept),
    3: ours(7, kept),
    4: ours(10, kept),
  },
}
