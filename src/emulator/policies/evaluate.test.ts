import { describe, expect, it } from 'vitest'
import type { ConnectorUse } from './evaluate.ts'
import { evaluatePolicies } from './evaluate.ts'
import { readPolicy } from './policy.ts'

const api = '/providers/Microsoft.PowerApps/apis/'

function policy(definition: object, more: object = {}) {
  return readPolicy({
    policyDefinition: {
      name: 'p1',
      displayName: 'Strict',
      defaultConnectorsClassification: 'General',
      environmentType: 'AllEnvironments',
      environments: [],
      connectorGroups: [],
      ...definition,
    },
    ...more,
  })
}

function groups(classes: Record<string, readonly string[]>) {
  return Object.entries(classes).map(([classification, names]) => ({
    classification,
    connectors: names.map((name) => ({ id: `${api}${name}`, name, type: 'Microsoft.PowerApps/apis' })),
  }))
}

function judge(policies: readonly ReturnType<typeof policy>[], uses: readonly ConnectorUse[], environment = 'test') {
  return evaluatePolicies(policies, [environment], uses).map(({ type, connectors }) => [type, ...connectors])
}

const sharePoint = { connector: 'shared_sharepointonline' }
const twitter = { connector: 'shared_twitter' }

describe('what data policies forbid', () => {
  it('forbids a blocked connector, and business together with non-business connectors', () => {
    const one = policy({ connectorGroups: groups({ Confidential: ['shared_sharepointonline'], Blocked: ['shared_twitter'] }) })
    expect(judge([one], [sharePoint, twitter])).toEqual([['Block', 'shared_twitter']])
    expect(judge([one], [sharePoint, { connector: 'shared_rss' }])).toEqual([
      ['BusinessAndNonBusinessConnector', 'shared_sharepointonline', 'shared_rss'],
    ])
    expect(judge([one], [sharePoint])).toEqual([])
  })

  it('takes the default class for connectors that no group names', () => {
    const blocking = policy({ defaultConnectorsClassification: 'Blocked', connectorGroups: groups({ General: ['shared_twitter'] }) })
    expect(judge([blocking], [sharePoint, twitter])).toEqual([['Block', 'shared_sharepointonline']])
  })

  it('judges by every policy that applies, so that the strictest wins', () => {
    const together = policy({ connectorGroups: groups({ Confidential: ['shared_sharepointonline', 'shared_twitter'] }) })
    const apart = policy({ connectorGroups: groups({ Confidential: ['shared_sharepointonline'] }) })
    expect(judge([together], [sharePoint, twitter])).toEqual([])
    expect(judge([together, apart], [sharePoint, twitter])).toHaveLength(1)
  })

  it('applies to all environments, to those that it lists, or to all others', () => {
    const blocked = { connectorGroups: groups({ Blocked: ['shared_twitter'] }) }
    const listed = { environments: [{ id: '/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/Test', name: 'Test' }] }
    const only = policy({ ...blocked, ...listed, environmentType: 'OnlyEnvironments' })
    const except = policy({ ...blocked, ...listed, environmentType: 'ExceptEnvironments' })
    expect([judge([only], [twitter], 'test').length, judge([only], [twitter], 'dev').length]).toEqual([1, 0])
    expect([judge([except], [twitter], 'test').length, judge([except], [twitter], 'dev').length]).toEqual([0, 1])
  })

  it('classes custom connectors by the first pattern that matches their host, unless it names them', () => {
    const rules = [
      { order: 2, customConnectorRuleClassification: 'Ignore', pattern: '*' },
      { order: 1, customConnectorRuleClassification: 'Blocked', pattern: 'https://*.evil.example*' },
    ]
    const patterns = { customConnectorUrlPatternsDefinition: { rules } }
    const named = policy({ connectorGroups: groups({ Blocked: ['shared_my-5fapi'] }) }, patterns)
    const evil = { connector: 'shared_other-5fapi', customHost: 'https://api.evil.example/v1' }
    const good = { connector: 'shared_other-5fapi', customHost: 'https://api.good.example' }
    expect(judge([named], [evil])).toEqual([['Block', 'shared_other-5fapi']])
    expect(judge([named], [good])).toEqual([])
    expect(judge([named], [{ ...good, connector: 'shared_my-5fapi' }])).toEqual([['Block', 'shared_my-5fapi']])
    // Left to other policies, it is not of the default class either.
    const strict = policy({ defaultConnectorsClassification: 'Blocked' }, patterns)
    expect(judge([strict], [good])).toEqual([])
  })

  it('forbids single actions of a connector, and addresses that it may not reach', () => {
    const rules = {
      connectorConfigurationsDefinition: {
        connectorActionConfigurations: [
          {
            connectorId: `${api}shared_sharepointonline`,
            defaultConnectorActionRuleBehavior: 'Block',
            actionRules: [{ actionId: 'GetItems', behavior: 'Allow' }],
          },
        ],
        endpointConfigurations: [
          {
            connectorId: `${api}Http`,
            endpointRules: [
              { order: 2, behavior: 'Deny', endPoint: '*' },
              { order: 1, behavior: 'Allow', endpoint: '*.contoso.com' },
            ],
          },
        ],
      },
    }
    const one = policy({}, rules)
    expect(judge([one], [{ ...sharePoint, actions: ['GetItems'] }])).toEqual([])
    expect(judge([one], [{ ...sharePoint, actions: ['GetItems', 'DeleteItem'] }])).toEqual([['BlockedAction', 'shared_sharepointonline']])
    expect(judge([one], [{ connector: 'Http', endpoints: ['https://api.contoso.com/x'] }])).toEqual([])
    expect(judge([one], [{ connector: 'Http', endpoints: ['https://elsewhere.example/x'] }])).toEqual([['BlockedEndpoint', 'Http']])
  })

  it('refuses a policy with a class, scope or pattern that has no meaning', () => {
    expect(() => policy({ environmentType: 'SomeEnvironments' })).toThrow(/environmentType is 'SomeEnvironments'/)
    expect(() => policy({ connectorGroups: groups({ Business: ['shared_twitter'] }) })).toThrow(/classification is 'Business'/)
    const rules = [{ order: 1, customConnectorRuleClassification: 'Ignore', pattern: 'https://x*' }]
    expect(() => policy({}, { customConnectorUrlPatternsDefinition: { rules } })).toThrow(/only the pattern \* can be classified Ignore/)
  })
})
