import { describe, expect, it } from 'vitest'
import { buildRelease, sha256, version } from '../../../test/support/domain-builders.ts'
import { sealRelease, verifySeal } from './seal-release.ts'

describe('a sealed release', () => {
  it('holds its seal when it comes back from storage, whatever the order of its fields', () => {
    const release = buildRelease()
    const shuffled = Object.fromEntries(
      Object.entries(JSON.parse(JSON.stringify(release)) as typeof release).reverse(),
    ) as unknown as typeof release // same fields, other order
    expect(verifySeal(shuffled, sha256)).toBe(true)
  })

  it('loses its seal when any part of its content changes', () => {
    const release = buildRelease()
    expect(verifySeal({ ...release, version: version('9.9') }, sha256)).toBe(false)
    expect(verifySeal({ ...release, managed: { ...release.managed, size: 1 } }, sha256)).toBe(false)
    expect(verifySeal({ ...release, report: { ...release.report, verdict: 'fail' } }, sha256)).toBe(false)
    expect(verifySeal({ ...release, sealedBy: 'mallory' }, sha256)).toBe(false)
  })

  it('has a seal that depends on the hash and not on the seal before', () => {
    const { seal, ...content } = buildRelease()
    expect(sealRelease({ ...content }, sha256).seal).toBe(seal)
  })
})
