import { describe, expect, it } from 'vitest'
import type { LayerPolicyKind } from '#domain/environment'
import type { Configuration } from '#domain/pipeline'
import { buildConfiguration, buildGoverned, personId } from '../../../test/support/domain-builders.ts'
import { decideConfiguration } from './decide-configuration.ts'

function withPolicy(configuration: Configuration, id: string, kind: LayerPolicyKind): Configuration {
  const layerPolicy = { kind, reason: 'as decided' }
  return { ...configuration, environments: configuration.environments.map((each) => (each.id === id ? { ...each, layerPolicy } : each)) }
}

function apply(after: Configuration): string {
  const result = decideConfiguration({ before: undefined, after, actor: personId('pat') })
  return result.ok ? 'ok' : `${result.refusal.code} ${result.refusal.reasons.map(({ subject }) => subject).join()}`
}

describe('a protective environment', () => {
  const two = buildConfiguration(2, {
    solutions: [buildGoverned(2), { ...buildGoverned(2), uniqueName: 'Loans', owner: personId('anna') }],
  })

  it('takes the work of a single owner', () => {
    expect(apply(withPolicy(buildConfiguration(2), 'prod', 'protective'))).toBe('ok')
    expect(apply(two)).toBe('ok')
    expect(apply(withPolicy(two, 'prod', 'protective'))).toBe('PET-10 environment prod')
    expect(apply(withPolicy(two, 'prod', 'strict'))).toBe('ok')
  })

  it('is a target, not the place where work is made', () => {
    expect(apply(withPolicy(buildConfiguration(2), 'dev', 'protective'))).toBe('PET-10 environment dev')
  })

  it('has its source in Git', () => {
    expect(apply(withPolicy(buildConfiguration(2, { sourceRepository: ' ' }), 'prod', 'protective'))).toBe('PET-10 environment prod')
  })
})
