import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSolution, sampleSolution } from '../../../test/conformance/organisation.ts'
import type { RecoveryWorld } from '../../../test/support/recovery-world.ts'
import { openRecoveryWorld } from '../../../test/support/recovery-world.ts'

let world: RecoveryWorld

beforeAll(async () => {
  world = await openRecoveryWorld()
  await importSolution(world.organisation, await sampleSolution())
})
afterAll(() => world.close())

describe('an environment that was restored', () => {
  it('shows what must not reach out, and has its connection references bound', async () => {
    const target = world.deps.environments.open(world.pet)
    const content = await target.fetchRestoredContent()
    expect(content.flows.length).toBeGreaterThan(0)
    expect(content.flows.every(({ state }) => state === 'off')).toBe(true)
    const [reference] = content.bindings
    expect(reference).toMatchObject({ connectionId: undefined })
    const logicalName = reference?.logicalName ?? ''
    const connectorId = reference?.connectorId ?? ''
    const connection = { id: 'mail', connectorId, displayName: 'mail', ownerName: 'Somebody', sharedWith: [] }
    expect((await world.organisation.control?.('PUT', 'environments/dev/connections/mail', connection))?.status).toBe(204)
    await target.bindConnection({ logicalName, connectionId: 'mail' })
    await target.bindConnection({ logicalName, connectionId: 'mail' })
    const after = await target.fetchRestoredContent()
    expect(after.bindings.find((binding) => binding.logicalName === logicalName)).toMatchObject({ connectionId: 'mail' })
    await expect(target.bindConnection({ logicalName: 'con_nowhere', connectionId: 'mail' })).rejects.toThrow('con_nowhere')
  })
})
