import { describe, expect, it } from 'vitest'
import type { CheckContext } from './check-rule.ts'
import { risingVersion } from './str-12-rising-version.ts'
import { judge, makeDigest, makeModel, makeVersion, severitiesOf } from '../../test/support/solution-models.ts'

describe('STR-12: the version has four parts and rises', () => {
  it('accepts a first version, and one above all before it', () => {
    expect(judgeVersion('1.2.0.0', { digest: makeDigest('a') })).toEqual([])
    expect(judgeVersion('1.10.0.0', { digest: makeDigest('c'), earlier: [earlier('1.9.0.0', 'a'), earlier('1.2.0.0', 'b')] })).toEqual([])
  })

  it('accepts the same bytes again', () => {
    expect(judgeVersion('1.2.0.0', { digest: makeDigest('a'), earlier: [earlier('1.2.0.0', 'a')] })).toEqual([])
  })

  it('refuses other bytes under the same version, also when it is written shorter', () => {
    expect(judgeVersion('1.2.0.0', { digest: makeDigest('b'), earlier: [earlier('1.2.0.0', 'a')] })).toEqual(['critical'])
    expect(judgeVersion('1.2.0.0', { digest: makeDigest('b'), earlier: [earlier('1.2', 'a')] })).toEqual(['critical'])
  })

  it('refuses a version that does not rise, and names the highest before it', () => {
    const context = { digest: makeDigest('c'), earlier: [earlier('1.3.0.0', 'a'), { ...earlier('1.10.0.0', 'b'), stage: 'prod' }] }
    const [finding] = judge(risingVersion, makeModel(), { ...context })
    expect(finding?.severity).toBe('critical')
    expect(finding?.message).toContain('1.10.0.0 came before it (prod)')
  })

  it('remarks a version with fewer than four parts', () => {
    expect(judgeVersion('1.8.1', {})).toEqual(['medium'])
  })
})

function judgeVersion(version: string, context: Partial<CheckContext>): string[] {
  return severitiesOf(judge(risingVersion, makeModel({ manifest: { version: makeVersion(version) } }), context))
}

function earlier(version: string, letter: string): { version: ReturnType<typeof makeVersion>; digest: ReturnType<typeof makeDigest> } {
  return { version: makeVersion(version), digest: makeDigest(letter) }
}
