import type { ObservedComponent, ObservedLayer, ObservedOperation } from '#domain/environment'
import { isHarmless, isSettingKind, isUntellable, realChanges } from '#domain/environment'
import type { Instant } from '#domain/kernel'

/** Why a layer on top says nothing that anybody did to the solution. */
export interface Harmless {
  readonly rule: HarmlessRuleName
  /** In one sentence, for somebody who is no developer. */
  readonly reason: string
  readonly evidence: string
}

export type HarmlessRuleName = 'empty-row' | 'bookkeeping' | 'variable-value' | 'binding' | 'fallback-form'

/** A time in which an import of ours was at work in the environment, by the environment's own clock. */
export interface ImportSpan {
  readonly from: Instant
  readonly to: Instant
}

interface Case {
  readonly component: Pick<ObservedComponent, 'kind'>
  readonly layer: Pick<ObservedLayer, 'changed' | 'writtenAt'>
  readonly ownImports: readonly ImportSpan[]
}

interface HarmlessRule extends Harmless {
  applies(to: Case): boolean
}

/** Which connection a reference uses; whoever binds it writes nothing else [facts-2 §6.1; names of the table's columns]. */
const bindingAttributes: ReadonlySet<string> = new Set(['connectionid', 'connectionparametersetconfig'])

/** What can be on top of a component without being drift, each with what shows it. The first that applies counts. */
export const harmlessRules: readonly HarmlessRule[] = [
  {
    rule: 'variable-value',
    reason: 'The value of an environment variable is a setting of this environment.',
    evidence: 'Values are by design unmanaged [facts-2 §4, §6.1].',
    applies: ({ component }) => isSettingKind(component.kind),
  },
  {
    rule: 'empty-row',
    reason: 'The platform keeps a row for a layer that changes nothing.',
    evidence: 'In a recorded environment 119 of 141 such rows named no changed attribute [facts-2 §6.1].',
    applies: ({ layer }) => layer.changed?.length === 0,
  },
  {
    rule: 'bookkeeping',
    reason: 'The layer names only what the platform itself writes, such as times and states.',
    evidence: 'Lists of two public tools, made from real environments [facts-2 §6.1].',
    applies: ({ layer }) => isHarmless(layer),
  },
  {
    rule: 'binding',
    reason: 'The layer says which connection is used here, which is a setting of this environment.',
    evidence: 'A connection that is chosen after an import makes an Active layer [facts-2 §6.1].',
    applies: ({ component, layer }) =>
      component.kind.toLowerCase() === 'connectionreference' &&
      (realChanges(layer)?.every((attribute) => bindingAttributes.has(attribute.toLowerCase())) ?? false),
  },
  {
    rule: 'fallback-form',
    reason: 'The platform itself wrote this form while Drover imported, since the table had no form to fall back to.',
    evidence: 'Microsoft support, unmanaged active layer created after solution import [facts-2 §6.1].',
    applies: ({ component, layer, ownImports }) =>
      component.kind === 'SystemForm' && isUntellable(layer) && isWrittenDuring(layer.writtenAt, ownImports),
  },
]

/** Undefined when the layer may be somebody's work; a layer that cannot be read always may. */
export function harmlessBecause(
  component: Case['component'],
  layer: Case['layer'],
  ownImports: readonly ImportSpan[] = [],
): Harmless | undefined {
  const found = harmlessRules.find((rule) => rule.applies({ component, layer, ownImports }))
  return found && { rule: found.rule, reason: found.reason, evidence: found.evidence }
}

/**
 * When imports of ours were at work: those whose job the ledger knows, and those that the identity asked for that Drover acts as. One without
 * an end is over when the environment was observed.
 */
export function ownImportSpans(
  operations: readonly ObservedOperation[],
  own: { readonly importJobIds: readonly string[]; readonly userId: string; readonly observedAt: Instant },
): readonly ImportSpan[] {
  const jobs = new Set(own.importJobIds.map((id) => id.toLowerCase()))
  const isOurs = ({ importJobId, by }: ObservedOperation): boolean =>
    (importJobId !== undefined && jobs.has(importJobId.toLowerCase())) || by?.userId.toLowerCase() === own.userId.toLowerCase()
  return operations
    .filter((operation) => operation.kind === 'import' && isOurs(operation))
    .map(({ startedAt, endedAt }) => ({ from: startedAt, to: endedAt ?? own.observedAt }))
}

/**
 * The two times are of one environment, whose servers may disagree by seconds (ours, unverified). No more than that: a form does not tell who
 * edited it, so what somebody edits within this time after an import counts as the platform's.
 */
export function isWrittenDuring(at: Instant | undefined, spans: readonly ImportSpan[]): boolean {
  if (at === undefined) return false
  const ms = Date.parse(at)
  return spans.some(({ from, to }) => ms >= Date.parse(from) - marginMs && ms <= Date.parse(to) + marginMs)
}

const marginMs = 10_000
