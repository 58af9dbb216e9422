import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandLine, openCommandLine } from '../../test/support/command-line.ts'
import type { PromotionWorld } from '../../test/support/promotion-world.ts'
import { openPromotionWorld } from '../../test/support/promotion-world.ts'

let world: PromotionWorld
let commandLine: CommandLine

beforeAll(async () => {
  world = await openPromotionWorld()
  commandLine = await openCommandLine(world)
})
afterAll(async () => {
  await commandLine.close()
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
    const away = await commandLine.drover('ben', 'people delegate --to rita --until 2099-01-01 --reason away')
    expect([away.code, away.out]).toEqual([3, ''])
    const soon = new Date(Date.now() + 86_400_000).toISOString()
    const named = await commandLine.drover('ben', `people delegate --to anna --gate approval --until ${soon} --reason away`)
    expect(named.code, named.err).toBe(0)
    expect(named.out).toMatch(/deputy {5}anna .* at approval: away \(d-/)
    const approved = await commandLine.drover('anna', `promotion approve ${promotionId} --for ben --json`)
    expect(approved.code, approved.err).toBe(0)
    expect(JSON.parse(approved.out).promotion.decisions).toMatchObject([{ by: 'anna', onBehalfOf: 'ben' }])
    const id = /\((d-[^)]+)\)/.exec(named.out)?.[1] ?? ''
    const refused = await commandLine.drover('rita', `people return ben ${id}`)
    expect(refused.code).toBe(3)
    const ended = await commandLine.drover('ben', `people return ben ${id}`)
    expect(ended.out).toContain(', ended ')
  })

  it('confirms a deputy for somebody who is away by a second platform-admin', async () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString()
    const named = await commandLine.drover('pat', `people delegate --for ben --to anna --until ${soon} --reason ill --json`)
    expect(named.code, named.err).toBe(0)
    const { id } = JSON.parse(named.out).deputies.at(-1)
    expect((await commandLine.drover('pat', `people confirm ben ${id}`)).code).toBe(3)
    const confirmed = await commandLine.drover('piet', `people confirm ben ${id}`)
    expect(confirmed.code, confirmed.err).toBe(0)
    expect(confirmed.out).not.toContain('waits for a second')
  })

  it('asks for a role with an end, which a second platform-admin confirms, and gives it back', async () => {
    expect((await commandLine.drover('carl', 'people grant carl security --reason ill')).code).toBe(2)
    const asked = await commandLine.drover('carl', 'people grant carl security --for 2 --environment prod --reason ill')
    expect(asked.out).toMatch(/granted {4}security \(prod\) until .*, waits for a second platform-admin: ill \(g-/)
    const id = /\((g-[^)]+)\)/.exec(asked.out)?.[1] ?? ''
    expect((await commandLine.drover('carl', `people confirm carl ${id}`)).code).toBe(3)
    expect((await commandLine.drover('piet', `people confirm carl ${id}`)).out).toContain('confirmed by piet')
    expect((await commandLine.drover('maria', 'people list')).out).toMatch(/security \(prod\) until /)
    expect((await commandLine.drover('carl', `people return carl ${id}`)).out).toContain(', ended ')
    expect((await commandLine.drover('maria', 'people list')).out).not.toMatch(/security \(prod\) until /)
  })

  it('lists, shows, and says what stops without somebody', async () => {
    expect((await commandLine.drover('maria', 'people list')).out).toMatch(/olga +Olga +solution-owner, environment-owner/)
    expect((await commandLine.drover('maria', 'people show olga')).out).toMatch(/role {7}solution-owner, since /)
    expect((await commandLine.drover('maria', 'people show nobody')).code).toBe(4)
    const leaving = await commandLine.drover('maria', 'people leave olga')
    expect(leaving.out).toContain('solution  Permits: It has no owner then')
    expect(leaving.out).toContain('Nothing was changed.')
  })
})

describe('drover raci', () => {
  it('shows a tier, who fills the roles, and how sure the table is', async () => {
    const { out, code } = await commandLine.drover('maria', 'raci --tier 3')
    expect(code).toBe(0)
    expect(out).toMatch(/Line-of-business IT +A\/R +remy/)
    expect(out).not.toContain('TIER 4')
    expect(out).toContain('our reading')
  })
})

describe('drover config proposal', () => {
  it('tells that nothing is to be confirmed any more once a configuration came into force', async () => {
    const { configuration, version } = (await world.engine.loadConfiguration()) ?? {}
    const digest = `sha256:${'a'.repeat(64)}`
    const data = { digest, configuration, changes: [], basedOn: version }
    const append = (stream: string, type: string, what: object) =>
      world.deps.ledger.append({ stream, expectedVersion: undefined, actor: 'pat', events: [{ type, data: what }] })
    await append(`proposal/${digest}`, 'configuration-proposed', data)
    const shown = async () => (await commandLine.drover('piet', `config proposal ${digest}`)).out
    expect(await shown()).toMatch(/^Proposed by pat/)
    await append('configuration', 'configuration-applied', { configuration, changes: [] })
    expect(await shown()).toMatch(/^Nothing is to be confirmed any more/)
  })
})
