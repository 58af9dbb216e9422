import type { ReadTransaction } from '../store/store.ts'

/** Why a data policy forbids an app or a flow in an environment. */
export interface PolicyViolation {
  readonly policyId: string
  readonly policyName: string
  /** ISO instant. */
  readonly lastModified: string
  readonly type: 'Block' | 'BusinessAndNonBusinessConnector'
  /** Names of the connectors, for example shared_sharepointonline. */
  readonly connectors: readonly string[]
}

/** What the data policies of the tenant that apply to an environment forbid of an app or flow that uses these connectors together. */
export function violationsOf(_tenant: ReadTransaction, _environment: string, _connectors: readonly string[]): readonly PolicyViolation[] {
  return []
}
