import type { SignedHead } from '#domain/evidence'
import type { PersonId, Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { AnchorsView } from './anchor-ledger.ts'
import { anchorLedger, loadAnchors } from './anchor-ledger.ts'
import type { LedgerVerification, VerifyAgainst } from './verify-ledger.ts'
import { verifyLedger } from './verify-ledger.ts'

/** What proves afterwards how things went. */
export interface EvidenceCommands {
  /** Recomputes the ledger, and holds it against what was kept outside. */
  verifyLedger(against?: VerifyAgainst): Promise<LedgerVerification>
  /** Signs the head of the ledger; the worker brings it to the places that the configuration names. */
  anchorLedger(command: { readonly actor: PersonId }): Promise<Result<SignedHead>>
  loadAnchors(): Promise<AnchorsView>
}

export function createEvidenceCommands(deps: EngineDependencies): EvidenceCommands {
  return {
    verifyLedger: (against) => verifyLedger(deps, against),
    anchorLedger: (command) => anchorLedger(deps, command),
    loadAnchors: () => loadAnchors(deps),
  }
}
