import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Version } from './version.ts'
import { compareVersions, parseVersion, raiseRevision } from './version.ts'

const anyVersion = fc
  .array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'))
  .map((text) => {
    const parsed = parseVersion(text)
    if (!parsed.ok) throw new Error(parsed.refusal.message)
    return parsed.value
  })

function sign(a: Version, b: Version): number {
  return Math.sign(compareVersions(a, b)) + 0
}

describe('comparing versions', () => {
  it('is a total order', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        expect(sign(a, a)).toBe(0)
        expect(sign(a, b) + sign(b, a)).toBe(0)
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
        if (sign(a, b) === 0) expect(sign(a, c)).toBe(sign(b, c))
      }),
    )
  })

  it('compares numbers, not texts, and takes missing parts as 0', () => {
    const [a, b, c] = ['1.9', '1.10', '1.10.0.0'].map((text) => text as Version) // well-formed by eye
    expect([sign(a as Version, b as Version), sign(b as Version, c as Version)]).toEqual([-1, 0])
  })

  it('finds a raised revision always higher', () => {
    fc.assert(fc.property(anyVersion, (a) => compareVersions(raiseRevision(a), a) > 0))
  })
})

describe('reading a version', () => {
  it.each(['', '1.', '.1', '1.2.3.4.5', '1.a', '-1.0', '1,0', '1e3', '99999999999.0'])('refuses %j', (text) => {
    expect(parseVersion(text).ok).toBe(false)
  })
})
