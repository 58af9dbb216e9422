import type { PersonRecord, WordKind } from '#domain/approval'
import type { Instant, PersonId } from '#domain/kernel'
import { personName } from '#domain/people'
import type { Policy } from '#domain/policy'
import type { JudgedConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { ConfigurationVersion } from '../engine.ts'
import type { OpenWord } from './open-words.ts'

/** One word that somebody is asked for. */
export interface AskedWord {
  readonly kind: WordKind
  /** Tells it from others of its kind. */
  readonly id: string
  /** What it is about, in a sentence that needs no knowledge of Drover. */
  readonly what: string
  /** Who asked for it; absent: nobody did, it came due. */
  readonly by?: PersonId
  /** Since when it waits. */
  readonly at: Instant
  /** The command that gives it. */
  readonly command: string
  /** The page on which it is looked at; absent: there is none, the command says it all. */
  readonly path?: string
}

export interface WordFacts {
  readonly deps: EngineDependencies
  readonly current: ConfigurationVersion
  readonly configuration: JudgedConfiguration
  readonly policy: Policy
  readonly open: readonly OpenWord[]
  /** Of people: deputies, roles with an end, certifications. */
  readonly records: readonly PersonRecord[]
  readonly viewer: PersonId
  readonly now: Instant
}

/** What of one kind waits for the viewer. */
export type Asker = (facts: WordFacts) => Promise<readonly Omit<AskedWord, 'kind'>[]>

export function nameOf({ configuration }: Pick<WordFacts, 'configuration'>, id: PersonId): string {
  return personName(configuration.people, id)
}

/** The newest word of a kind about each thing: where only that one is judged. */
export function newestOf({ open }: Pick<WordFacts, 'open'>, kind: OpenWord['kind']): readonly OpenWord[] {
  const newest = new Map<string, OpenWord>()
  for (const word of open) {
    const key = `${word.about} ${word.part ?? ''}`
    const known = newest.get(key)
    if (word.kind === kind && (known === undefined || Date.parse(known.at) <= Date.parse(word.at))) newest.set(key, word)
  }
  return [...newest.values()]
}
