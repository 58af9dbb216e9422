import type { Envelope, KeyProposal, SignedHead } from '#domain/evidence'
import type { Digest, PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { AnchorsView } from './anchor-ledger.ts'
import { anchorLedger, loadAnchors } from './anchor-ledger.ts'
import type { ArchiveView, BegunArchive, HoldEvidence } from './archive-evidence.ts'
import { archiveEvidence, holdEvidence, loadArchiveView } from './archive-evidence.ts'
import type { ExportEvidence } from './export-pack.ts'
import { exportEvidence, signProvenance } from './export-pack.ts'
import { releaseStream } from '../preparation/events.ts'
import type { RotatedKey } from './rotate-key.ts'
import { rotateKey, withdrawKeyProposal } from './rotate-key.ts'
import type { LedgerVerification, VerifyAgainst } from './verify-ledger.ts'
import { verifyLedger } from './verify-ledger.ts'

/** What proves afterwards how things went. */
export interface EvidenceCommands {
  /** Recomputes the ledger, and holds it against what was kept outside. */
  verifyLedger(against?: VerifyAgainst): Promise<LedgerVerification>
  /** Signs the head of the ledger; the worker brings it to the places that the configuration names. */
  anchorLedger(command: { readonly actor: PersonId }): Promise<Result<SignedHead>>
  loadAnchors(): Promise<AnchorsView>
  /** By policy the first word is a proposal, and that of another person carries it out. */
  rotateKey(command: { readonly reason: string; readonly actor: PersonId }): Promise<Result<RotatedKey>>
  /** Takes such a proposal back. */
  withdrawKeyProposal(command: { readonly reason: string; readonly actor: PersonId }): Promise<Result<KeyProposal>>
  loadArchive(): Promise<Result<ArchiveView>>
  /** By policy the first word is a proposal, and that of another person begins the work, which the worker does. */
  archiveEvidence(command: { readonly reason: string; readonly actor: PersonId }): Promise<Result<BegunArchive>>
  holdEvidence(command: HoldEvidence): Promise<Result<Pick<ArchiveView, 'holds'>>>
  /** Where the artifacts of a sealed release come from, each signed. */
  loadProvenance(releaseId: ReleaseId): Promise<Result<{ readonly statements: readonly SignedProvenance[] }>>
  /** The bytes of a zip that can be verified without the server. */
  exportEvidence(command: ExportEvidence): Promise<Result<Uint8Array>>
}

export interface SignedProvenance {
  readonly digest: Digest
  readonly kind: 'managed' | 'unmanaged'
  readonly envelope: Envelope
}

export function createEvidenceCommands(deps: EngineDependencies): EvidenceCommands {
  return {
    verifyLedger: (against) => verifyLedger(deps, against),
    anchorLedger: (command) => anchorLedger(deps, command),
    loadAnchors: () => loadAnchors(deps),
    rotateKey: (command) => rotateKey(deps, command),
    withdrawKeyProposal: (command) => withdrawKeyProposal(deps, command),
    loadArchive: () => loadArchiveView(deps),
    archiveEvidence: (command) => archiveEvidence(deps, command),
    holdEvidence: (command) => holdEvidence(deps, command),
    loadProvenance: (releaseId) => loadProvenance(deps, releaseId),
    exportEvidence: (command) => exportEvidence(deps, command),
  }
}

async function loadProvenance(
  deps: EngineDependencies,
  releaseId: ReleaseId,
): Promise<Result<{ readonly statements: readonly SignedProvenance[] }>> {
  const statements = await signProvenance(deps, await deps.ledger.read(releaseStream(releaseId)))
  if (statements.length > 0) return accept({ statements })
  return refuse('release.unknown', `There is no sealed release "${releaseId}".`, 'Name one that `drover release list` shows as sealed.')
}
