import { isSameBinding } from '#domain/approval'
import { bindApproval } from '#domain/approval'
import type { LedgerEvent } from '#domain/kernel'
import { canonicalJson, errorMessage } from '#domain/kernel'
import type { PromotionEvent, PromotionRequest } from '#domain/promotion'
import { bindRecovery } from '#domain/recovery'
import type { Release } from '#domain/release'
import { verifySeal } from '#domain/release'
import type { Envelope } from './dsse.ts'
import { removedIn } from './archive.ts'
import { followChain } from './follow-chain.ts'
import type { KeyMeans, SigningKey } from './key-rotation.ts'
import { isSignedByOneOf, trustedKeys } from './key-rotation.ts'
import type { Hash } from './hash-entry.ts'
import { hashEntry } from './hash-entry.ts'
import type { LedgerTree, Subtree } from './ledger-tree.ts'
import { createLedgerTree, leafOf } from './ledger-tree.ts'
import type { EvidenceSelection, PromotionEvidence } from './pack.ts'
import { documentsOf, isAbout, showPromotion } from './pack.ts'
import { recountPromotion } from './recount-pack.ts'
import { makeEnvelope, makeProvenance, provenanceText } from './provenance.ts'
import type { SignedHead } from './signed-head.ts'
import { headText } from './signed-head.ts'

/** One question that a pack was asked. `open`: it cannot be told from what is there, and nothing shows that it is wrong. */
export interface PackFinding {
  readonly state: 'proved' | 'failed' | 'open'
  readonly subject: string
  readonly message: string
}

/** A pack whose files were read and hold against its index. */
export interface ReadPack {
  /** What it says that it is about. */
  readonly selection: EvidenceSelection
  readonly signedHead: SignedHead
  readonly entries: readonly LedgerEvent[]
  readonly withheld: readonly Subtree[]
  /** As the pack shows them, by id or digest; to be what the entries give. */
  readonly promotions: ReadonlyMap<string, unknown>
  readonly releases: ReadonlyMap<string, unknown>
  readonly provenance: ReadonlyMap<string, unknown>
  /** Digests of the bytes that are in the pack. */
  readonly artifacts: ReadonlySet<string>
  /** Likewise of logs of imports and reports of tests. */
  readonly documents: ReadonlySet<string>
}

export interface JudgeMeans {
  readonly hash: Hash
  /** Whether the key that the pack is held against signed the text. */
  isSigned(text: string, signature: string): boolean
  /** That key. */
  readonly key: SigningKey
  readonly keys: KeyMeans
  /** Heads that were kept outside, by whoever asks. */
  readonly anchors: readonly SignedHead[]
}

/** Recomputes what a pack says, with the rules of this version of Drover. */
export function judgePack(pack: ReadPack, means: JudgeMeans): readonly PackFinding[] {
  return [
    ...judgeHead(pack, means),
    ...judgeSelection(pack),
    ...judgeEntries(pack, means),
    ...judgeInclusion(pack, means),
    ...judgeReleases(pack, means),
    ...judgePromotions(pack, means),
  ]
}

function judgeHead({ signedHead }: ReadPack, means: JudgeMeans): PackFinding[] {
  const { head, signature } = signedHead
  const subject = 'head of the ledger'
  if (head.keyId !== means.key.keyId || !means.isSigned(headText(head), signature))
    return [failed(subject, 'It is not signed by the key that the pack is held against.')]
  return [proved(subject, `Signed by key ${means.key.keyId.slice(0, 12)}: ${head.sequence} entries at ${head.at}.`)]
}

/** That the entries of a time or of a solution are all there cannot be told; that those of one promotion are there from the first on can. */
function judgeSelection({ selection, entries }: ReadPack): PackFinding[] {
  if (selection.kind !== 'promotion') return []
  const { promotionId } = selection
  const isThere = entries.some(({ stream, streamVersion }) => stream === `promotion/${promotionId}` && streamVersion === 1)
  return isThere ? [] : [failed(`promotion ${promotionId}`, 'The pack is about it, and holds no entry by which it was asked for.')]
}

function judgeEntries({ entries }: ReadPack, { hash }: JudgeMeans): PackFinding[] {
  const broken = entries.filter((entry) => entry.hash !== hashEntry(entry, hash))
  const findings = broken.map(({ sequence }) => failed(`entry ${sequence}`, 'Its content does not give its hash: it was changed.'))
  return findings.length > 0 ? findings : [proved('entries', `All ${entries.length} give their hashes.`), ...judgeLinks(entries, hash)]
}

/** Entries that stand side by side in the ledger must also be chained. */
function judgeLinks(entries: readonly LedgerEvent[], hash: Hash): PackFinding[] {
  const faults = entries.slice(1).flatMap((entry, index) => {
    const before = entries[index]
    if (before === undefined || entry.sequence !== before.sequence + 1) return []
    const walk = followChain(hash, before)
    walk.next(entry)
    return walk.end().faults
  })
  return faults.map(({ sequence, message }) => failed(`entry ${sequence}`, message))
}

/** Builds the tree again from what is shown and what is withheld: its root must be that of the signed head, and on the way that of each anchor. */
function judgeInclusion(pack: ReadPack, means: JudgeMeans): PackFinding[] {
  const { head } = pack.signedHead
  const tree = createLedgerTree(means.hash)
  const leaves = pack.entries.map((entry) => leafOf(entry, means.hash))
  const all = [...leaves, ...pack.withheld].toSorted((a, b) => a.from - b.from)
  const roots = new Map<number, string>()
  for (const part of all) {
    if (!tree.add(part))
      return [failed('place in the ledger', `What is shown and what is withheld do not fit together after entry ${tree.size()}.`)]
    if (means.anchors.some((anchor) => anchor.head.sequence === tree.size())) roots.set(tree.size(), tree.root())
  }
  const last = pack.entries.at(-1)
  const isWhole =
    tree.size() === head.sequence && tree.root() === head.root && (last?.sequence !== head.sequence || last.hash === head.hash)
  if (!isWhole) return [failed('place in the ledger', 'The entries are not those of the ledger that the signed head speaks of.')]
  return [
    proved(
      'place in the ledger',
      `Each of the ${pack.entries.length} entries stands in the ledger of ${head.sequence} entries that was signed.`,
    ),
    ...means.anchors.map((anchor) => judgeAnchor(anchor, { roots, tree, means, entries: pack.entries })),
    ...(means.anchors.length > 0
      ? []
      : [open('anchor', 'Without an anchor nobody can tell whether the whole ledger was rebuilt before it was signed.')]),
  ]
}

function judgeAnchor(
  { head, signature }: SignedHead,
  {
    roots,
    tree,
    means,
    entries,
  }: {
    readonly roots: ReadonlyMap<number, string>
    readonly tree: LedgerTree
    readonly means: JudgeMeans
    readonly entries: readonly LedgerEvent[]
  },
): PackFinding {
  const subject = `anchor of entry ${head.sequence}`
  const { key, keys } = means
  if (!isSignedByOneOf({ head, signature }, trustedKeys(key, entries, keys), keys))
    return failed(subject, 'It is not signed by the key that the pack is held against, nor by one that it followed.')
  const root = roots.get(head.sequence)
  if (root === head.root) return proved(subject, `What the pack shows up to entry ${head.sequence} stood in the ledger at ${head.at}.`)
  if (root !== undefined) return failed(subject, `At ${head.at} the ledger was another: it was rebuilt since.`)
  if (head.sequence > tree.size())
    return open(subject, `It is newer than the pack: hold the ledger itself against it with \`drover ledger verify\`.`)
  return open(
    subject,
    'The pack was not made to be held against this anchor, since the ledger does not name it: hold the ledger itself against it.',
  )
}

function judgeReleases(pack: ReadPack, means: JudgeMeans): PackFinding[] {
  return streamsOf(pack.entries, 'release').flatMap(([id, entries]) => {
    const subject = `release ${id}`
    try {
      const release = releaseOf(entries)
      const shown = pack.releases.get(id)
      if (release === undefined) return shown === undefined ? [] : [failed(subject, 'It is shown, and no entry seals it.')]
      if (!verifySeal(release, means.hash)) return [failed(subject, 'Its content does not give its seal.')]
      if (canonicalJson(shown ?? null) !== canonicalJson(release))
        return [failed(subject, 'What is shown of it is not what the entries say.')]
      return [
        proved(subject, `${release.solution} ${release.version} is what was sealed.`),
        ...judgeBytes(release, pack),
        ...judgeProvenance(entries, pack, means),
      ]
    } catch (error) {
      return [failed(subject, `Its entries cannot be understood: ${errorMessage(error)}`)]
    }
  })
}

function judgeBytes({ managed, unmanaged }: Release, { artifacts, entries }: ReadPack): PackFinding[] {
  const removed = removedIn(entries)
  return [managed, unmanaged].map(({ digest, kind, solution, version }) => {
    const subject = `${kind} artifact of ${solution} ${version}`
    return artifacts.has(digest)
      ? proved(subject, `Its bytes are in the pack and give ${digest}.`)
      : open(subject, `${whyAbsent(removed.get(digest))}; whoever has them can compare their sha256 with ${digest}.`)
  })
}

function whyAbsent(removed: { readonly at: string; readonly sequence: number } | undefined): string {
  if (removed === undefined) return 'Its bytes are not in the pack'
  return `Its bytes were removed after their retention (entry ${removed.sequence}, ${removed.at}), and lie in the archive; the digest stays`
}

function judgeProvenance(entries: readonly LedgerEvent[], pack: ReadPack, means: JudgeMeans): PackFinding[] {
  return makeProvenance(entries, means.key.keyId).map((provenance) => {
    const { digest, kind } = provenance.artifact
    const subject = `provenance of ${digest}`
    const shown = pack.provenance.get(digest) as Envelope | undefined // whatever it is: it is compared with what it has to be
    if (shown === undefined) return failed(subject, 'It is missing.')
    const signature = String(shown.signatures?.[0]?.sig)
    const isRight = canonicalJson(shown) === canonicalJson(makeEnvelope(provenance, { keyId: means.key.keyId, signature }))
    if (!isRight || !means.isSigned(provenanceText(provenance), signature))
      return failed(subject, 'It is not what the entries give, or not signed.')
    return proved(subject, `The ${kind} artifact comes from where the statement says, as the ledger has it.`)
  })
}

function judgePromotions(pack: ReadPack, means: JudgeMeans): PackFinding[] {
  const findings = streamsOf(pack.entries, 'promotion').flatMap(([id, entries]) => {
    const subject = `promotion ${id}`
    if (entries.some(({ streamVersion }, index) => streamVersion !== index + 1))
      return [open(subject, 'The pack has only some of its entries, so it cannot be judged.')]
    try {
      const evidence = showPromotion(entries)
      if (evidence === undefined) return []
      if (canonicalJson(pack.promotions.get(id) ?? null) !== canonicalJson(JSON.parse(JSON.stringify(evidence))))
        return [failed(subject, 'What is shown of it is not what the entries give.')]
      return judgePromotion(evidence, { entries, pack, means, subject })
    } catch (error) {
      return [failed(subject, `Its entries cannot be understood: ${errorMessage(error)}`)]
    }
  })
  const shownOnly = [...pack.promotions.keys()].filter((id) => !pack.entries.some(({ stream }) => stream === `promotion/${id}`))
  return [...findings, ...shownOnly.map((id) => failed(`promotion ${id}`, 'It is shown, and no entry tells of it.'))]
}

interface Judged {
  readonly entries: readonly LedgerEvent[]
  readonly pack: ReadPack
  readonly means: JudgeMeans
  readonly subject: string
}

function judgePromotion({ promotion, counts }: PromotionEvidence, judged: Judged): PackFinding[] {
  const { pack, subject } = judged
  const { releaseId, configurationVersion } = promotion.request
  const release = releaseOf(pack.entries.filter(({ stream }) => stream === `release/${releaseId}`))
  if (release === undefined && !isAbout(pack.selection, promotion))
    return [open(subject, 'The pack is not about it, and has only some of its entries, so it cannot be judged.')]
  if (release === undefined) return [failed(subject, `The entries of its release ${releaseId} are not in the pack.`)]
  const configuration = pack.entries.find(({ sequence }) => sequence === configurationVersion)
  return [
    proved(subject, `What is shown of it is what its ${judged.entries.length} entries give: it is ${promotion.status.state}.`),
    ...judgeBindings(judged, release),
    configuration?.type === 'configuration-applied'
      ? proved(subject, `Asked for under configuration ${configurationVersion}, which is in the pack.`)
      : open(subject, `The configuration ${configurationVersion} that it was asked for under is not in the pack.`),
    ...counts.flatMap((count) => judgeCount(count, judged)),
    ...recountPromotion({ entries: judged.entries, release, all: pack.entries, subject }),
    ...documentsOf(promotion).map(({ digest, what }) =>
      pack.documents.has(digest)
        ? proved(subject, `The ${what} is in the pack and gives ${digest}.`)
        : open(
            subject,
            `The ${what}: ${whyAbsent(removedIn(pack.entries).get(digest))}; whoever has them can compare their sha256 with ${digest}.`,
          ),
    ),
  ]
}

/** Every plan that people were asked about must give the binding that their words are bound to. */
function judgeBindings({ entries, means, subject }: Judged, release: Release): PackFinding[] {
  return entries.flatMap((entry) => {
    const event = entry as PromotionEvent // the stream is written only through NewPromotionEvent
    const asked: Pick<PromotionRequest, 'plan' | 'boundTo' | 'recovery'> | undefined =
      event.type === 'promotion-requested' ? event.data.request : event.type === 'plan-renewed' ? event.data : undefined
    if (asked === undefined) return []
    const { boundTo, plan, recovery } = asked
    const isOurs = boundTo.artifact === release.managed.digest || boundTo.artifact === release.unmanaged.digest
    if (!isOurs)
      return [
        failed(subject, `Entry ${entry.sequence} binds approvals to ${boundTo.artifact}, which is no artifact of release ${release.id}.`),
      ]
    const content = { artifact: boundTo.artifact, plan, policyVersion: boundTo.policy }
    const again = bindApproval({ ...content, recovery: bindRecovery(recovery) }, means.hash)
    const isSame = isSameBinding({ ...boundTo, ...again, recovery: boundTo.recovery === undefined ? undefined : again.recovery }, boundTo)
    return isSame
      ? [proved(subject, `Approvals from entry ${entry.sequence} on are bound to exactly this artifact, plan and settings.`)]
      : [failed(subject, `The plan and settings in entry ${entry.sequence} do not give what approvals were bound to.`)]
  })
}

function judgeCount({ attemptId, gates, resumes, sequence }: PromotionEvidence['counts'][number], { subject }: Judged): PackFinding[] {
  if (resumes) return []
  const when = `When attempt ${attemptId} began (entry ${sequence})`
  const shut = gates.filter(({ isReached }) => !isReached)
  const words = gates.filter(({ isReached }) => isReached).map(({ gate, approvedBy }) => `${gate} by ${approvedBy.join(', ')}`)
  const counted =
    shut.length > 0 && words.length === 0
      ? []
      : [proved(subject, `${when} the words of people counted: ${words.join('; ') || 'none was asked'}.`)]
  return [
    ...counted,
    ...shut.map(({ gate, quorum, approvedBy }) =>
      failed(subject, `${when}, gate ${gate} had ${approvedBy.length} of ${quorum} words that count.`),
    ),
  ]
}

function releaseOf(entries: readonly LedgerEvent[]): Release | undefined {
  const sealed = entries.find(({ type }) => type === 'release-sealed')
  return sealed === undefined ? undefined : (sealed.data as { readonly release: Release }).release // written only so
}

function streamsOf(entries: readonly LedgerEvent[], kind: string): readonly (readonly [string, readonly LedgerEvent[]])[] {
  const streams = new Map<string, LedgerEvent[]>()
  for (const entry of entries) {
    if (!entry.stream.startsWith(`${kind}/`)) continue
    const id = entry.stream.slice(kind.length + 1)
    streams.set(id, [...(streams.get(id) ?? []), entry])
  }
  return [...streams]
}

function proved(subject: string, message: string): PackFinding {
  return { state: 'proved', subject, message }
}

function failed(subject: string, message: string): PackFinding {
  return { state: 'failed', subject, message }
}

function open(subject: string, message: string): PackFinding {
  return { state: 'open', subject, message }
}

/** What no pack can show, whoever reads it. */
export const neverProvable: readonly string[] = [
  'Whether there are entries about the same thing that the pack does not show: those that are withheld are counted, and their content is not known. So whoever has the key can leave the last entries of a promotion out, a later failure or a recovery of it among them; hold the ledger itself against it, or ask for a pack of the whole time.',
  'Whether a place was held, or being rebuilt, when work began: what says so stands in other entries, which only a pack of the whole time shows.',
  'That a person was who their token said when they acted.',
  'That what the platform told of itself (import jobs, versions, layers) is true: Drover wrote down what it was told.',
  'That the key was only used by Drover: whoever holds it can sign another ledger, and only an anchor kept elsewhere before shows that.',
  'The names in people.json: they are those of the directory when the pack was made, and no part of the ledger.',
]
