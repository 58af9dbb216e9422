import { describe, expect, it } from 'vitest'
import { readableText } from './words.ts'

describe('what people read', () => {
  it.each([
    ['lapses at 2026-11-26T03:02:12.955Z.', 'lapses at 2026-11-26 03:02:12 UTC.'],
    ['from 2026-11-26T03:02:12Z until 2026-11-27T03:02:12Z', 'from 2026-11-26 03:02:12 UTC until 2026-11-27 03:02:12 UTC'],
  ])('tells instants in sentences as those beside them: %s', (told, read) => {
    expect(readableText(told)).toBe(read)
  })

  it.each([
    'drover recovery sandbox prod --at 2026-11-26T03:02:12.955Z --yes',
    'drover evidence export --as-of 2026-11-26T03:02:12Z',
    '    endsAt: 2026-11-26T18:00:00.000Z',
    '  endsAt: "2026-11-26T18:00:00Z"',
  ])('leaves what is to be taken as it stands: %s', (taken) => {
    expect(readableText(taken)).toBe(taken)
  })
})
