import type { SignedHead } from '#domain/evidence'
import { signedHeadText } from '#domain/evidence'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { AnchorTarget, Configuration } from '#domain/pipeline'
import type { EvidencePolicy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import { loadConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { makeAnchor } from './anchor-ledger.ts'
import type { AnchorPlaceRecord, AnchorRecord, NewAnchorEvent } from './anchor-stream.ts'
import { anchorStream, placeOf } from './anchor-stream.ts'

/**
 * Makes an anchor when one is due, and brings the newest to each place that does not hold it yet. A killed process leaves an anchor that is
 * not everywhere; the next sweep goes on, and every place takes the same anchor twice without harm.
 */
export async function sweepAnchors(deps: WorkerDependencies): Promise<void> {
  const current = await loadConfiguration(deps)
  const targets = current?.configuration.anchors ?? []
  if (current === undefined || targets.length === 0) return
  const policy = applyOverride(deps.policy, current.configuration.policy).evidence
  const before = await deps.readModel.load<AnchorRecord>('anchor', 'ledger')
  if (await isDue(deps, before, policy)) await makeAnchor(deps, 'drover')
  const record = await deps.readModel.load<AnchorRecord>('anchor', 'ledger')
  if (record === undefined) return
  for (const target of targets) {
    const place = placeOf(target, deps.hashing.sha256)
    const known = record.places.find((each) => each.place === place)
    if (isOutstanding(record, known, { now: Date.parse(deps.clock.now()), policy }))
      await bring(deps, { target, place, record, configuration: current.configuration })
  }
}

async function isDue(deps: WorkerDependencies, record: AnchorRecord | undefined, policy: EvidencePolicy): Promise<boolean> {
  const newest = await deps.ledger.readHead()
  if (newest === undefined || record === undefined) return newest !== undefined
  const fresh = newest.sequence - record.newest.signed.head.sequence - record.ownEntries
  const hours = (Date.parse(deps.clock.now()) - Date.parse(record.newest.at)) / 3_600_000
  return fresh >= policy.anchorEveryEntries.value || (fresh > 0 && hours >= policy.anchorEveryHours.value)
}

function isOutstanding(
  record: AnchorRecord,
  known: AnchorPlaceRecord | undefined,
  { now, policy }: { readonly now: number; readonly policy: EvidencePolicy },
): boolean {
  if (known?.kept?.anchorId === record.newest.anchorId) return false
  if (known?.failure === undefined) return true
  const { tries, lastTriedAt } = known.failure
  const minutes = Math.min(policy.anchorRetryMinutes.value * 2 ** (tries - 1), policy.anchorRetryHours.value * 60)
  return now - Date.parse(lastTriedAt) >= minutes * 60_000
}

interface Bringing {
  readonly target: AnchorTarget
  readonly place: string
  readonly record: AnchorRecord
  readonly configuration: Configuration
}

async function bring(deps: WorkerDependencies, { target, place, record, configuration }: Bringing): Promise<void> {
  const { anchorId, signed } = record.newest
  let event: NewAnchorEvent
  try {
    await put(deps, { target, anchorId, signed, repository: configuration.sourceRepository })
    event = { type: 'anchor-kept', data: { anchorId, place }, key: `kept:${anchorId}:${place}` }
  } catch (error) {
    deps.log.warn('The anchor of the ledger could not be kept; it is tried again', { place, error: errorMessage(error) })
    event = { type: 'anchor-failed', data: { anchorId, place, code: errorCode(error), message: errorMessage(error) } }
  }
  await deps.ledger.append({ stream: anchorStream, expectedVersion: undefined, actor: 'drover', events: [event] })
}

async function put(
  deps: WorkerDependencies,
  anchor: { readonly target: AnchorTarget; readonly anchorId: string; readonly signed: SignedHead; readonly repository: string },
): Promise<void> {
  const text = signedHeadText(anchor.signed)
  const { target } = anchor
  if (target.kind === 'file') return deps.anchors.appendToFile(target.path, text)
  if (target.kind === 'webhook') return deps.anchors.post(target.url, { id: anchor.anchorId, text })
  const control = deps.openSourceControl(anchor.repository)
  const newest = await control.readSource({ folder: 'drover', commit: undefined })
  if (newest === undefined)
    throw new DroverError('anchor.repository-empty', 'The source repository has no commit yet that a tag could be set on.', {
      hint: 'Prepare a first release; the anchor is then made.',
      isRetryable: true,
    })
  await control.tag(anchorTag(anchor.signed), newest.commit, text).catch((error: unknown) => {
    // Its name has the hash: set before a restart, and the branch has moved since.
    if (errorCode(error) !== 'source-control.tag-moved') throw error
  })
}

/** Sorted by name they are in the order of the ledger. */
function anchorTag({ head }: SignedHead): string {
  return `drover/ledger/${String(head.sequence).padStart(12, '0')}-${head.hash.slice(0, 12)}`
}
