import type { Environment } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { RecoveryWork } from '#domain/recovery'
import type { EnvironmentAdministration } from '#engine/ports'
import type { Organisation } from '../conformance/organisation.ts'
import { buildEnvironment } from './domain-builders.ts'
import type { PromotionWorld, WorldOptions } from './promotion-world.ts'
import { kill, openPromotionWorld } from './promotion-world.ts'

export const petId = toId<EnvironmentId>('prod')
export const sandboxId = toId<EnvironmentId>('rescue')

/** A pet beside its recovery sandbox in one tenant, and environments that are no sandbox of it: `twin` and `other`. */
export interface RecoveryWorld extends PromotionWorld {
  /** The pet as it is configured. */
  readonly pet: Environment
  readonly sandbox: Organisation
  readonly administration: EnvironmentAdministration
  /** So many minutes pass on the platform. */
  pass(minutes: number): Promise<void>
  platformIdOf(place: 'pet' | 'sandbox'): Promise<string>
  load(workId: string): Promise<RecoveryWork>
  /** Does what was started while time passes on the platform. */
  workThrough(): Promise<'done' | 'killed'>
  /** Dies at each place once. */
  cut(cuts: Set<string>, place: string): void
  kill(): never
}

export async function openRecoveryWorld(options: WorldOptions = {}): Promise<RecoveryWorld> {
  const world = await openPromotionWorld({ isAdministered: true, ...options })
  const { organisation, deps } = world
  const pet = await declareSandbox(world)
  const administration = deps.administrations.open(pet)
  const url = sandboxUrl(organisation)
  const sandbox: Organisation = {
    ...organisation,
    url,
    call: (method, path, more) => organisation.call(method, path.startsWith('http') ? path : `${url}/api/data/v9.2/${path}`, more),
  }
  async function pass(minutes: number): Promise<void> {
    // Ten times as fast as the service.
    await organisation.control?.('POST', 'clock/jump', { seconds: minutes * 6 })
  }
  return {
    ...world,
    pet,
    sandbox,
    administration,
    pass,
    kill,
    async platformIdOf(place) {
      const domainName = place === 'pet' ? 'dev' : 'test'
      const found = (await administration.listEnvironments()).find((each) => each.domainName === domainName)
      if (found === undefined) throw new Error(`there is no ${domainName}`)
      return found.platformId
    },
    async load(workId) {
      const work = await deps.readModel.load<RecoveryWork>('recovery', workId)
      if (work === undefined) throw new Error(`there is no ${workId}`)
      return work
    },
    async workThrough() {
      const passing = setInterval(() => void pass(10), 100)
      try {
        return await world.work()
      } finally {
        clearInterval(passing)
      }
    },
    cut(cuts, place) {
      if (cuts.has(place)) return
      cuts.add(place)
      kill()
    },
  }
}

function sandboxUrl({ url }: Organisation): string {
  return url.replace(/dev$/, 'test')
}

/** Past the rules of applying: what is in force is what the test says. */
async function declareSandbox({ engine, deps, organisation }: PromotionWorld): Promise<Environment> {
  const current = await engine.loadConfiguration()
  const pet = current?.configuration.environments.find(({ id }) => id === petId)
  if (current === undefined || pet === undefined) throw new Error('no pet is configured')
  const like = (id: string, changes: Partial<Environment>): Environment => ({
    ...pet,
    ...{ id: toId(id), name: id, purpose: 'recovery', careClass: 'cattle', recovers: petId, ...changes },
  })
  const configuration: Configuration = {
    ...current.configuration,
    environments: [
      ...current.configuration.environments.filter(({ url }) => url !== sandboxUrl(organisation)),
      like('rescue', { url: sandboxUrl(organisation) }),
      like('twin', {}),
      { ...buildEnvironment('other', 'recovery', 'cattle'), recovers: toId<EnvironmentId>('crm') },
    ],
  }
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
  return pet
}
