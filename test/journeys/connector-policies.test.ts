import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { control } from '../support/control.ts'
import { deployerClient, loadLocalSecret, localTenant } from '../support/product.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { openPetStage } from '../support/pet-stage.ts'

const group = '0c3a1f5e-0000-4000-8000-0000000000aa'
const outlook = '/providers/Microsoft.PowerApps/apis/shared_office365'

/* One story: the tenant lets the environment group of production send mails alone, so of the two flows of a release one stays off. */
describe('an advanced connector policy of production’s environment group', () => {
  let pet: PetStage
  let release: Awaited<ReturnType<PetStage['release']>>

  beforeAll(async () => {
    pet = await openPetStage()
    release = await pet.release()
    const list = [{ AllowedConnector: outlook, AllowedActionsMode: 'AllAllowed', AllowedConnectionTypesMode: 'AllAllowed' }]
    const ruleSets = [{ id: 'ConnectorManagement', version: '1.0', inputs: { AllowedConnectorList: list } }]
    const policies = 'governance/ruleBasedPolicies'
    const { id } = await ask('POST', `${policies}?api-version=2024-10-01`, { name: 'Mail only', ruleSets })
    await ask('POST', `${policies}/${String(id)}/environmentGroups/${group}/assignments?api-version=2024-10-01`, {})
    const environments = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments'
    const { value } = await ask('GET', `${environments}?api-version=2023-06-01`)
    const prod = (value as readonly { name: string; properties: object }[]).find((one) => JSON.stringify(one).includes('/prod/'))
    await ask('PATCH', `${environments}/${String(prod?.name)}?api-version=2021-04-01`, {
      properties: { parentEnvironmentGroup: { id: group } },
    })
    await control(pet.stack, 'POST', '/clock/jump', { seconds: 3_700 }) // policies reach environments within an hour
  })
  afterAll(() => pet?.stop())

  it('is told by the plan, flow by flow, and production agrees after the promotion', async () => {
    const { plan } = await pet.plan(release)
    expect(plan.flows.map(({ name, action }) => ({ name, action }))).toEqual([
      { name: 'Send inspection mail', action: 'switch-on' },
      { name: 'Remind of overdue inspections', action: 'leave' },
    ])
    expect(plan.flows[1]?.why).toContain(
      'the advanced connector policy "Mail only" of the environment group does not allow shared_commondataserviceforapps',
    )
    expect(plan.lines.filter(({ certainty, message }) => certainty !== 'known' && message.includes('policy'))).toEqual([])
    const promotionId = await pet.ask(release)
    await pet.approve(promotionId)
    await pet.succeed(promotionId)
    const flows = await pet.prod.rows('workflows?$select=workflowid,name,statecode&$filter=category eq 5')
    expect(Object.fromEntries(flows.map(({ name, statecode }) => [name, statecode]))).toEqual({
      'Send inspection mail': 1,
      'Remind of overdue inspections': 0,
    })
    const off = flows.find(({ statecode }) => statecode === 0)
    const refused = await pet.prod.ask({ method: 'PATCH', path: `workflows(${String(off?.['workflowid'])})`, body: { statecode: 1 } })
    expect(refused.text, 'nobody can switch it on there').toContain('DlpViolation')
  })

  async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const url = pet.stack.platformUrl
    const resource = path.startsWith('providers/') ? 'https://service.powerapps.com/' : 'https://api.powerplatform.com/'
    const form = {
      ...{ grant_type: 'client_credentials', client_id: deployerClient.clientId, scope: `${resource}.default` },
      client_secret: await loadLocalSecret(pet.stack.workspace, 'deployer'),
    }
    const signedIn = await fetch(`${url}/${localTenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = (await signedIn.json()) as { access_token: string }
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
  }
})
