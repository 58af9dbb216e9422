import { describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { buildConfiguration, buildEnvironment, personId } from '../../../test/support/domain-builders.ts'
import { dataOwnerOfRequest, decideScan, decideSeed, refuseWithoutWord } from './index.ts'

const { people } = buildConfiguration(2)
const prod = buildEnvironment('prod', 'production', 'pet')
const test = buildEnvironment('test', 'test', 'cattle')
const sandbox = { ...buildEnvironment('rescue', 'recovery', 'cattle'), recovers: toId<EnvironmentId>('prod') }
const actor = personId('pat')

describe('rows', () => {
  it('of a pet wait for a data owner, those of cattle do not', () => {
    expect(decideSeed({ target: test, source: prod, people, actor })).toEqual({ ok: true, value: 'wait' })
    expect(decideSeed({ target: test, source: undefined, people, actor })).toEqual({ ok: true, value: 'begin' })
  })

  it('of a recovery sandbox are those of its pet, and go nowhere by way of it', () => {
    expect(decideSeed({ target: test, source: sandbox, people, actor })).toMatchObject({
      ok: false,
      refusal: { code: 'data.source-recovery' },
    })
  })
})

describe('a look through an environment', () => {
  it('waits for the same word as copying does wherever values of a pet are read for it', () => {
    expect(decideScan({ target: test, source: prod, people, actor })).toEqual({ ok: true, value: 'wait' })
    expect(decideScan({ target: prod, source: undefined, people, actor })).toEqual({ ok: true, value: 'wait' })
    expect(decideScan({ target: test, source: undefined, people, actor })).toEqual({ ok: true, value: 'begin' })
  })

  it('tells nobody by guesses in cattle what a pet or its sandbox holds', () => {
    expect(decideScan({ target: prod, source: test, people, actor })).toMatchObject({ ok: false, refusal: { code: 'data.target-pet' } })
    for (const of of [
      { target: test, source: sandbox },
      { target: sandbox, source: undefined },
    ])
      expect(decideScan({ ...of, people, actor })).toMatchObject({ ok: false, refusal: { code: expect.stringContaining('recovery') } })
  })
})

describe('work that was begun', () => {
  it('goes on only with the word that is asked for now', () => {
    expect(refuseWithoutWord({ asked: 'wait', verdict: undefined, environment: prod })).toMatchObject({
      refusal: { code: 'data.no-word' },
    })
    expect(refuseWithoutWord({ asked: 'wait', verdict: 'approve', environment: prod })).toBeUndefined()
    expect(refuseWithoutWord({ asked: 'begin', verdict: undefined, environment: test })).toBeUndefined()
    expect(dataOwnerOfRequest({ target: test, source: prod })).toBe(prod)
    expect(dataOwnerOfRequest({ target: prod, source: undefined })).toBe(prod)
  })
})
