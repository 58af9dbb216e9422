import { readableText } from '../words.ts'

/** What the engine says, for a reader's eye: instants in local words, and what stands between backticks as what is to be typed. */
export function Sentence({ children: text }: { readonly children: string }) {
  const parts = readableText(text).split(/`([^`]+)`/)
  // Every second part stood between backticks; the same words may come twice, so their place names them.
  return parts.map((part, at) => (at % 2 === 0 ? part : <code key={`${at} ${part}`}>{part}</code>))
}
