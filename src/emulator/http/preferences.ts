/** What the Prefer header asks for. */
export interface Preferences {
  readonly maxPageSize: number | undefined
  readonly isRepresentationWanted: boolean
  /** Whether an annotation of this full name was asked for. */
  wantsAnnotation(name: string): boolean
  /** Text for Preference-Applied; undefined when nothing was asked that we honour. */
  readonly applied: string | undefined
}

export function parsePreferences(header: string | undefined): Preferences {
  const items = splitItems(header ?? '')
  const size = value(items, 'odata.maxpagesize')
  const maxPageSize = size !== undefined && /^\d{1,6}$/.test(size) && Number(size) > 0 ? Math.min(Number(size), 5000) : undefined
  const annotations = value(items, 'odata.include-annotations')
  const patterns = (annotations ?? '').split(',').map((text) => text.trim())
  const isRepresentationWanted = value(items, 'return') === 'representation'
  const applied = [
    ...(maxPageSize === undefined ? [] : [`odata.maxpagesize=${size ?? ''}`]),
    ...(annotations === undefined ? [] : [`odata.include-annotations="${annotations}"`]),
    ...(isRepresentationWanted ? ['return=representation'] : []),
  ]
  return {
    maxPageSize,
    isRepresentationWanted,
    wantsAnnotation: (name) => patterns.some((pattern) => matches(pattern, name)),
    applied: applied.length === 0 ? undefined : applied.join(','),
  }
}

function splitItems(header: string): string[] {
  return (header.match(/(?:[^,"]|"[^"]*")+/g) ?? []).map((item) => item.trim())
}

function value(items: readonly string[], name: string): string | undefined {
  const item = items.find((text) => text.toLowerCase().startsWith(`${name}=`))
  return item?.slice(name.length + 1).replace(/^"(.*)"$/, '$1')
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '') return false
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}
