import { ownMember } from '#domain/kernel'
import type { XmlElement } from '../package.ts'
import { isPlural } from './identify-items.ts'
import { plainWords } from './plain-words.ts'
import { appTerms } from './terms/apps.ts'
import { dataModelTerms } from './terms/data-model.ts'
import { logicTerms } from './terms/logic.ts'
import { manifestTerms } from './terms/manifest.ts'
import type { Term } from './terms/term.ts'

export type { Term } from './terms/term.ts'

const terms = new Map<string, Term>()
for (const family of [manifestTerms, dataModelTerms, appTerms, logicTerms]) {
  for (const [name, term] of Object.entries(family)) terms.set(name, typeof term === 'string' ? { words: term } : term)
}
const derived = new Map<string, Term>()

/** What an element or attribute is called, and how its values read: by the tables, or else by its name. */
export function termOf(kind: string, name: string): Term {
  const own = terms.get(`${kind}.${name}`) ?? terms.get(name) ?? derived.get(name)
  if (own !== undefined) return own
  const made = { words: plainWords(name), ...(looksLikeSwitch.test(name) ? { values: yesNo } : {}) }
  derived.set(name, made)
  return made
}

const looksLikeSwitch = /^(is|can|has|enable|enabled|allow|show|use|valid|change|auto|async|trigger)[A-Z]|^(is|can|has)[a-z]/i
const yesNo: Readonly<Record<string, string>> = { '0': 'no', '1': 'yes' }

/** A value as people say it. Two values of one term never read alike. */
export function valueInWords(term: Term, value: string): string {
  return term.values === undefined ? value : (ownMember(term.values, value) ?? value)
}

/** What an element that holds others is called; '' when it only holds them. */
export function wordsOfElement(kind: string, element: XmlElement): string {
  const known = terms.get(`${kind}.${element.name}`) ?? terms.get(element.name)
  if (known !== undefined) return known.words
  const [first, ...more] = element.children
  const holdsItems = first?.type === 'element' && more.every((node) => node.type === 'element' && node.name === first.name)
  if (holdsItems && isPlural(element.name, first.name)) return ''
  return termOf(kind, element.name).words
}
