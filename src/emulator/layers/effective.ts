import type { XmlElement } from '#format'
import { putPart, readPart } from '../kinds/content.ts'
import { memoByDigest } from '../kinds/digest-memo.ts'
import { child } from '#format'
import type { Transaction } from '../store/store.ts'
import type { ComponentState, ManagedLayer } from './component-state.ts'
import { managedDigest, topManagedDigest } from './component-state.ts'
import type { KindMerge } from './merge/top-level.ts'
import { mergeOf } from './merge/index.ts'

/** The state with what its layers make together, where their kind merges and more than one of them speaks (web-api H.3). */
export function withMerged(tx: Transaction, state: ComponentState): ComponentState {
  if (state.merged === undefined && state.pending === undefined && voiceCount(state) < 2) return state
  const { merged: old, ...plain } = state
  const merged = mergedOf(tx, plain)
  return withPendingOver(tx, merged === undefined ? (old === undefined ? state : plain) : { ...plain, merged })
}

/** An edit that waits for publishing is one of the managed definition of now, whatever it was made on. */
function withPendingOver(tx: Transaction, state: ComponentState): ComponentState {
  const { pending } = state
  const managed = managedDigest(state)
  const rule = pending?.over === undefined || managed === undefined || pending.over === managed ? undefined : mergeOf(state.kind)
  if (pending === undefined || managed === undefined || rule === undefined) return state
  return {
    ...state,
    pending: { ...pending, digest: joined(tx, rule, { below: managed, above: pending.digest, over: pending.over }), over: managed },
  }
}

function mergedOf(tx: Transaction, state: ComponentState): ComponentState['merged'] {
  const voices = speaking(state.layers)
  const rule = voiceCount(state) < 2 || state.layers.length === 0 ? undefined : mergeOf(state.kind)
  if (rule === undefined) return undefined
  const [base = '', ...above] = voices.map((layer) => layer.digest)
  const managed = above.reduce((below, digest) => joined(tx, rule, { below, above: digest }), base)
  const published = withActive(tx, state, { rule, managed })
  return managed === topManagedDigest(state) && published === (state.active?.digest ?? managed) ? undefined : { managed, published }
}

function voiceCount({ layers, active }: ComponentState): number {
  return layers.length + (active?.digest === undefined ? 0 : 1)
}

/** The layers without those of a base and its patches that a later patch or the pending upgrade of the same solution stands for. */
function speaking(layers: readonly ManagedLayer[]): readonly ManagedLayer[] {
  const familyOf = (layer: ManagedLayer): string => layer.of ?? layer.solution
  return layers.filter((layer, at) => !layers.slice(at + 1).some((later) => familyOf(later) === familyOf(layer)))
}

/** What the Active layer changes of the definition that it was made on, laid over the one of now. */
function withActive(tx: Transaction, { active }: ComponentState, { rule, managed }: { rule: KindMerge; managed: string }): string {
  if (active?.digest === undefined) return managed
  return active.over === managed ? active.digest : joined(tx, rule, { below: managed, above: active.digest, over: active.over })
}

interface Joint {
  readonly below: string
  readonly above: string
  readonly over?: string | undefined
}

/** Joints by their digests: equal stacks of all environments are merged once. */
const known = new Map<string, string>()
const maxKnown = 20_000

function joined(tx: Transaction, rule: KindMerge, joint: Joint): string {
  const { below, above, over } = joint
  if (below === above || isTopTheWhole(tx, above)) return above
  const name = `${below}|${above}|${over ?? ''}`
  const found = known.get(name)
  if (found !== undefined && tx.hasBlob(found)) return found
  const digest = join(tx, rule, joint)
  const [oldest] = known.size < maxKnown ? [] : known.keys()
  if (oldest !== undefined) known.delete(oldest)
  known.set(name, digest)
  return digest
}

function join(tx: Transaction, rule: KindMerge, { below, above, over }: Joint): string {
  const [lower, upper] = [readPart(tx, below), readPart(tx, above)]
  if (lower.xml === undefined || upper.xml === undefined) return above
  const said = over === undefined ? upper.xml : changesOver(readPart(tx, over).xml, upper.xml, rule)
  return putPart(tx, { ...upper, xml: rule.merge(lower.xml, said) })
}

function changesOver(base: XmlElement | undefined, edited: XmlElement, rule: KindMerge): XmlElement {
  return base === undefined ? edited : rule.difference(base, edited)
}

/** Of columns only those with a choice of their own have anything to merge. */
const isTopTheWhole = memoByDigest(({ kind, xml }) => kind === 'Attribute' && child(xml, 'optionset') === undefined)
