import type { Decision } from '#domain/approval'
import { countDecisions, evaluateQuorum } from '#domain/approval'
import type { Digest, LedgerEvent, PersonId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Promotion, PromotionEvent } from '#domain/promotion'
import { approvalRules, attemptsOf, evolvePromotion, standAsRequested } from '#domain/promotion'
import type { SignedHead } from './signed-head.ts'

/** What a pack is about. */
export type EvidenceSelection =
  | { readonly kind: 'promotion'; readonly promotionId: string }
  | { readonly kind: 'solution'; readonly solution: string }
  | { readonly kind: 'release'; readonly releaseId: string }
  /** All that went into it, or was to, and what happened to it. */
  | { readonly kind: 'environment'; readonly environmentId: string }
  | { readonly kind: 'period'; readonly from: string; readonly to: string }

/** Whether a promotion is what a pack is about; others may be in it with the entries alone that name what it is about. */
export function isAbout(selection: EvidenceSelection, { request }: Pick<Promotion, 'request'>): boolean {
  if (selection.kind === 'promotion') return request.promotionId === selection.promotionId
  if (selection.kind === 'release') return request.releaseId === selection.releaseId
  if (selection.kind === 'environment') return request.environmentId === selection.environmentId
  return selection.kind === 'period' || request.solution.toLowerCase() === selection.solution.toLowerCase()
}

/** The table of contents, under which the workspace signs: what is not in it does not belong to the pack. */
export interface PackIndex {
  readonly kind: typeof packKind
  readonly selection: EvidenceSelection
  readonly signedHead: SignedHead
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly size: number }[]
}

export const packKind = 'drover/evidence/v1'

/** Paths in a pack. */
export const packPaths = {
  index: 'index.json',
  signature: 'index.signature.json',
  entries: 'ledger/entries.jsonl',
  withheld: 'ledger/withheld.json',
  anchors: 'ledger/anchors.jsonl',
  publicKey: 'public-key.pem',
  people: 'people.json',
  readme: 'README.md',
  page: 'README.html',
  promotion: (id: string) => `promotions/${id}.json`,
  release: (id: string) => `releases/${id}.json`,
  provenance: (digest: string) => `provenance/${hex(digest)}.dsse.json`,
  artifact: (digest: string) => `artifacts/${hex(digest)}.zip`,
  document: (digest: string) => `documents/${hex(digest)}.xml`,
} as const

function hex(digest: string): string {
  return digest.replace(/^sha256:/, '')
}

/** What a pack shows of a promotion: as it came out, and how its gates were counted each time that work on it began. */
export interface PromotionEvidence {
  readonly promotion: Promotion
  readonly counts: readonly GateCount[]
}

export interface GateCount {
  readonly attemptId: string
  /** The entry by which the attempt began. */
  readonly sequence: number
  readonly gates: readonly {
    readonly gate: PeopleGateKind
    readonly quorum: number
    readonly approvedBy: readonly PersonId[]
    readonly decisions: readonly Decision[]
    readonly isReached: boolean
  }[]
  /** Follows an import that an earlier attempt sent: the words were given for that. */
  readonly resumes: boolean
}

/** A promotion as it was right before work on it began, and the entry by which it did. */
export interface PromotionAtStart {
  readonly promotion: Promotion
  readonly started: Extract<PromotionEvent, { readonly type: 'attempt-started' }>
}

/** Each time that work began which people and machines had opened gates for; none that follows an earlier attempt. */
export function listStarts(entries: readonly LedgerEvent[]): readonly PromotionAtStart[] {
  let promotion: Promotion | undefined
  const starts: PromotionAtStart[] = []
  for (const entry of entries) {
    const event = entry as PromotionEvent // the stream is written only through NewPromotionEvent
    const isFirst = event.type === 'attempt-started' && event.data.resumes === undefined && promotion?.migration === undefined
    if (isFirst && promotion !== undefined) starts.push({ promotion, started: event })
    promotion = evolvePromotion(promotion, event)
  }
  return starts
}

/** A file that came in with a promotion and that the ledger names by its digest. */
export interface KeptDocument {
  readonly digest: Digest
  readonly what: string
}

/** The platform's logs of its imports, and the reports of tests that gates opened by. */
export function documentsOf(promotion: Promotion): readonly KeptDocument[] {
  const logs = attemptsOf(promotion).flatMap(({ id, jobs: { importJobId, importLog } }) =>
    importLog === undefined ? [] : [{ digest: importLog, what: `log of import job ${importJobId ?? ''} of attempt ${id}` }],
  )
  const reports = promotion.decisions.flatMap(({ gate, at, evidence }) =>
    evidence?.kind === 'test-report' ? [{ digest: evidence.report, what: `report of tests at gate ${gate} of ${at}` }] : [],
  )
  return [...logs, ...reports]
}

/** Folds the entries of one promotion. Throws what `evolvePromotion` throws where they are not those of a promotion. */
export function showPromotion(entries: readonly LedgerEvent[]): PromotionEvidence | undefined {
  let promotion: Promotion | undefined
  const counts: GateCount[] = []
  for (const entry of entries) {
    const event = entry as PromotionEvent // the stream is written only through NewPromotionEvent
    promotion = evolvePromotion(promotion, event)
    if (event.type === 'attempt-started') counts.push(countGates(promotion, event))
  }
  return promotion && { promotion, counts }
}

/** By the rules that the promotion was asked for under, which its request holds. No waiver opens a gate of people. */
function countGates(promotion: Promotion, event: Extract<PromotionEvent, { readonly type: 'attempt-started' }>): GateCount {
  const standing = standAsRequested(promotion, [])
  const counted = countDecisions(approvalRules(promotion, standing), promotion.decisions)
  const gates = standing.gates.map((gate): GateCount['gates'][number] => {
    const { approvedBy, isReached } = evaluateQuorum(gate, counted)
    const decisions = counted.filter((each) => each.gate === gate.kind)
    return { gate: gate.kind, quorum: gate.quorum, approvedBy, decisions, isReached }
  })
  const resumes = event.data.resumes !== undefined || promotion.migration !== undefined
  return { attemptId: event.data.attemptId, sequence: event.sequence, resumes, gates }
}
