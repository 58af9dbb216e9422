import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandLine, openCommandLine } from '../../test/support/command-line.ts'
import { bring } from '../../test/conformance/life-of-solutions.ts'
import type { RecoveryWorld } from '../../test/support/recovery-world.ts'
import { openRecoveryWorld } from '../../test/support/recovery-world.ts'

let world: RecoveryWorld
let commandLine: CommandLine

beforeAll(async () => {
  world = await openRecoveryWorld()
  await bring(world.organisation, { name: 'Permits', version: '1.0.0.0', isManaged: true, tables: [{ name: 'hand_boat' }] })
  expect((await world.organisation.call('POST', 'hand_boats', { body: { hand_name: 'Argo' } })).status).toBe(204)
  await world.administration.takeRestorePoint(await world.platformIdOf('pet'), 'by hand')
  await world.pass(30)
  commandLine = await openCommandLine(world)
})
afterAll(async () => {
  await commandLine.close()
  await world.close()
})

describe('drover recovery', () => {
  it('shows what a restore would do, and takes two people to do it', async () => {
    const shown = await commandLine.drover('olga', 'recovery restore prod --into rescue')
    expect([shown.code, shown.err]).toEqual([0, ''])
    expect(shown.out).toContain('Everything in rescue is lost')
    expect(shown.out).toContain('Nothing was done')
    const first = await commandLine.drover('pat', 'recovery restore prod --into rescue --yes --reason gone')
    expect([first.code, first.out]).toEqual([3, ''])
    expect(first.err).toContain('takes two people')
    const second = await commandLine.drover('olga', 'recovery restore prod --into rescue --yes --json')
    expect(second.code, second.err).toBe(0)
    expect(JSON.parse(second.out)).toMatchObject({ state: 'running', by: 'pat', confirmedBy: 'olga' })
    expect(await world.workThrough()).toBe('done')
  })

  it('lists it with its end, and what is due', async () => {
    const listed = await commandLine.drover('ben', 'recovery list prod')
    expect(listed.code, listed.err).toBe(0)
    expect(listed.out).toMatch(/rcv-\S+ +prod as of .* into rescue +rescue +.* done/)
    expect(listed.out).toContain('Permits')
  })

  it('compares rows without writing, and brings back what is gone', async () => {
    const boats = (await world.organisation.call('GET', 'hand_boats?$select=hand_boatid')).json['value'] as { hand_boatid: string }[]
    for (const { hand_boatid } of boats) await world.organisation.call('DELETE', `hand_boats(${hand_boatid})`)
    const begun = await commandLine.drover('olga', 'recovery repair prod --from rescue --table hand_boat --yes --reason gone')
    expect(begun.code, begun.err).toBe(0)
    expect(begun.out).toContain('has begun')
    expect(await world.work()).toBe('done')
    expect((await world.organisation.call('GET', 'hand_boats?$select=hand_name')).json['value']).toMatchObject([{ hand_name: 'Argo' }])
    const listed = await commandLine.drover('olga', 'recovery list prod --json')
    const { works } = JSON.parse(listed.out) as { works: readonly { readonly compared?: unknown }[] }
    expect(works[0]?.compared).toMatchObject({ compared: 1, missing: 1 })
  })

  it('says what stands against a rehearsal', async () => {
    const ran = await commandLine.drover('olga', 'recovery rehearse prod Permits --on twin --as-it-is --reason x')
    expect(ran.code).toBe(3)
    expect(ran.err).toContain('is the pet prod under another name')
  })
})
