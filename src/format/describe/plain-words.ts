/** A name of the file format as words: `IsAuditEnabled` → "audit enabled", `MaxLength` → "max length", `description` → "description". */
export function plainWords(name: string): string {
  const words = name
    .replace(/^.*:/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[_.-]+/g, ' ')
    .trim()
    .split(/\s+/)
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()))
  if (words.length > 1 && words[0] === 'is') words.shift()
  return words.join(' ')
}

/** "section A: label": what belongs to what, outermost first. */
export function joinedWords(outer: string, inner: string): string {
  if (outer === '') return inner
  return inner === '' ? outer : `${outer}: ${inner}`
}
