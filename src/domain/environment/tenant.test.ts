import { describe, expect, it } from 'vitest'
import { buildEnvironment } from '../../../test/support/domain-builders.ts'
import type { AdministeredEnvironment } from './administered-environment.ts'
import type { Environment } from './environment.ts'
import { findAdministered, refuseKindOfPet, refusePetOfTenant } from './tenant.ts'

const one = '11111111-0000-4000-8000-000000000001'
const another = '22222222-0000-4000-8000-000000000002'
const signsInTo = (tenant: string) => ({
  ...buildEnvironment('x', 'test', 'cattle').credentials,
  tokenUrl: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
})
const pet: Environment = {
  ...buildEnvironment('crm', 'production', 'pet'),
  url: 'https://crm.crm4.dynamics.com',
  credentials: signsInTo(one),
}
const test: Environment = {
  ...buildEnvironment('test', 'test', 'cattle'),
  url: 'https://test.crm4.dynamics.com',
  credentials: signsInTo(one),
}

describe('an environment is found in its tenant', () => {
  it.each(['HTTPS://Test.CRM4.dynamics.com/', 'https://test.api.crm4.dynamics.com', 'https://test.crm4.dynamics.com:443//'])(
    'however its address is written: %s',
    (url) => expect(findAdministered([seen('p-1', test.url)], url)?.platformId).toBe('p-1'),
  )

  it('by nothing but its own address, and not while it has none', () => {
    expect(findAdministered([seen('p-1', test.url), seen('p-2', undefined)], 'https://test2.crm4.dynamics.com')).toBeUndefined()
  })
})

describe('what cannot be undone', () => {
  const judge = (listed: readonly AdministeredEnvironment[], configured: readonly Environment[], there = seen('p-1', test.url)): string => {
    const result = refusePetOfTenant({ environment: test, there, listed: [there, ...listed], configured })
    return result.ok ? 'ok' : result.refusal.message
  }

  it('is done to no pet, whatever address it is configured by', () => {
    expect(judge([seen('p-2', pet.url)], [pet, test])).toBe('ok')
    expect(judge([], [pet, test], seen('p-2', pet.url))).toContain('is the pet crm under another name')
    expect(judge([seen('P-1', pet.url)], [pet, test])).toContain('is the pet crm under another name')
  })

  it('is not done while a pet of the tenant is not where it is said to be, for it may be that one, renamed', () => {
    expect(judge([], [pet, test])).toContain('cannot be told')
    expect(judge([seen('p-2', undefined)], [pet, test])).toContain('cannot be told')
    expect(judge([], [{ ...pet, credentials: signsInTo('contoso.onmicrosoft.com') }, test])).toContain('cannot be told')
    expect(judge([], [{ ...pet, credentials: signsInTo(another) }, test])).toBe('ok')
  })

  it('is done to no kind of environment but those that people throw away', () => {
    const kinds = ['sandbox', 'developer', 'trial', 'production', 'default', 'teams'] as const
    expect(kinds.filter((kind) => refuseKindOfPet('test', { kind }).ok)).toEqual(['sandbox', 'developer', 'trial'])
  })
})

function seen(platformId: string, url: string | undefined): AdministeredEnvironment {
  return {
    ...{ platformId, url, displayName: platformId, kind: 'sandbox', location: 'europe', domainName: undefined, isManaged: false },
    ...{ isInAdministrationMode: false, hasBackgroundOperations: true, baseLanguage: 1033, currency: 'EUR' },
    ...{ securityGroupId: undefined, version: undefined, createdAt: undefined },
  }
}
