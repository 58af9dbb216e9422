import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '#contract'
import { accessScopes } from '#domain/people'
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
  world = await openPromotionWorld()
  const { log } = world.deps
  const verifyToken = async (token: string) => ({ personId: personId(token), tokenId: 't-1', scopes: accessScopes })
  app = createServer({ engine: { ...world.engine, verifyToken }, log })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await world.close()
})

describe('drover people', () => {
  it('names a deputy, who approves in that place, and ends it', async () => {
    const release = await world.seal({
      name: 'Permits',
      version: '1.0.0.0',
      tables: [{ name: 'hand_boat', columns: [{ name: 'hand_log' }] }],
    })
    const { promotionId } = (await world.request(release)).promotion.request
    const away = await drover('ben', 'people delegate --to rita --until 2099-01-01 --reason away')
    expect([away.code, away.out]).toEqual([3, ''])
    const soon = new Date(Date.now() + 86_400_000).toISOString()
    const named = await drover('ben', `people delegate --to anna --gate approval --until ${soon} --reason away`)
    expect(named.code, named.err).toBe(0)
    expect(named.out).toMatch(/deputy {5}anna .* at approval: away \(d-/)
    const approved = await drover('anna', `promotion approve ${promotionId} --for ben --json`)
    expect(approved.code, approved.err).toBe(0)
    expect(JSON.parse(approved.out).promotion.decisions).toMatchObject([{ by: 'anna', onBehalfOf: 'ben' }])
    const id = /\((d-[^)]+)\)/.exec(named.out)?.[1] ?? ''
    const refused = await drover('rita', `people return ben ${id}`)
    expect(refused.code).toBe(3)
    const ended = await drover('ben', `people return ben ${id}`)
    expect(ended.out).toContain(', ended ')
  })

  it('confirms a deputy for somebody who is away by a second platform-admin', async () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString()
    const named = await drover('pat', `people delegate --for ben --to anna --until ${soon} --reason ill --json`)
    expect(named.code, named.err).toBe(0)
    const { id } = JSON.parse(named.out).deputies.at(-1)
    expect((await drover('pat', `people confirm ben ${id}`)).code).toBe(3)
    const confirmed = await drover('piet', `people confirm ben ${id}`)
    expect(confirmed.code, confirmed.err).toBe(0)
    expect(confirmed.out).not.toContain('waits for a second')
  })

  it('lists, shows, and says what stops without somebody', async () => {
    expect((await drover('maria', 'people list')).out).toMatch(/olga +Olga +solution-owner, environment-owner/)
    expect((await drover('maria', 'people show olga')).out).toMatch(/role {7}solution-owner, since /)
    expect((await drover('maria', 'people show nobody')).code).toBe(4)
    const leaving = await drover('maria', 'people leave olga')
    expect(leaving.out).toContain('solution  Permits: It has no owner then')
    expect(leaving.out).toContain('Nothing was changed.')
  })
})

describe('drover raci', () => {
  it('shows a tier, who fills the roles, and how sure the table is', async () => {
    const { out, code } = await drover('maria', 'raci --tier 3')
    expect(code).toBe(0)
    expect(out).toMatch(/Line-of-business IT +A\/R +remy/)
    expect(out).not.toContain('TIER 4')
    expect(out).toContain('our reading')
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
