import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '#contract'
import { accessScopes } from '#domain/people'
import { bring } from '../../test/conformance/life-of-solutions.ts'
import { personId } from '../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../test/support/promotion-world.ts'
import { openPromotionWorld } from '../../test/support/promotion-world.ts'
import { createServer } from '../server/create-server.ts'
import type { OfflineCommands } from './deps.ts'
import { runCli } from './run.ts'

let world: PromotionWorld
let app: FastifyInstance
let url: string

beforeAll(async () => {
  // One that is there, and one that is not.
  world = await openPromotionWorld({
    change: (configuration) => {
      const [prod] = configuration.environments.filter(({ id }) => id === 'prod')
      if (prod === undefined) throw new Error('There is no prod.')
      const gone = { ...prod, id: 'gone' as typeof prod.id, name: 'Gone', url: 'http://127.0.0.1:9/gone' }
      return { ...configuration, environments: [prod, gone] }
    },
  })
  await bring(world.organisation, { name: 'Permits', version: '1.0.0.0', isManaged: true, tables: [{ name: 'hand_boat' }] })
  const { log } = world.deps
  const verifyToken = async (token: string) => ({ personId: personId(token), tokenId: 't-1', scopes: accessScopes })
  app = createServer({ engine: { ...world.engine, verifyToken }, log })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app?.close()
  await world?.close()
})

describe('drover drift --all', () => {
  it('looks at every environment in one pass, and names the one that cannot be reached without holding up the rest', async () => {
    const looked = await drover('olga', 'drift --all --json --exit-code')
    const { environments, failed } = JSON.parse(looked.out)
    expect(environments.map((view: { environment: { id: string } }) => view.environment.id)).toEqual(['prod'])
    expect(environments[0].assessment).toBeDefined()
    expect(failed).toMatchObject([{ environmentId: 'gone' }])
    expect(looked.code).toBe(7)
    expect((await drover('olga', 'drift --all prod')).code).toBe(2)
    expect((await drover('olga', 'drift')).code).toBe(2)
  })
})

async function drover(who: string, line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', '']
  const code = await runCli(line.split(' '), {
    createClient,
    // No command here works without the server.
    offline: { loadWorkspace: async () => undefined } as unknown as OfflineCommands,
    stdout: { write: (text) => void (out += text), isTerminal: false },
    stderr: { write: (text) => void (err += text), isTerminal: false },
    env: { DROVER_SERVER: url, DROVER_TOKEN: who },
    version: '0.1.0',
    signal: new AbortController().signal,
  })
  return { code, out, err }
}
