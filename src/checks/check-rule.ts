import type { Finding, Rule, Severity } from '#domain/check'
import type { Digest, Version } from '#domain/kernel'
import type { SolutionModel, Tier } from '#domain/solution'

/** What is known around a solution file; what is left out is not judged, and the rules say so. */
export interface CheckContext {
  readonly tier: Tier
  /** Digest of the artifact that is checked. */
  readonly digest?: Digest
  /** Artifacts of the same solution and kind (managed or unmanaged) that were sealed or deployed before. */
  readonly earlier?: readonly EarlierArtifact[]
  /** Solutions in the environment that the solution is meant for. */
  readonly installed?: readonly { readonly uniqueName: string; readonly version: Version }[]
  /** Publishers that the organisation has, its own and other teams'. */
  readonly knownPublishers?: readonly { readonly uniqueName: string; readonly prefix: string }[]
}

export interface EarlierArtifact {
  readonly version: Version
  readonly digest: Digest
  /** Where it got to, for example `test`; for the message only. */
  readonly stage?: string
}

/** One quality rule: pure, from a solution to its breaches. */
export interface CheckRule {
  readonly rule: Rule
  readonly evaluate: (model: SolutionModel, context: CheckContext) => readonly Finding[]
}

/** A breach of `rule`; its own severity where the case is milder than the rule's headline. */
export function breach(
  rule: Rule,
  found: { readonly subject: string; readonly message: string; readonly severity?: Severity; readonly path?: string | undefined },
): Finding {
  return {
    ruleId: rule.id,
    severity: found.severity ?? rule.severity,
    subject: found.subject,
    message: found.message,
    path: found.path,
  }
}
