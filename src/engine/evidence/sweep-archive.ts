import type { ArchiveManifest, NewArchiveEvent, RemovedBytes, RunningArchive, SignedManifest } from '#domain/evidence'
import {
  archiveStream,
  firstManifest,
  isUnderHold,
  keyStream,
  makeManifest,
  manifestPath,
  manifestText,
  readSignedManifest,
  trustedKeys,
} from '#domain/evidence'
import type { Result } from '#domain/kernel'
import { accept, canonicalJson, DroverError } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { ArchiveStore, Archiving } from '#engine/ports'
import { decideOnStream } from '../decide-on-stream.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { loadArchive, readArchived } from './archive-record.ts'
import { makePack } from './export-pack.ts'
import { findRemovable } from './find-removable.ts'
import { selectEntries } from './select-entries.ts'

/**
 * Goes on with an archive that two people began: each pack is written, read back and verified, and told to the ledger; when all are, what they
 * hold and nothing else names is removed. Killed anywhere, it goes on: the same anchor gives the same pack, and what is written is not written twice.
 */
export async function sweepArchive(deps: WorkerDependencies): Promise<void> {
  const { running } = await loadArchive(deps)
  const { archiving } = deps
  if (running === undefined || archiving === undefined) return
  const store = archiving.open(running.folder)
  for (const promotionId of running.remaining) await keep(deps, { archiving, store, running, promotionId })
  const removed = await beginRemoval(deps, { store, archiveId: running.archiveId })
  for (const { digest } of removed) await deps.artifacts.remove(digest)
  await record(deps, { type: 'archive-ended', data: { archiveId: running.archiveId }, key: `ended:${running.archiveId}` })
}

interface Keeping {
  readonly archiving: Archiving
  readonly store: ArchiveStore
  readonly running: RunningArchive
  readonly promotionId: string
}

async function keep(deps: WorkerDependencies, keeping: Keeping): Promise<void> {
  const { promotionId, running } = keeping
  const { archiveId } = running
  const place = await findPlace(deps, promotionId)
  // Another worker was faster.
  if (place === undefined) return
  const manifest = (await readBegun(deps, keeping, place)) ?? (await writePack(deps, keeping, place))
  if (typeof manifest === 'string') {
    await record(deps, {
      type: 'archive-skipped',
      data: { archiveId, promotionId, reason: manifest },
      key: `skipped:${archiveId}:${promotionId}`,
    })
    return
  }
  const { number, file, sha256 } = manifest
  const data = { archiveId, promotionId, number, file, sha256, manifest: deps.hashing.sha256(manifestText(manifest)) }
  await record(deps, { type: 'archive-kept', data, key: `kept:${promotionId}` })
}

type Place = Pick<ArchiveManifest, 'number' | 'previous'>

/** The next in the chain, as long as the promotion is to be kept: both from one reading, so that two workers never take two places for it. */
async function findPlace(deps: WorkerDependencies, promotionId: string): Promise<Place | undefined> {
  const { running, last } = await loadArchive(deps)
  if (running?.remaining.includes(promotionId) !== true) return undefined
  return { number: (last?.number ?? 0) + 1, previous: last?.manifest ?? firstManifest }
}

/** What a killed process wrote of it, which the ledger was not told of yet. */
async function readBegun(
  deps: WorkerDependencies,
  { store, promotionId }: Keeping,
  { number, previous }: Place,
): Promise<ArchiveManifest | undefined> {
  const bytes = await store.get(manifestPath(number))
  if (bytes === undefined) return undefined
  const signed = readSignedManifest(new TextDecoder().decode(bytes))
  const keys = trustedKeys(await deps.signing.publicKey(), await deps.ledger.read(keyStream), deps.signing)
  const key = keys.find(({ keyId }) => keyId === signed?.keyId)
  if (signed === undefined || key === undefined) return undefined
  const { manifest, signature } = signed
  const isOurs = manifest.number === number && manifest.previous === previous && manifest.promotionId === promotionId
  if (!isOurs || !deps.signing.verify({ publicKey: key.pem, text: manifestText(manifest), signature })) return undefined
  const pack = await store.get(manifest.file)
  return pack !== undefined && deps.hashing.sha256(pack) === manifest.sha256 ? manifest : undefined
}

/** A text says why there is none. */
async function writePack(deps: WorkerDependencies, keeping: Keeping, place: Place): Promise<ArchiveManifest | string> {
  const { running, store, promotionId } = keeping
  const taken = await takePack(deps, keeping)
  if (typeof taken === 'string') return taken
  const sha256 = deps.hashing.sha256(taken)
  const file = `packs/${sha256}.zip`
  await store.put(file, taken)
  const fault = await findFault(deps, keeping, { file, sha256 })
  if (fault !== undefined) return fault
  const promotion = await deps.readModel.load<Promotion>('promotion', promotionId)
  const solution = promotion?.request.solution ?? ''
  const manifest = makeManifest({ ...place, promotionId, solution, file, sha256, size: taken.length, signedHead: running.signedHead })
  const signed: SignedManifest = { manifest, ...(await deps.signing.sign(manifestText(manifest))) }
  await store.put(manifestPath(place.number), new TextEncoder().encode(`${canonicalJson(signed)}\n`))
  return manifest
}

/** With all bytes, and without names: those can be forgotten, and what is written once cannot. A text: why there is none. */
async function takePack(deps: WorkerDependencies, { running, promotionId }: Keeping): Promise<Uint8Array | string> {
  const { signedHead } = running
  const selection = { kind: 'promotion', promotionId } as const
  const selected = await selectEntries(deps, selection, { through: signedHead.head.sequence, most: Number.MAX_SAFE_INTEGER })
  if (!selected.ok) return selected.refusal.message
  try {
    return await makePack(deps, { selection, withArtifacts: true, withNames: false, signedHead, selected: selected.value, people: [] })
  } catch (error) {
    // Bytes that are gone or were changed: nothing of it is removed, and `drover ledger verify` names them.
    if (error instanceof DroverError && error.code.startsWith('artifact.')) return error.message
    throw error
  }
}

/** Reads it back from the archive, and verifies it as a stranger would; undefined: it holds. */
async function findFault(
  deps: WorkerDependencies,
  { archiving, store, running }: Keeping,
  { file, sha256 }: Pick<ArchiveManifest, 'file' | 'sha256'>,
): Promise<string | undefined> {
  const back = await store.get(file)
  if (back === undefined || deps.hashing.sha256(back) !== sha256) return `The archive does not give ${file} back as it was written.`
  const { pem } = await deps.signing.publicKey()
  const failed = (await archiving.judge(back, [running.signedHead], pem)).find(({ state }) => state === 'failed')
  return failed && `Its pack does not hold: ${failed.subject}: ${failed.message}`
}

/** Told before anything is removed, and decided on the same stream as legal holds: one that came first keeps what it concerns. */
async function beginRemoval(
  deps: WorkerDependencies,
  { store, archiveId }: { readonly store: ArchiveStore; readonly archiveId: string },
): Promise<readonly RemovedBytes[]> {
  const { running } = await loadArchive(deps)
  if (running?.archiveId !== archiveId) return []
  if (running.removed !== undefined) return running.removed
  const decided = await decideOnStream<NewArchiveEvent>(
    deps.ledger,
    { stream: archiveStream, actor: 'drover' },
    async (): Promise<Result<readonly NewArchiveEvent[]>> => {
      const current = await loadArchive(deps)
      const removable = await findRemovable(deps, (promotion) => isUnderHold(current, promotion))
      const there = await findPacksThere(deps, { store, removable })
      const removed = removable.filter(({ promotionId }) => there.has(promotionId))
      return accept([{ type: 'archive-removal-begun', data: { archiveId, removed }, key: `removal:${archiveId}` }])
    },
  )
  const [event] = decided.ok ? decided.value : []
  return event?.type === 'archive-removal-begun' ? event.data.removed : []
}

/** Promotions whose packs the archive still gives back as they were written: an archive that was lost since keeps all bytes here. */
async function findPacksThere(
  { ledger, hashing }: WorkerDependencies,
  { store, removable }: { readonly store: ArchiveStore; readonly removable: readonly RemovedBytes[] },
): Promise<ReadonlySet<string>> {
  const archived = await readArchived(ledger)
  const there = new Set<string>()
  for (const promotionId of new Set(removable.map((each) => each.promotionId))) {
    const kept = archived.get(promotionId)
    const pack = kept === undefined ? undefined : await store.get(kept.file)
    if (pack !== undefined && hashing.sha256(pack) === kept?.sha256) there.add(promotionId)
  }
  return there
}

async function record(deps: WorkerDependencies, event: NewArchiveEvent): Promise<void> {
  await deps.ledger.append({ stream: archiveStream, expectedVersion: undefined, actor: 'drover', events: [event] })
}
