import { describe, expect, it } from 'vitest'
import type { SolutionModel } from '#domain/solution'
import { noLiterals } from './str-08-no-literals.ts'
import { judge, makeFlow, makeFlowWith, makeModel, makeVariable, severitiesOf } from '../../test/support/solution-models.ts'

const token = 'q7Hn2ZkL0pWv9sXc4RtY8uBe'

describe('STR-08: literals in flows', () => {
  it.each([
    ['the address of an environment', { uri: 'https://contoso-dev.crm4.dynamics.com/main.aspx' }, 'high'],
    ['a SharePoint site', { parameters: { dataset: 'https://contoso.sharepoint.com/sites/permits' } }, 'high'],
    ['an endpoint', { uri: 'https://api.fabrikam.com/v1/rates' }, 'medium'],
    ['a link in a text', { parameters: { body: 'See https://fabrikam.com/help for more.' } }, 'low'],
    ['a mailbox', { parameters: { 'emailMessage/To': 'permits@contoso.com' } }, 'medium'],
    ['the id of a team', { parameters: { groupId: 'd17f192f-e7bb-4af6-a5ab-451b2e404d44' } }, 'medium'],
    ['a chat', { parameters: { recipient: { channelId: '19:bb5e4a79b3e54b0dab1f@thread.tacv2' } } }, 'medium'],
    ['an id in a variable', { value: 'd17f192f-e7bb-4af6-a5ab-451b2e404d44' }, 'low'],
  ])('remarks %s', (_what, inputs, severity) => {
    expect(judgeFlow(inputs)).toEqual([severity])
  })

  it.each([
    ['an expression', { uri: "@{parameters('Service address (contoso_ServiceAddress)')}/rates" }],
    ['documentation', { parameters: { body: 'https://learn.microsoft.com/power-platform' } }],
    ['annotations', { value: 'statecode@OData.Community.Display.V1.FormattedValue', other: 'admin_x@odata.type' }],
    ['the schema of expected data', { schema: { properties: { site: { default: 'https://contoso.sharepoint.com' } } } }],
    [
      'the connector that is used',
      { host: { apiId: '/providers/Microsoft.PowerApps/apis/shared_office365', note: 'https://a.sharepoint.com' } },
    ],
    ['the child flow that is called', { host: { workflowReferenceName: 'd17f192f-e7bb-4af6-a5ab-451b2e404d44' } }],
    ['the all-zero id', { parameters: { id: '00000000-0000-0000-0000-000000000000' } }],
  ])('accepts %s', (_what, inputs) => {
    expect(judgeFlow(inputs)).toEqual([])
  })

  it('accepts the default values of parameters: those are environment variables', () => {
    const definition = {
      properties: { definition: { parameters: { Site: { defaultValue: 'https://contoso.sharepoint.com' } }, actions: {} } },
    }
    expect(judge(noLiterals, makeModel({ flows: [makeFlow({ definition })] }))).toEqual([])
  })

  it('remarks a literal once, however often the flow repeats it', () => {
    expect(judgeFlow({ a: 'mail permits@contoso.com', b: 'permits@contoso.com' })).toEqual(['medium'])
  })
})

describe('STR-08: credentials', () => {
  it.each([
    ['shared access signature', { uri: `https://x.example.org/run?sp=r&sig=${token}` }],
    ['bearer token', { headers: { Authorization: `Bearer ${token}` } }],
    ['key in a header', { headers: { 'x-api-key': token } }],
    ['secret of an application', { authentication: { type: 'ActiveDirectoryOAuth', secret: token } }],
  ])('refuses a %s in a flow without repeating it', (_what, inputs) => {
    const findings = judge(noLiterals, makeModel({ flows: [makeFlowWith(inputs)] }))
    expect(severitiesOf(findings)).toEqual(['critical'])
    expect(JSON.stringify(findings)).not.toContain(token)
  })

  it.each([
    ['an expression', { headers: { Authorization: "Bearer @{outputs('Token')}" } }],
    ['a value from a vault', { authentication: { secret: "@parameters('Key (contoso_Key)')" } }],
    ['a placeholder', { headers: { 'api-key': '<your key>' } }],
    ['a placeholder after its scheme', { headers: { Authorization: 'Bearer <replace with actual token>' } }],
    ['a note in place of a token', { headers: { Authorization: 'Bearer put the token here' } }],
    ['prose', { text: 'Basic authentication and Bearer tokens are described elsewhere' }],
  ])('accepts %s', (_what, inputs) => {
    expect(judgeFlow(inputs)).toEqual([])
  })

  it('refuses a storage key, a private key and a token in any other text', () => {
    const texts = [
      { path: 'WebResources/contoso_a', text: `const c = "DefaultEndpointsProtocol=https;AccountKey=${token}=="` },
      { path: 'WebResources/contoso_b', text: `-----BEGIN RSA PRIVATE KEY-----\n${token}${token}` },
      { path: 'customizations.xml', text: `<Url>https://store.blob.core.windows.net/a?se=2030&amp;sig=${token}</Url>` },
    ]
    expect(judgeTexts(texts)).toEqual(['critical', 'critical', 'critical'])
  })

  it('accepts a library that knows what keys look like', () => {
    const code = `if (text.startsWith("-----BEGIN RSA PRIVATE KEY-----")) return "?sig=" + sign(text)`
    expect(judgeTexts([{ path: 'WebResources/contoso_crypto', text: code }])).toEqual([])
  })

  it('remarks code that assigns what looks like a password, but not a library nor a form field', () => {
    const code = `var password = "Tr0ubador-9x"`
    expect(judgeTexts([{ path: 'WebResources/contoso_login', text: code }])).toEqual(['high'])
    expect(judgeTexts([{ path: 'Controls/contoso.Grid/bundle.js', text: code }])).toEqual([])
    expect(judgeTexts([{ path: 'WebResources/contoso_login', text: 'var password = "passwordField"' }])).toEqual([])
  })

  it('refuses a secret variable whose default is the secret, and accepts the place of a vault', () => {
    expect(judgeDefault('secret', 'Tr0ubador')).toEqual(['critical'])
    expect(judgeDefault('secret', '/subscriptions/a/resourceGroups/b/providers/Microsoft.KeyVault/vaults/c/secrets/d')).toEqual([])
  })
})

describe('STR-08: other texts and default values', () => {
  it('remarks the address of an environment in a web resource, not public ones', () => {
    expect(judgeTexts([{ path: 'WebResources/contoso_a', text: 'fetch("https://contoso.crm.dynamics.com/api")' }])).toEqual(['medium'])
    expect(
      judgeTexts([{ path: 'WebResources/contoso_a', text: '<svg xmlns="http://www.w3.org/2000/svg"/> https://jqueryui.com' }]),
    ).toEqual([])
  })

  it('leaves the web site of the publisher alone', () => {
    expect(
      judgeTexts([{ path: 'solution.xml', text: '<SupportingWebsiteUrl>https://contoso.sharepoint.com</SupportingWebsiteUrl>' }]),
    ).toEqual([])
  })

  it('remarks a default value that is the address of one organisation', () => {
    expect(judgeDefault('data-source', 'https://contoso.sharepoint.com/sites/a')).toEqual(['medium'])
    expect(judgeDefault('number', '0.8')).toEqual([])
  })
})

function judgeFlow(inputs: unknown): string[] {
  return severitiesOf(judge(noLiterals, makeModel({ flows: [makeFlowWith(inputs)] })))
}

function judgeTexts(texts: SolutionModel['texts']): string[] {
  return severitiesOf(judge(noLiterals, makeModel({ texts })))
}

function judgeDefault(type: 'string' | 'number' | 'data-source' | 'secret', defaultValue: string): string[] {
  return severitiesOf(judge(noLiterals, makeModel({ environmentVariables: [makeVariable({ type, defaultValue })] })))
}
