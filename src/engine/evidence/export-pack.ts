import type { EvidenceSelection, PackIndex, PromotionEvidence, SignedHead, Subtree } from '#domain/evidence'
import {
  collectWithheld,
  documentsOf,
  makeEnvelope,
  makeProvenance,
  packKind,
  packPaths,
  provenanceText,
  removedIn,
  showPromotion,
  signedHeadText,
} from '#domain/evidence'
import type { Digest, LedgerEvent, PersonId, Result } from '#domain/kernel'
import { accept, canonicalJson, errorCode, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { applyOverride, refuseActor } from '#domain/policy'
import type { Release } from '#domain/release'
import type { PackageFile } from '#format'
import { writeStoredZip } from '#format'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { readAnchors } from './anchor-stream.ts'
import { describePack } from './describe-pack.ts'
import type { SelectedEntries } from './select-entries.ts'
import { selectEntries } from './select-entries.ts'
import { signHead } from './sign-head.ts'
import { findArtifacts } from './verify-ledger.ts'

export interface ExportEvidence {
  readonly selection: EvidenceSelection
  readonly withArtifacts: boolean
  readonly withNames: boolean
  readonly actor: PersonId
}

/** Takes out of the ledger what proves how something went, so that it can be verified without it. That it was taken out is recorded first. */
export async function exportEvidence(deps: EngineDependencies, command: ExportEvidence): Promise<Result<Uint8Array>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const policy = applyOverride(deps.policy, configuration.policy).evidence
  const refused = refuseActor(configuration.people, command.actor, { may: policy.mayExport, deed: 'take evidence out of the ledger' })
  if (refused !== undefined) return refused
  const { selection, withArtifacts, withNames } = command
  if (selection.kind === 'period' && !(Date.parse(selection.from) < Date.parse(selection.to)))
    return refuse('evidence.period-empty', 'The time to export ends before it begins.', 'Give --from and --to as times, the earlier first.')
  const event = { type: 'evidence-exported', data: { selection, withArtifacts, withNames } }
  await deps.ledger.append({ stream: 'evidence', expectedVersion: undefined, actor: command.actor, events: [event] })
  const signedHead = await signHead(deps)
  if (signedHead === undefined) return refuse('ledger.empty', 'The ledger is empty.', 'There is nothing to export yet.')
  const selected = await selectEntries(deps, selection, { through: signedHead.head.sequence, most: policy.packEntries.value })
  if (!selected.ok) return selected
  return accept(
    await makePack(deps, { selection, withArtifacts, withNames, signedHead, selected: selected.value, people: configuration.people }),
  )
}

interface PackInput extends Omit<ExportEvidence, 'actor'> {
  readonly signedHead: SignedHead
  readonly selected: SelectedEntries
  readonly people: readonly Person[]
}

/** The same head and the same selection give the same bytes. */
export async function makePack(deps: EngineDependencies, input: PackInput): Promise<Uint8Array> {
  const { selected, signedHead, selection } = input
  const anchors = (await readAnchors(deps.ledger)).filter(({ head }) => head.sequence <= signedHead.head.sequence)
  const withheld = await findWithheld(deps, { selected, signedHead, anchors })
  const promotions = promotionsOf(selected.entries)
  const releases = releasesOf(selected.entries)
  const { pem } = await deps.signing.publicKey()
  const texts: [string, string][] = [
    [packPaths.entries, lines(selected.entries.map((entry) => canonicalJson(entry)))],
    [packPaths.withheld, json(withheld)],
    [packPaths.anchors, lines(anchors.map(signedHeadText))],
    [packPaths.publicKey, pem],
    ...[...promotions].map(([id, evidence]): [string, string] => [packPaths.promotion(id), json(evidence)]),
    ...[...releases].map(([id, { release }]): [string, string] => [packPaths.release(id), json(release)]),
    ...(await provenanceFiles(deps, [...releases.values()])),
    ...(input.withNames ? [namesFile(input)] : []),
  ]
  const { text, page } = describePack({ ...input, anchors, withheld, promotions, releases })
  texts.push([packPaths.readme, text], [packPaths.page, page])
  const files = [
    ...texts.map(([path, content]): PackageFile => ({ path, bytes: new TextEncoder().encode(content) })),
    ...(await documentFiles(deps, [...promotions.values()])),
    ...(input.withArtifacts ? await artifactFiles(deps, selected.entries) : []),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const index: PackIndex = {
    kind: packKind,
    selection,
    signedHead,
    files: files.map(({ path, bytes }) => ({ path, sha256: deps.hashing.sha256(bytes), size: bytes.length })),
  }
  const indexText = json(index)
  const signature = json(await deps.signing.sign(indexText))
  const head = [
    { path: packPaths.index, bytes: new TextEncoder().encode(indexText) },
    { path: packPaths.signature, bytes: new TextEncoder().encode(signature) },
  ]
  return writeStoredZip([...head, ...files])
}

async function findWithheld(
  deps: EngineDependencies,
  { selected, signedHead, anchors }: Pick<PackInput, 'selected' | 'signedHead'> & { readonly anchors: readonly SignedHead[] },
): Promise<readonly Subtree[]> {
  const shown = new Set(selected.entries.map(({ sequence }) => sequence))
  const edges = new Set(anchors.map(({ head }) => head.sequence))
  const collector = collectWithheld(deps.hashing.sha256, {
    isShown: (sequence) => shown.has(sequence),
    isEdge: (count) => edges.has(count),
  })
  const { sequence: size } = signedHead.head
  for (let at = 0; at < size; ) {
    const hashes = await deps.ledger.readHashes(at, Math.min(hashBatch, size - at))
    if (hashes.length === 0) break
    for (const each of hashes) collector.add(each)
    at = hashes.at(-1)?.sequence ?? size
  }
  return collector.end()
}

const hashBatch = 5_000

interface SealedRelease {
  readonly release: Release
  readonly entries: readonly LedgerEvent[]
}

function promotionsOf(entries: readonly LedgerEvent[]): ReadonlyMap<string, PromotionEvidence> {
  const shown = [...group(entries, 'promotion/')].flatMap(([id, own]): [string, PromotionEvidence][] => {
    // A time that begins in the middle of a promotion has only some of its entries: they stand for themselves.
    const evidence = own[0]?.streamVersion === 1 ? showPromotion(own) : undefined
    return evidence === undefined ? [] : [[id, evidence]]
  })
  return new Map(shown)
}

function releasesOf(entries: readonly LedgerEvent[]): ReadonlyMap<string, SealedRelease> {
  const sealed = [...group(entries, 'release/')].flatMap(([id, own]): [string, SealedRelease][] => {
    const event = own.find(({ type }) => type === 'release-sealed')
    // Entries of this type are written only so.
    return event === undefined ? [] : [[id, { release: (event.data as { readonly release: Release }).release, entries: own }]]
  })
  return new Map(sealed)
}

function group(entries: readonly LedgerEvent[], prefix: string): ReadonlyMap<string, readonly LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>()
  for (const entry of entries) {
    if (!entry.stream.startsWith(prefix)) continue
    const id = entry.stream.slice(prefix.length)
    const known = groups.get(id)
    if (known === undefined) groups.set(id, [entry])
    else known.push(entry)
  }
  return groups
}

async function provenanceFiles(deps: EngineDependencies, releases: readonly SealedRelease[]): Promise<[string, string][]> {
  const files: [string, string][] = []
  for (const { digest, envelope } of (await Promise.all(releases.map(({ entries }) => signProvenance(deps, entries)))).flat())
    files.push([packPaths.provenance(digest), json(envelope)])
  return [...new Map(files)]
}

/** Provenance of the artifacts of a release; the same each time, since it is made from the ledger and signed by the same key. */
export async function signProvenance(deps: Pick<EngineDependencies, 'signing'>, entries: readonly LedgerEvent[]) {
  const { keyId } = await deps.signing.publicKey()
  return Promise.all(
    makeProvenance(entries, keyId).map(async (provenance) => {
      const { digest, kind } = provenance.artifact
      return { digest, kind, envelope: makeEnvelope(provenance, await deps.signing.sign(provenanceText(provenance))) }
    }),
  )
}

/** What the promotions and releases of the pack brought into the store; without what was removed after its retention. */
async function artifactFiles(deps: EngineDependencies, entries: readonly LedgerEvent[]): Promise<PackageFile[]> {
  const removed = removedIn(entries)
  const own = entries.filter(({ type, stream }) => /^(promotion|release)\//.test(stream) && !isOfDocument(type))
  const digests = new Set<Digest>(own.flatMap(findArtifacts).filter((digest) => !removed.has(digest)))
  const files: PackageFile[] = []
  for (const digest of digests) files.push({ path: packPaths.artifact(digest), bytes: await deps.artifacts.get(digest) })
  return files
}

/** Logs and reports have a folder of their own in a pack. */
function isOfDocument(type: string): boolean {
  return type === 'job-recorded' || type === 'approval-decided'
}

/** One whose bytes are gone is left out, which whoever verifies the pack is told; `drover ledger verify` names it. */
async function documentFiles(deps: EngineDependencies, promotions: readonly PromotionEvidence[]): Promise<PackageFile[]> {
  const digests = new Set<Digest>(promotions.flatMap(({ promotion }) => documentsOf(promotion).map(({ digest }) => digest)))
  const files: PackageFile[] = []
  for (const digest of digests) {
    try {
      files.push({ path: packPaths.document(digest), bytes: await deps.artifacts.get(digest) })
    } catch (error) {
      if (!errorCode(error).startsWith('artifact.')) throw error
    }
  }
  return files
}

/** Names are in this file alone, so that the pack can be given away without it. */
function namesFile({ people, selected }: PackInput): [string, string] {
  const text = JSON.stringify(selected.entries)
  const named = people.filter(({ id }) => text.includes(JSON.stringify(id))).map(({ id, name, roles }) => ({ id, name, roles }))
  return [packPaths.people, json(named)]
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
