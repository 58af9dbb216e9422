import type { ChangeClass, Fact, SumOf } from './described-component.ts'

export type Change = 'added' | 'removed' | 'changed'

/** What differs between two solutions, component by component. Plain data in a stable order; `differenceText` puts it into words. */
export interface SolutionDifference {
  /** By kind (solution first, then as the catalogue orders kinds), owner and key. Empty when nothing differs. */
  readonly components: readonly ComponentChange[]
}

/** One component that came, went or changed. */
export interface ComponentChange {
  readonly change: Change
  /** The gravest class among its own change and its facts'. */
  readonly class: ChangeClass
  /** Why it is in that class, when the component as a whole came or went. */
  readonly reason: string | undefined
  readonly kind: string
  readonly key: string
  readonly noun: string
  readonly displayName: string | undefined
  /** What is worth saying of one that came or went, such as the type of a column. */
  readonly detail: string | undefined
  /** The component that it lives in, also when that one did not change. */
  readonly owner: ComponentName | undefined
  /** Of a component that came or went: the components that came or went with it, which are not listed again. */
  readonly includes: readonly ComponentName[]
  /** What changed in it. Empty when the whole component came or went. */
  readonly facts: readonly FactChange[]
}

export interface ComponentName {
  readonly kind: string
  readonly key: string
  readonly noun: string
  readonly displayName: string | undefined
}

/** One fact that came, went or changed. */
export interface FactChange {
  readonly change: Change
  readonly class: ChangeClass
  /** Why it is in that class; undefined for what the class of any such change is. */
  readonly reason: string | undefined
  /** Matches the fact between versions; not for people. */
  readonly path: string
  readonly words: string
  readonly shape: Fact['shape']
  /** Undefined when it was not there, and of long texts, which `lines` summarises. */
  readonly before: string | undefined
  readonly after: string | undefined
  /** Of a long text: the region that differs, in lines. */
  readonly lines?: LinesChange
  /** In full, where "new …" and "… removed" do not say it. */
  readonly phrase?: string
  /** Told in one line with its like, once they are many. */
  readonly sum?: SumOf
  /** With `sum`: what the one line names it by. */
  readonly subject?: string
  /** With `sum`: says only why the others changed. */
  readonly isContext?: boolean
  /** Of an item that came or went: all that was said of it. */
  readonly includes: readonly IncludedFact[]
}

/** What was said of an item that came or went. */
export interface IncludedFact {
  readonly path: string
  readonly words: string
  readonly value: string
  /** Of an item inside it: what it is counted as. */
  readonly noun?: string
}

/** One region of a text that was replaced: `removed` lines of the old one, from line `at` on, by `added` lines. */
export interface LinesChange {
  /** First line that differs, from 1. */
  readonly at: number
  readonly removed: number
  readonly added: number
  /** Both sides of the region, where it is short. */
  readonly before?: string
  readonly after?: string
}
