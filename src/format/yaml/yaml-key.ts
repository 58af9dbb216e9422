const name = /^[\p{L}_:][\p{L}\p{N}\p{M}_:.·-]*$/u

/** Keys that are known to be good: there are few, and each occurs thousands of times. */
const known = new Set<string>()

/** Whether the key can stand in the layout: an element's name, `@` and an attribute's, or text of a kind. */
export function isKey(key: string): boolean {
  if (known.has(key)) return true
  const isGood = ownKeys.has(key) || name.test(key.startsWith('@') ? key.slice(1) : key)
  if (isGood && known.size < 5000) known.add(key)
  return isGood
}

const ownKeys: ReadonlySet<string> = new Set(['#text', '#cdata-section', '#comment', '#instruction'])
