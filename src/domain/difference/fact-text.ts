import type { FactChange } from './difference.ts'
import { counted } from './kind-nouns.ts'
import { orderBreak } from './reordered.ts'
import { shortened, shortenedPair } from './shortened.ts'

/** One change of a fact in plain words: "maximum length 100 → 2000", "new choice Rejected (100000003)". */
export function factText(fact: FactChange): string {
  if (fact.phrase !== undefined) return fact.phrase
  switch (fact.shape) {
    case 'item':
      return itemText(fact)
    case 'place':
      return placeText(fact)
    case 'order':
      return orderText(fact)
    case 'text':
      return textText(fact)
    case 'digest':
      return fact.change === 'changed' ? `${fact.words} changed` : `${fact.words} ${fact.change}`
    case 'value':
      return valueText(fact)
  }
}

function itemText(fact: FactChange): string {
  if (fact.change === 'changed') return `${fact.words}: ${shortened(fact.before)} → ${shortened(fact.after)}`
  const detail = fact.before || fact.after || (fact.includes.find((one) => one.path === `${fact.path}/@value`)?.value ?? '')
  const place = fact.includes.find((one) => one.path === `${fact.path}/place`)?.value
  const where = place === undefined || fact.words.includes(place) ? '' : ` ${fact.change === 'added' ? 'in' : 'from'} ${place}`
  const shown = detail === '' ? fact.words : `${fact.words} (${shortened(detail)})`
  const inside = countedInside(fact)
  return fact.change === 'added' ? `${withNew(shown)}${inside}${where}` : `${shown}${inside} removed${where}`
}

/** " with 2 sections, 5 fields": what stands in it. */
function countedInside({ includes }: FactChange): string {
  const counts = new Map<string, number>()
  for (const { noun } of includes) if (noun !== undefined) counts.set(noun, (counts.get(noun) ?? 0) + 1)
  return counts.size === 0 ? '' : ` with ${[...counts].map(([noun, count]) => counted(count, noun)).join(', ')}`
}

/** "screen Home: new control Button1": what is new is the innermost. */
function withNew(words: string): string {
  const at = words.lastIndexOf(': ')
  return at < 0 ? `new ${words}` : `${words.slice(0, at)}: new ${words.slice(at + 2)}`
}

function placeText(fact: FactChange): string {
  if (fact.change !== 'changed') return `${fact.words} ${fact.change}: ${fact.before ?? fact.after ?? ''}`
  if (fact.before === fact.after) return `${fact.words} moved to another ${fact.after ?? 'place'}`
  return `${fact.words} moved from ${fact.before ?? ''} to ${fact.after ?? ''}`
}

const mostOrdered = 6

function orderText(fact: FactChange): string {
  const after = (fact.after ?? '').split('\n')
  if (after.filter((name) => name !== orderBreak).length > mostOrdered) return `${fact.words} changed`
  return `${fact.words} is now ${after.join(', ').replaceAll(`, ${orderBreak}, `, '; ')}`
}

function textText(fact: FactChange): string {
  if (fact.lines === undefined) return `${fact.words} ${fact.change}: ${fact.before ?? fact.after ?? ''}`
  const { at, removed, added } = fact.lines
  if (removed === 1 && added === 1 && fact.lines.before !== undefined) {
    const { before, after } = shortenedPair(fact.lines.before, fact.lines.after)
    if (before !== after) return `${fact.words}: line ${at}: ${before} → ${after}`
  }
  if (removed === 0) return `${fact.words}: ${counted(added, 'line')} added at line ${at}`
  if (added === 0) return `${fact.words}: ${counted(removed, 'line')} removed at line ${at}`
  return `${fact.words}: ${counted(removed, 'line')} from line ${at} on replaced by ${counted(added, 'line')}`
}

function valueText(fact: FactChange): string {
  if (fact.change === 'added') return fact.after === '' ? `${fact.words} added` : `${fact.words} set to ${shortened(fact.after)}`
  if (fact.change === 'removed') return fact.before === '' ? `${fact.words} removed` : `${fact.words} ${shortened(fact.before)} removed`
  const { before, after } = shortenedPair(fact.before, fact.after)
  // Values that differ in white space only look alike on one line.
  return before === after ? `${fact.words} changed` : `${fact.words} ${before} → ${after}`
}
