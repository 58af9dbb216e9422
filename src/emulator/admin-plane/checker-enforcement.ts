import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { EnvironmentStore, Transaction } from '../store/store.ts'
import { isManagedEnvironment, recordOf } from './environment-record.ts'
import type { Body } from './request-body.ts'

const table = 'checkerresult'
const freshMs = 90 * 24 * 3_600_000

/** What the enforcement of the solution checker has to say of an import (facts-2 §10). */
export interface CheckerObjection {
  readonly kind: 'blocked' | 'warned'
  readonly text: string
}

/**
 * Judges the import of a solution file by the checker mode of a Managed Environment. Block wants a result of the last 90 days of the
 * service's time for this very file, made with the ruleset Solution Checker, without excluded files or overridden rules and without
 * critical violations. `fileDigest` is the sha256 of the file in hex.
 */
export function importRefusal(tenant: EnvironmentStore, environment: string, fileDigest: string, now: Date): CheckerObjection | undefined {
  const { record, result } = tenant.read((tx) => ({ record: recordOf(tx, environment), result: tx.get(table, fileDigest.toLowerCase()) }))
  if (!isManagedEnvironment(record)) return undefined
  const mode = record.governance.settings?.extendedSettings['solutionCheckerMode']?.toLowerCase()
  const isFresh = result !== undefined && now.getTime() < Number(result['freshUntil'])
  const isCritical = Number(result?.['criticalViolations'] ?? 0) > 0
  if (mode === 'block' && (!isFresh || isCritical || result['isComplete'] !== true)) {
    const text = 'Error: Solution is blocked from importing due to critical violations. Fix these violations, then retry the import.'
    return { kind: 'blocked', text }
  }
  // What a warning says of a file without a result is not known; nothing here (U).
  if (mode !== 'warn' || !isFresh || !isCritical) return undefined
  const text =
    'Warning: There are critical violations in this solution. You can block solutions with critical violations by enabling Solution Checker enforcement in Managed Environments settings page.'
  return { kind: 'warned', text }
}

/**
 * Records what a run of the checker said of a file. **Not of the service**, which knows the runs of its own checker: the address
 * `PUT /providers/Drover.Emulator/checkerResults/{sha256}` stands for such a run.
 */
export function recordCheckerResult(tenant: Transaction, given: { readonly digest: string; readonly body: Body }, clock: Clock): void {
  const { digest, body } = given
  if (!/^[0-9a-f]{64}$/i.test(digest)) throw new ODataError(400, 'InvalidRequestContent', `'${digest}' is not the sha256 of a file in hex.`)
  const criticalViolations = body['criticalViolations']
  if (typeof criticalViolations !== 'number') {
    throw new ODataError(400, 'InvalidRequestContent', "The request content must have a number 'criticalViolations'.")
  }
  const checkedAt = typeof body['checkedAt'] === 'string' ? Date.parse(body['checkedAt']) : clock.now().getTime()
  tenant.put(table, digest.toLowerCase(), {
    criticalViolations,
    isComplete:
      (body['ruleset'] ?? 'Solution Checker') === 'Solution Checker' &&
      body['hasFileExclusions'] !== true &&
      body['hasRuleOverrides'] !== true,
    freshUntil: checkedAt + clock.scaled(freshMs),
  })
}
