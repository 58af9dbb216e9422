import type { Decision } from '#domain/approval'
import type { LedgerFault, SignedHead } from '#domain/evidence'
import { archiveStream, createLedgerTree, isSignedByOneOf, keyStream, leafOf, removedIn, trustedKeys } from '#domain/evidence'
import type { Digest, LedgerEvent } from '#domain/kernel'
import { errorCode, errorMessage } from '#domain/kernel'
import type { Release } from '#domain/release'
import { verifySeal } from '#domain/release'
import type { EngineDependencies } from '../dependencies.ts'

/** What the ledger is held against, besides itself. */
export interface VerifyAgainst {
  /** Heads that were kept outside. */
  readonly anchors: readonly SignedHead[]
  /** The key that must have signed them, in PEM, from whoever wrote it down; absent: that of this workspace. */
  readonly publicKey?: string | undefined
  /** Whether the bytes of artifacts are read as well. */
  readonly withArtifacts: boolean
}

export interface LedgerVerification {
  readonly entries: number
  readonly firstBroken: number | undefined
  readonly faults: readonly LedgerFault[]
  /** How many anchors the ledger was held against, and the newest entry that one of them vouches for. */
  readonly anchors: { readonly held: number; readonly through: number }
  /** `removed`: after their retention, as entries tell; their digests stay. */
  readonly artifacts: { readonly checked: number; readonly removed: number }
  readonly root: string
  /** What stays open after all of that. */
  readonly unprovable: readonly string[]
}

/** Goes through the whole ledger once, an entry at a time. */
export async function verifyLedger(
  deps: EngineDependencies,
  against: VerifyAgainst = { anchors: [], withArtifacts: false },
): Promise<LedgerVerification> {
  const { sha256 } = deps.hashing
  const tree = createLedgerTree(sha256)
  const { usable, faults } = await judgeAnchors(deps, against)
  const removed = removedIn(await deps.ledger.read(archiveStream))
  const artifacts = createArtifactCheck(deps, removed)
  let through = 0
  const verdict = await deps.ledger.verify(async (event) => {
    tree.add(leafOf(event, sha256))
    for (const { head } of usable.filter((anchor) => anchor.head.sequence === event.sequence)) {
      if (head.hash === event.hash && head.root === tree.root()) through = Math.max(through, event.sequence)
      else faults.push(rebuilt(head))
    }
    if (against.withArtifacts) faults.push(...(await artifacts.check(event)))
  })
  for (const { head } of usable.filter((anchor) => anchor.head.sequence > verdict.entries)) faults.push(cutOff(head, verdict.entries))
  const all = [...verdict.faults, ...faults].toSorted((a, b) => a.sequence - b.sequence)
  return {
    entries: verdict.entries,
    firstBroken: all[0]?.sequence,
    faults: all,
    anchors: { held: usable.length, through },
    artifacts: { checked: artifacts.checked(), removed: removed.size },
    root: tree.root(),
    unprovable: describeOpen({ entries: verdict.entries, through, withArtifacts: against.withArtifacts, removed: removed.size }),
  }
}

async function judgeAnchors(deps: EngineDependencies, { anchors, publicKey }: VerifyAgainst) {
  const pem = publicKey ?? (await deps.signing.publicKey()).pem
  const keyId = deps.signing.keyIdOf(pem)
  const keys = keyId === undefined ? [] : trustedKeys({ keyId, pem }, await deps.ledger.read(keyStream), deps.signing)
  const usable: SignedHead[] = []
  const faults: LedgerFault[] = []
  for (const anchor of anchors) {
    const { head } = anchor
    if (isSignedByOneOf(anchor, keys, deps.signing)) usable.push(anchor)
    else {
      const message = `The anchor of entry ${head.sequence} (${head.at}) is not signed by the key that it is held against, nor by one that it followed or was followed by while that was in use, so it says nothing.`
      faults.push({ kind: 'anchor', sequence: head.sequence, message })
    }
  }
  return { usable, faults }
}

function rebuilt({ sequence, at }: SignedHead['head']): LedgerFault {
  const message = `At ${at} the ledger up to entry ${sequence} was another: it was rebuilt afterwards, by somebody who has the key or may write to the database.`
  return { kind: 'rebuilt', sequence, message }
}

function cutOff({ sequence, at }: SignedHead['head'], entries: number): LedgerFault {
  return { kind: 'cut-off', sequence: entries + 1, message: `At ${at} the ledger had ${sequence} entries; now it has ${entries}.` }
}

/** Reads what the ledger names, each digest once. */
function createArtifactCheck(deps: EngineDependencies, removed: ReturnType<typeof removedIn>) {
  const seen = new Set<Digest>()
  async function checkBytes(digest: Digest, { sequence }: LedgerEvent): Promise<LedgerFault[]> {
    if (seen.has(digest) || removed.has(digest)) return []
    seen.add(digest)
    try {
      await deps.artifacts.get(digest)
      return []
    } catch (error) {
      if (!errorCode(error).startsWith('artifact.')) throw error
      return [{ kind: 'artifact', sequence, message: errorMessage(error) }]
    }
  }
  return {
    checked: () => seen.size,
    async check(event: LedgerEvent): Promise<LedgerFault[]> {
      const release = event.type === 'release-sealed' ? (event.data as { readonly release: Release }).release : undefined // written only so
      const broken = release === undefined || verifySeal(release, deps.hashing.sha256) ? [] : [brokenSeal(release, event)]
      const found = await Promise.all(findArtifacts(event).map((digest) => checkBytes(digest, event)))
      return [...broken, ...found.flat()]
    },
  }
}

function brokenSeal({ id }: Release, { sequence }: LedgerEvent): LedgerFault {
  return { kind: 'seal', sequence, message: `Release ${id} is not what was sealed: its content does not give its seal.` }
}

/** The artifacts that an entry brings into the ledger. Each field is as the writer of its event type has it. */
export function findArtifacts({ type, data }: LedgerEvent): readonly Digest[] {
  const all = (...digests: readonly (Digest | undefined)[]): readonly Digest[] =>
    digests.flatMap((each) => (each === undefined ? [] : [each]))
  if (type === 'artifact-exported') return all((data as { readonly artifact: { readonly digest: Digest } }).artifact.digest)
  if (type === 'way-back-kept') {
    const { wayBack } = data as { readonly wayBack: { readonly exported?: Digest; readonly sends?: Digest } }
    return all(wayBack.exported, wayBack.sends)
  }
  if (type === 'job-recorded') return all((data as { readonly importLog?: Digest }).importLog)
  if (type === 'approval-decided') {
    const { evidence } = (data as { readonly decision: Pick<Decision, 'evidence'> }).decision
    return all(evidence?.kind === 'test-report' ? evidence.report : undefined)
  }
  if (type !== 'release-sealed') return []
  const { release } = data as { readonly release: Release }
  return all(release.managed.digest, release.unmanaged.digest, release.configurationData?.digest)
}

function describeOpen(of: {
  readonly entries: number
  readonly through: number
  readonly withArtifacts: boolean
  readonly removed: number
}): readonly string[] {
  const tail = of.through === 0 ? 'the chain' : `the chain after entry ${of.through}`
  return [
    ...(of.through < of.entries
      ? [
          `That ${tail} was not rebuilt as a whole, or cut off at its end, by somebody who may write to the database: only an anchor that was kept elsewhere shows that.`,
        ]
      : []),
    'That each entry was appended by Drover, and not by somebody else who may write to the database and knows how an entry is made.',
    'That a person was who their token said.',
    'That what the platform told of itself, and Drover wrote down, is true.',
    ...(of.withArtifacts ? [] : ['That the artifacts are still there: their bytes were not read.']),
    ...(of.removed === 0
      ? []
      : [
          `What ${of.removed} files held that were removed after their retention: their digests stay, and \`drover evidence verify\` on the archive shows them.`,
        ]),
  ]
}
