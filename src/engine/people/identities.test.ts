import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observation } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { loadObservation } from '../observation/take-observation.ts'
import { deployer } from '../../../test/conformance/organisation.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { openLocal } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const onlooker = {
  ...deployer,
  clientId: '0b5e7e00-0000-4000-8000-00000000b5e7',
  objectId: '0b5e7e00-0001-4000-8000-00000000b5e7',
  name: 'Onlooker',
}
const governor = {
  ...deployer,
  clientId: 'ad000000-0000-4000-8000-0000000000ad',
  objectId: 'ad000000-0001-4000-8000-0000000000ad',
  name: 'Governor',
  isAdministrator: true,
}

let organisation: Organisation
let world: PromotionWorld

beforeAll(async () => {
  organisation = await openLocal({ clients: [deployer, onlooker, governor] })
  world = await openPromotionWorld({ organisation })
})
afterAll(async () => {
  await world.close()
  await organisation.close()
})

type Identities = Pick<Configuration['environments'][number], 'observer' | 'administrator' | 'administrationUrl' | 'platformApiUrl'>

/** Past the rules of applying: the identities of production alone differ. */
async function actAs(identities: Identities): Promise<Configuration['environments'][number]> {
  const current = (await world.engine.loadConfiguration())?.configuration
  const prod = current?.environments.find(({ id }) => id === 'prod')
  if (current === undefined || prod === undefined) throw new Error('nothing is in force')
  const changed = { ...prod, ...identities }
  const environments = current.environments.map((each) => (each.id === 'prod' ? changed : each))
  const events = [{ type: 'configuration-applied', data: { configuration: { ...current, environments }, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
  return changed
}

function credentialsOf(clientId: string): NonNullable<Identities['observer']> {
  return { tokenUrl: organisation.tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } }
}

async function identitySeen(): Promise<Observation['identity']> {
  granted(await observe())
  const record = granted(await world.engine.loadEnvironmentRecord(toId<EnvironmentId>('prod')))
  const observation = await loadObservation(world.deps, record)
  if (observation === undefined) throw new Error('nothing was observed')
  return observation.identity
}

function observe() {
  return world.engine.observeEnvironment({ environmentId: toId<EnvironmentId>('prod'), actor: personId('pat') })
}

describe('an environment with identities for what is done to it', () => {
  it('is looked at with the one that looks, and what deploys is still known as ours', async () => {
    await actAs({})
    const own = await identitySeen()
    await actAs({ observer: credentialsOf(onlooker.clientId) })
    expect(await identitySeen()).toEqual(own)
    // One that is not known there cannot look, whatever what deploys could.
    await actAs({ observer: credentialsOf('00000000-dead-4000-8000-000000000000') })
    await expect(observe()).rejects.toMatchObject({ code: 'dataverse.unauthorized' })
  })

  it('is deployed to with what deploys, though what looks cannot sign in', async () => {
    await actAs({ observer: credentialsOf('00000000-dead-4000-8000-000000000000') })
    const release = await world.seal({
      name: 'Permits',
      version: '1.0.0.0',
      tables: [{ name: 'hand_boat', columns: [{ name: 'hand_log' }] }],
    })
    const { promotionId } = (await world.request(release)).promotion.request
    granted(await world.approve(promotionId))
    await world.work()
    expect((await world.view(promotionId)).promotion.status.state).toBe('succeeded')
  })

  it('is administered with the one that administers, which what deploys may not', async () => {
    const { origin } = new URL(organisation.url)
    const places = { administrationUrl: origin, platformApiUrl: origin }
    const asDeployer = await actAs({ ...places, observer: credentialsOf(onlooker.clientId) })
    await expect(world.deps.administrations.open(asDeployer).listEnvironments()).rejects.toMatchObject({ code: 'administration.forbidden' })
    const asGovernor = await actAs({ ...places, administrator: credentialsOf(governor.clientId) })
    expect((await world.deps.administrations.open(asGovernor).listEnvironments()).length).toBeGreaterThan(0)
  })
})
