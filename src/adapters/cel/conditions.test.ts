import { describe, expect, it } from 'vitest'
import type { ConditionFacts } from '#domain/policy'
import { shippedPolicy } from '#domain/policy'
import { celConditions } from './conditions.ts'

const facts: ConditionFacts = {
  tier: 3,
  stage: 'to-prod',
  environment: { id: 'prod', careClass: 'pet', purpose: 'production' },
  change: { class: 'major', size: 'major', destroys: true, kinds: ['Entity', 'Workflow'] },
  release: { solution: 'Permits', version: '2.0.0.0', isFirst: false },
  requester: { roles: ['maker'] },
  intent: 'release',
}
const untold: ConditionFacts = {
  ...facts,
  change: { class: undefined, size: undefined, destroys: undefined, kinds: undefined },
  requester: { roles: undefined },
}

describe('a condition', () => {
  it.each([
    ['tier == 3 && change.size == "major"', true, 'unknown'],
    ['tier == 4 && change.size == "major"', false, false],
    ['tier >= 2 || change.destroys', true, true],
    ['change.size != "major"', false, 'unknown'],
    ['!change.destroys', false, 'unknown'],
    ['"Entity" in change.kinds', true, 'unknown'],
    ['change.kinds.exists(kind, kind == "Role")', false, 'unknown'],
    ['"maker" in requester.roles && environment.careClass == "pet"', true, 'unknown'],
    ['release.version.startsWith("2.") && !release.isFirst', true, true],
    ['intent == "hotfix" ? change.destroys : false', false, false],
  ])('%s is %s, and %s where the change could not be told', (expression, is, where) => {
    expect(celConditions.check(expression)).toBeUndefined()
    expect([celConditions.evaluate(expression, facts), celConditions.evaluate(expression, untold)]).toEqual([is, where])
  })

  it.each([
    ['tier ==', 'not CEL'],
    ['', 'not CEL'],
    ['teir == 3', 'Unknown variable'],
    ['change.colour == "red"', 'colour'],
    ['tier == "three"', 'no condition'],
    ['tier', 'true or false'],
    ['tier == 3 && change.size == "Major"', 'change.size is never "Major"'],
    ['change.class != "urgent"', 'always hold'],
    ['"pets" == environment.careClass', 'one of pet, cattle'],
    ['environment.purpose in ["production", "prod"]', 'never "prod"'],
    ['intent == "fix"', 'never "fix"'],
    ['"admin" in requester.roles', 'never "admin"'],
    ['has(change.size)', 'has()'],
    ['change.size.matches("(a+)+$")', 'matches()'],
    ['dyn(tier) == 3', 'dyn()'],
    ['change.kinds.exists(a, change.kinds.exists(b, a == b))', 'once'],
    [`tier == 3 ${'|| tier == 3 '.repeat(60)}`, 'at most 500'],
    [`${'!'.repeat(200)}change.destroys`, ''],
    [`[${'1,'.repeat(150)}1] == []`, ''],
    ['{"a": 1} == {"a": 1}', ''],
  ])('is refused: %s', (expression, message) => {
    expect(celConditions.check(expression)).toContain(message)
    expect(celConditions.evaluate(expression, facts)).toBe('unknown')
  })

  it('of the shipped policy can be evaluated', () => {
    for (const { value } of Object.values(shippedPolicy.demands)) {
      expect(celConditions.check(value.when)).toBeUndefined()
      expect(celConditions.evaluate(value.when, facts)).not.toBe('unknown')
    }
  })

  it('cannot reach outside of its facts', () => {
    for (const expression of [
      'change.constructor == change.constructor',
      'environment.__proto__ == environment',
      'change["constructor"] == ""',
    ]) {
      expect(celConditions.evaluate(expression, facts)).toBe('unknown')
    }
  })
})
