import { describe, expect, it } from 'vitest'
import { buildEnvironment } from '../../../test/support/domain-builders.ts'
import { laneOf } from './lane.ts'

function lane(url: string): string {
  return laneOf({ ...buildEnvironment('any', 'test', 'cattle'), url })
}

describe('the lane of an environment', () => {
  it.each([
    ['https://contoso.crm4.dynamics.com', 'https://CONTOSO.crm4.dynamics.com/'],
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com:443'],
    ['https://contoso.crm4.dynamics.com', 'http://contoso.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com.'],
    ['https://contoso.crm4.dynamics.com', 'https://contoso.api.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com/?tenant=1#here'],
    ['http://127.0.0.1:4700/prod', 'http://localhost:4700/prod'],
    ['http://127.0.0.1:4700/prod', 'http://[::1]:4700//Prod/'],
    ['http://127.0.0.1:4700/prod', 'http://127.0.0.1:4700/test/../prod'],
    ['http://127.0.0.1:4700/prod', 'http://127.0.0.1:4700/%70rod'],
  ])('is the same for %s and %s', (one, other) => {
    expect(lane(other)).toBe(lane(one))
  })

  it.each([
    ['https://contoso.crm4.dynamics.com', 'https://contoso-test.crm4.dynamics.com'],
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm.dynamics.com'],
    ['http://127.0.0.1:4700/prod', 'http://127.0.0.1:4700/test'],
    ['http://127.0.0.1:4700/prod', 'http://127.0.0.1:4701/prod'],
  ])('differs for %s and %s', (one, other) => {
    expect(lane(other)).not.toBe(lane(one))
  })

  it('does not break on what is no address', () => {
    expect(lane(' No Address/ ')).toBe('no address')
  })
})
