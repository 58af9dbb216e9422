import { createHash } from 'node:crypto'

/** A label as metadata shows it; English alone, as the local environments are. */
export function labelOf(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return { LocalizedLabels: [], UserLocalizedLabel: null }
  const label = { Label: text, LanguageCode: 1033, IsManaged: false, MetadataId: null, HasChanged: null }
  return { LocalizedLabels: [label], UserLocalizedLabel: label }
}

/** The id of a definition that every environment has: made of its name, since only a few of the real ones are public. */
export function fixedId(name: string): string {
  const known = knownIds[name]
  if (known !== undefined) return known
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

// The same in every organisation (seen in many public exports and samples).
const knownIds: Readonly<Record<string, string>> = {
  account: '70816501-edb9-4740-a16c-6a5efbc05d84',
  contact: '608861bc-50a4-4c5f-a02c-21fe1943e2cf',
}
