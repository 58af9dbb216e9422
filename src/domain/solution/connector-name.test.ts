import { describe, expect, it } from 'vitest'
import { connectorName } from './connector-name.ts'

describe('the name of a connector', () => {
  it.for([
    ['/providers/Microsoft.PowerApps/apis/shared_office365', 'shared_office365'],
    ['/providers/Microsoft.PowerApps/scopes/admin/environments/e1/apis/shared_x-5f0a', 'shared_x-5f0a'],
    ['shared_office365', 'shared_office365'],
    ['/providers/Microsoft.PowerApps/apis/shared_office365/', 'shared_office365'],
    [' /providers/Microsoft.PowerApps/apis/shared_Office365// ', 'shared_Office365'],
    ['/', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const)('%s is %s', ([id, name]) => {
    expect(connectorName(id)).toBe(name)
  })
})
