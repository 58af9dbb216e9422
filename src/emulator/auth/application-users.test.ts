import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments } from '../../../test/support/emulated-environment.ts'
import { admitRegistered, findCaller, findUser, provisionUser } from './application-users.ts'
import type { ClientRegistration } from './registration.ts'
import { withdrawRole } from './role-assignments.ts'

const client: ClientRegistration = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  clientId: '22222222-2222-4222-8222-222222222222',
  clientSecret: 'a secret',
  objectId: '22222222-0000-4222-8222-222222222222',
  name: 'Deployer',
}

describe('a registered application in an environment of a time before roles', () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('stays able to do everything, until somebody takes its role away for good', async () => {
    const { ctx } = await environments.open('old')
    const admitAll = () => ctx.env.write((tx) => admitRegistered(tx, { clients: [client], people: [] }, ctx))
    const identity = { tenantId: client.tenantId, objectId: client.objectId, applicationId: client.clientId }
    await ctx.env.write((tx) => {
      for (const role of tx.list('role')) tx.remove('role', String(role['roleid']))
      provisionUser(tx, client, ctx)
    })
    await admitAll()
    const caller = findCaller(ctx.env, identity)
    expect(caller.roles).toEqual(['System Administrator'])
    await ctx.env.write((tx) => {
      const userId = String(findUser(tx, client.objectId)?.['systemuserid'])
      const roleId = String(tx.list('role').find((row) => row['name'] === 'System Administrator')?.['roleid'])
      withdrawRole(tx, { table: 'systemuser', id: userId }, roleId)
    })
    await admitAll()
    expect(findCaller(ctx.env, identity).roles).toEqual([])
  })
})
