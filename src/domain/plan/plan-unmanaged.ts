import type { DescribedComponent } from '#domain/difference'
import { diffSolutions } from '#domain/difference'
import type { Environment, InstalledSolution } from '#domain/environment'
import type { PersonId, Refusal, Version } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import { nameOf, tableOf, wordsFor } from './component-words.ts'
import { idOf, isKind, isListedKind } from './forecast-facts.ts'
import type { Certainty } from './plan.ts'
import { findUnmanagedBlockers } from './plan-unmanaged-blockers.ts'
import { withWholeTables } from './plan-unmanaged-tables.ts'

/** What a plan for unmanaged work is made from: three versions of the solution, and what stands around it. */
export interface UnmanagedFacts {
  readonly environment: Pick<Environment, 'id' | 'name' | 'layerPolicy'>
  /** Unique name of the solution. */
  readonly solution: string
  readonly toVersion: Version
  /** As it is in the target now; undefined: not installed. */
  readonly installed: InstalledSolution | undefined
  /** What the release brings: its unmanaged artifact. */
  readonly brought: readonly DescribedComponent[]
  /** What Drover shipped there last, unmanaged; undefined when it never did, or the file is not at hand. */
  readonly shipped: readonly DescribedComponent[] | undefined
  /** Why `shipped` is taken to be what was shipped, and how sure that is. */
  readonly basis: UnmanagedPlan['basis']
  /** What is there now: an unmanaged export of the target's solution; empty before it is installed. */
  readonly current: readonly DescribedComponent[]
  /** `kind:key` of what is brought and is in the target outside of the solution, so that no export shows it. */
  readonly elsewhere: readonly string[]
  /** Registered production-only changes in force: their id, and the `kind:key` of the component that they are about. */
  readonly tweaks: readonly { readonly id: string; readonly component: string }[]
  /** Managed layers of others on what is brought: `kind:key` and the unique name of the solution. */
  readonly foreignLayers: readonly { readonly component: string; readonly solution: string }[]
  /** Names of what somebody is at work on there: no export shows it, and an import would end it. */
  readonly unpublished: readonly string[]
  /** What people said of components that both sides changed. */
  readonly decided: readonly DecidedConflict[]
  /** Whether the target blocks unmanaged changes; undefined when it does not tell. */
  readonly isBlocked: boolean | undefined
}

/** A person's word on what both sides changed; it holds as long as both sides say what they said then. */
export interface DecidedConflict {
  /** `kind:key`. */
  readonly component: string
  readonly choice: 'theirs' | 'ours'
  /** Names what was seen ({@link UnmanagedComponent.seen}). */
  readonly seen: string
  readonly by: PersonId
  readonly reason: string
}

/**
 * `bring`: imported, over what was shipped or nothing; `keep`: left out of the import, since somebody changed it there; `remove`: deleted by
 * a step of its own, since an unmanaged import deletes nothing; `conflict`: both sides changed it, and a person has to say which holds.
 */
export type UnmanagedAction = 'conflict' | 'remove' | 'keep' | 'bring'

export interface UnmanagedComponent {
  readonly kind: string
  readonly key: string
  readonly name: string
  readonly table: string | undefined
  readonly action: UnmanagedAction
  readonly certainty: Certainty
  /** In one sentence. */
  readonly message: string
  readonly tweakId: string | undefined
  /** Of what both sides changed: names what each of them says, so that a decision is about just that. */
  readonly seen?: string | undefined
  /** Whether what is there could be told; a decision to take ours needs that, since it is the way back. */
  readonly isUnseen?: boolean
}

/** One step of an unmanaged deployment, in order. */
export type UnmanagedStep = 'export-current' | 'repack' | 'import' | 'publish' | 'remove' | 'verify'

/** What an unmanaged deployment would do: an unmanaged import overwrites silently, so it brings only what nobody changed there. */
export interface UnmanagedPlan {
  readonly fromVersion: Version | undefined
  readonly toVersion: Version
  /** What the comparison rests on. */
  readonly basis: { readonly certainty: Certainty; readonly message: string }
  /** By action, the gravest first, then by kind and key. What stays as it is, is only counted. */
  readonly components: readonly UnmanagedComponent[]
  readonly unchanged: number
  /** `kind:key` of what is taken out of the package before it is imported. */
  readonly leftOut: readonly string[]
  /** `kind:key` of what is deleted, parts before what they are in. */
  readonly removals: readonly string[]
  readonly steps: readonly UnmanagedStep[]
  readonly blockers: readonly Refusal[]
}

/** Three ways per component: what we shipped last, what is there now, what we bring. The same facts give the same plan. */
export function planUnmanaged(facts: UnmanagedFacts, hash: (text: string) => string): UnmanagedPlan {
  const index = indexUnmanaged(facts, hash)
  const judged = withWholeTables(
    facts,
    [...index.ids].flatMap((id) => judge(index, id) ?? []),
  )
  const components = judged.map((one) => decide(index, one)).sort(byGravity)
  const removals = components.filter(({ action }) => action === 'remove').sort(partsFirst)
  const leftOut = components.filter(({ action, kind, key }) => action === 'keep' && index.ours.has(idOf({ kind, key })))
  // Also where no component is brought: the version of the solution rises by an import alone.
  const brings = components.some(({ action }) => action === 'bring') || facts.installed?.version !== facts.toVersion
  return {
    fromVersion: facts.installed?.version,
    toVersion: facts.toVersion,
    basis: facts.basis,
    components,
    unchanged: facts.brought.filter((component) => isCompared(component) && !judged.some((one) => idOf(one) === idOf(component))).length,
    leftOut: leftOut.map(keyOf),
    removals: removals.map(keyOf),
    steps: [
      ...(facts.installed === undefined ? [] : (['export-current'] as const)),
      ...(brings ? (['repack', 'import'] as const) : []),
      // What is published may need a component until what is brought, and does not, is published.
      ...(brings ? (['publish'] as const) : []),
      ...(removals.length > 0 ? (['remove'] as const) : []),
      'verify',
    ],
    blockers: findUnmanagedBlockers(facts, components),
  }
}

interface Index {
  readonly facts: UnmanagedFacts
  readonly ids: ReadonlySet<string>
  readonly ours: ReadonlyMap<string, DescribedComponent>
  readonly base: ReadonlyMap<string, DescribedComponent> | undefined
  readonly theirs: ReadonlyMap<string, DescribedComponent>
  /** Ids of what changed between base and ours, base and theirs, theirs and ours. */
  readonly changedByUs: ReadonlySet<string>
  readonly changedThere: ReadonlySet<string>
  readonly differs: ReadonlySet<string>
  readonly hash: (text: string) => string
}

function indexUnmanaged(facts: UnmanagedFacts, hash: Index['hash']): Index {
  const [ours, theirs] = [mapOf(facts.brought), mapOf(facts.current)]
  const base = facts.shipped === undefined ? undefined : mapOf(facts.shipped)
  return {
    facts,
    ids: new Set([...ours.keys(), ...(base?.keys() ?? []), ...theirs.keys()]),
    ours,
    base,
    theirs,
    changedByUs: facts.shipped === undefined ? new Set() : changedBetween(facts.shipped, facts.brought),
    changedThere: facts.shipped === undefined ? new Set() : changedBetween(facts.shipped, facts.current),
    differs: changedBetween(facts.current, facts.brought),
    hash,
  }
}

function mapOf(components: readonly DescribedComponent[]): ReadonlyMap<string, DescribedComponent> {
  return new Map(components.filter(isCompared).map((component) => [idOf(component), component]))
}

/** The manifest is no component, and what a file only carries as a place says nothing. */
function isCompared(component: DescribedComponent): boolean {
  return component.kind !== 'Solution' && component.isUnmodified !== true
}

function changedBetween(before: readonly DescribedComponent[], after: readonly DescribedComponent[]): ReadonlySet<string> {
  const { components } = diffSolutions(before, after)
  return new Set(components.filter(({ change }) => change === 'changed').map(idOf))
}

type Judged = Pick<UnmanagedComponent, 'action' | 'certainty' | 'message'>

function judge(index: Index, id: string): UnmanagedComponent | undefined {
  const { facts, ours, base, theirs } = index
  const component = ours.get(id) ?? theirs.get(id) ?? base?.get(id)
  if (component === undefined) return undefined
  const what = wordsFor({ release: ours, target: new Map() }, component)
  const tweakId = facts.tweaks.find((tweak) => tweak.component.toLowerCase() === id)?.id
  const judged = ours.has(id) ? judgeBrought(index, id, what) : judgeGone(index, id, { what, component })
  if (judged === undefined) return undefined
  const { kind, key } = component
  const about = { kind, key, name: nameOf(component), table: tableOf(component), tweakId }
  const wasDeletedThere = base?.has(id) === true && !theirs.has(id)
  const isTouched = judged.action !== 'bring' || wasDeletedThere
  if (tweakId === undefined || !isTouched) return { ...about, ...judged }
  // People have said that it shall stay as it is there, whatever the release says of it.
  return {
    ...about,
    action: 'keep',
    certainty: judged.certainty,
    message: `${capital(what)} is a registered tweak: it stays as it is there.`,
  }
}

function judgeBrought(index: Index, id: string, what: string): Judged | undefined {
  const { base, theirs, facts } = index
  if (!theirs.has(id) && facts.elsewhere.some((component) => component.toLowerCase() === id)) {
    const message = `${capital(what)} is there already, outside of ${facts.solution}, and would be overwritten unseen.`
    return { action: 'conflict', certainty: 'unknown', message }
  }
  const wasShipped = base?.has(id) === true
  if (!theirs.has(id)) {
    const message = wasShipped ? `${capital(what)} was deleted there by hand; the release brings it again.` : `New ${what}.`
    return { action: 'bring', certainty: 'known', message }
  }
  if (!index.differs.has(id)) return undefined
  if (base === undefined) {
    const message = `${capital(what)} is not there as the release has it, and what Drover shipped before is not known: nobody can tell who changed it.`
    return { action: 'conflict', certainty: 'unknown', message }
  }
  if (!wasShipped) {
    return {
      action: 'conflict',
      certainty: 'known',
      message: `${capital(what)} was made there by hand, and the release brings another one.`,
    }
  }
  if (!index.changedThere.has(id)) return { action: 'bring', certainty: 'known', message: `${capital(what)} changes.` }
  if (index.changedByUs.has(id)) {
    return {
      action: 'conflict',
      certainty: 'known',
      message: `${capital(what)} was changed there by hand, and the release changes it too.`,
    }
  }
  const message = `${capital(what)} was changed there by hand, and the release says nothing new of it: it is left out of the import.`
  return { action: 'keep', certainty: 'known', message }
}

/** Not in the release: removed since it was shipped, or never ours. */
function judgeGone(
  index: Index,
  id: string,
  { what, component }: { readonly what: string; readonly component: DescribedComponent },
): Judged | undefined {
  const { base, theirs } = index
  if (!theirs.has(id) || base?.has(id) !== true) return undefined
  // Parts that no environment lists cannot be deleted by themselves; they go with the next import of what they are in.
  if (!isListedKind(component.kind)) return undefined
  if (index.changedThere.has(id)) {
    return { action: 'conflict', certainty: 'known', message: `The release removes ${what}, which was changed there by hand.` }
  }
  const data = isKind(component, 'Entity') ? ', with all its rows' : isKind(component, 'Attribute') ? ', with all its values' : ''
  return { action: 'remove', certainty: 'known', message: `The release removes ${what}: it is deleted by a step of its own${data}.` }
}

/** What a person said of a conflict, as long as both sides still say what that person saw. */
function decide(index: Index, component: UnmanagedComponent): UnmanagedComponent {
  if (component.action !== 'conflict') return component
  const id = idOf(component)
  const isUnseen = !index.theirs.has(id)
  const seen = nameSeen(index, id)
  const about = { ...component, seen, ...(isUnseen ? { isUnseen } : {}) }
  const decided = index.facts.decided.find((one) => one.component.toLowerCase() === id && one.seen === seen)
  if (decided === undefined || (decided.choice === 'ours' && isUnseen)) return about
  const isOurs = decided.choice === 'ours'
  const brought = index.ours.has(id) ? 'bring' : 'remove'
  const holds = isOurs ? 'that the release holds' : 'that it stays as it is there'
  const message = `${component.message} ${decided.by} decided ${holds}: ${decided.reason}`
  return { ...about, action: isOurs ? brought : 'keep', message }
}

function nameSeen({ ours, theirs, base, hash }: Index, id: string): string {
  const said = [ours.get(id), theirs.get(id), base?.get(id)].map((component) => component?.facts.map(({ path, value }) => [path, value]))
  return hash(canonicalJson(said.map((facts) => facts ?? null)))
}

const gravity: readonly UnmanagedAction[] = ['conflict', 'remove', 'keep', 'bring']

function byGravity(a: UnmanagedComponent, b: UnmanagedComponent): number {
  return gravity.indexOf(a.action) - gravity.indexOf(b.action) || compare(keyOf(a), keyOf(b))
}

/** What is in a table goes before it, and tables last, since others may still need them. */
function partsFirst(a: UnmanagedComponent, b: UnmanagedComponent): number {
  return Number(isKind(a, 'Entity')) - Number(isKind(b, 'Entity')) || compare(keyOf(a), keyOf(b))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function keyOf({ kind, key }: { readonly kind: string; readonly key: string }): string {
  return `${kind}:${key}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
