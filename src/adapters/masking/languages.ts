import type { LocaleDefinition } from '@faker-js/faker'
import { allLocales, Faker } from '@faker-js/faker'
import type { Draw } from '#domain/data'
import { DroverError } from '#domain/kernel'

/** Faker in one language, with English behind it for what the language lacks, over numbers that are set before each use. */
export interface Language {
  readonly faker: Faker
  use(draw: Draw): void
  /** Lower-case words of names and places. */
  readonly words: ReadonlySet<string>
}

const known = new Map<string, LocaleDefinition>(Object.entries(allLocales))

export function knowsLocale(locale: string): boolean {
  return known.has(locale)
}

export function openLanguage(locale: string): Language {
  const definition = known.get(locale)
  if (definition === undefined) {
    throw new DroverError('masking.locale-unknown', `There are no fakes in the language "${locale}".`, {
      hint: `Name one of: ${[...known.keys()].sort().join(', ')}.`,
    })
  }
  let current: Draw = () => 0
  const randomizer = { next: () => current(), seed: () => undefined }
  const chain: LocaleDefinition[] = [definition]
  for (const name of ['en', 'base']) {
    const behind = known.get(name)
    if (behind !== undefined) chain.push(behind)
  }
  return {
    faker: new Faker({ locale: chain, randomizer }),
    use: (draw) => {
      current = draw
    },
    words: new Set(chain.flatMap((each) => wordsOf(each))),
  }
}

/** All words of people, places and companies that a language has, whatever they are lists of. */
function wordsOf(definition: LocaleDefinition): readonly string[] {
  const words: string[] = []
  for (const part of [definition.person, definition.location, definition.company, definition.lorem]) collect(part, words)
  return words
}

function collect(value: unknown, words: string[]): void {
  if (typeof value === 'string') for (const word of value.toLowerCase().split(/[^\p{L}\p{N}]+/u)) if (word !== '') words.push(word)
  if (Array.isArray(value)) for (const each of value) collect(each, words)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) collect(each, words)
}
