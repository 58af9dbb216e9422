import type { ObservedComponent, ObservedLayer, ObservedOperation } from '#domain/environment'
import { isHarmless, isSettingKind, isUntellable, realChanges } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { isOwnTransport } from './transport-name.ts'

/** Why a layer on top says nothing that anybody did to the solution. */
export interface Harmless {
  readonly rule: HarmlessRuleName
  /** In one sentence, for somebody who is no developer. */
  readonly reason: string
  readonly evidence: string
}

export type HarmlessRuleName = 'empty-row' | 'bookkeeping' | 'variable-value' | 'binding' | 'fallback-form'

/** When imports of ours were at work in the environment, by its own clock, and under which names it knows the identity that asked for them. */
export interface OwnImports {
  readonly spans: readonly { readonly from: Instant; readonly to: Instant }[]
  readonly names: readonly string[]
}

interface Case {
  readonly component: Pick<ObservedComponent, 'kind'> & Partial<Pick<ObservedComponent, 'modified'>>
  readonly layer: Pick<ObservedLayer, 'changed' | 'writtenAt'>
  readonly ownImports: OwnImports
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
      component.kind === 'SystemForm' && isUntellable(layer) && isWrittenByUs({ component, layer, ownImports }),
  },
]

/** Undefined when the layer may be somebody's work; a layer that cannot be read always may. */
export function harmlessBecause(
  component: Case['component'],
  layer: Case['layer'],
  ownImports: OwnImports = { spans: [], names: [] },
): Harmless | undefined {
  const found = harmlessRules.find((rule) => rule.applies({ component, layer, ownImports }))
  return found && { rule: found.rule, reason: found.reason, evidence: found.evidence }
}

/**
 * Imports that the ledger knows by their job, whatever identity Drover had then, and those that the identity asked for that it has now. Those of
 * transports carry what people made, so what they write is people's. One without an end is over when the environment was observed.
 */
export function ownImportsOf(
  operations: readonly ObservedOperation[],
  own: { readonly importJobIds: readonly string[]; readonly userId: string; readonly observedAt: Instant },
): OwnImports {
  const jobs = new Set(own.importJobIds.map((id) => id.toLowerCase()))
  const ours = operations.filter(
    ({ kind, importJobId, by, solution }) =>
      kind === 'import' &&
      !isOwnTransport(solution ?? '') &&
      ((importJobId !== undefined && jobs.has(importJobId.toLowerCase())) || by?.userId.toLowerCase() === own.userId.toLowerCase()),
  )
  return {
    spans: ours.map(({ startedAt, endedAt }) => ({ from: startedAt, to: endedAt ?? own.observedAt })),
    names: ours.flatMap(({ by }) => by?.name ?? []),
  }
}

/**
 * Whether our identity wrote a layer in the very time of an import of ours. Where the environment names whoever wrote it, that must be us. It
 * names nobody for forms: then the time alone speaks, and while an import runs the environment takes no other change of definitions [web-api H:
 * one solution operation at a time]. The solution history tells whole seconds, so the seconds of its beginning and end count as a whole.
 */
export function isWrittenByUs({
  component,
  layer,
  ownImports,
}: Omit<Case, 'layer'> & { readonly layer: Pick<ObservedLayer, 'writtenAt'> }): boolean {
  const { writtenAt } = layer
  const by = component.modified?.by
  if (writtenAt === undefined || (by !== undefined && !ownImports.names.includes(by))) return false
  const second = secondOf(writtenAt)
  return ownImports.spans.some(({ from, to }) => second >= secondOf(from) && second <= secondOf(to))
}

function secondOf(instant: Instant): number {
  return Math.floor(Date.parse(instant) / 1000)
}
