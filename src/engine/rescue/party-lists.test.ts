import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const calls = { name: 'hand_call', isActivity: true }
const ships = { name: 'hand_ship' }

let world: PromotionWorld

beforeEach(async () => {
  world = await openPromotionWorld()
})
afterEach(() => world.close())

function ofVersion(version: string, tables: NonNullable<HandMade['tables']>): HandMade {
  return { name: 'Permits', version, tables }
}

function idOf(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`
}

describe('activities that an upgrade destroys with their table', () => {
  const call = (index: number): string => `hand_calls(${idOf(index)})`
  const shown = 'hand_calls?$select=hand_name,statecode&$orderby=activityid&$expand=hand_call_activity_parties'

  /** The parties of each call, whatever ids they have. */
  async function parties(): Promise<readonly unknown[]> {
    return rowsOf(await world.organisation.call('GET', shown)).map(
      ({ activityid, hand_name, statecode, hand_call_activity_parties: list }) => [
        ...[activityid, hand_name, statecode],
        // The expansion of a collection is an array of rows.
        (list as readonly Readonly<Record<string, unknown>>[])
          .map((party) => [party['participationtypemask'], party['_partyid_value'], party['addressused']])
          .sort((one, other) => Number(one[0]) - Number(other[0])),
      ],
    )
  }

  async function makeCalls(): Promise<void> {
    const contact = { contactid: idOf(6), firstname: 'Cora' }
    expect((await world.organisation.call('POST', 'contacts', { body: contact })).status).toBe(204)
    const { json: me } = await world.organisation.call('GET', 'WhoAmI()')
    const list = [
      { participationtypemask: 1, 'partyid_systemuser@odata.bind': `/systemusers(${String(me['UserId'])})` },
      { participationtypemask: 2, 'partyid_contact@odata.bind': `/contacts(${idOf(6)})`, addressused: 'cora@example.test' },
      { participationtypemask: 3, addressused: 'nobody@example.test' },
    ]
    const answered = { activityid: idOf(4), hand_name: 'Answered', hand_call_activity_parties: list }
    expect(await world.organisation.call('POST', 'hand_calls', { body: answered })).toMatchObject({ status: 204 })
    expect((await world.organisation.call('PATCH', call(4), { body: { statecode: 1 } })).status).toBe(204)
    expect((await world.organisation.call('POST', 'hand_calls', { body: { activityid: idOf(5), hand_name: 'Missed' } })).status).toBe(204)
  }

  it('come back with their parties, also those who are no rows, though workers are killed on the way', async () => {
    await bring(world.organisation, { ...ofVersion('1.0.0.0', [calls, ships]), isManaged: true })
    await makeCalls()
    const before = await parties()
    expect(before).toMatchObject([
      [
        idOf(4),
        'Answered',
        1,
        [
          [1, expect.any(String), null],
          [2, idOf(6), 'cora@example.test'],
          [3, null, 'nobody@example.test'],
        ],
      ],
      [idOf(5), 'Missed', 0, []],
    ])

    const view = await world.request(await world.seal(ofVersion('2.0.0.0', [ships])))
    const { promotionId, plan } = view.promotion.request
    expect(plan.rescue).toContainEqual({ table: 'activityparty', columns: undefined, regarding: 'hand_call' })
    expect(plan.lines.filter(({ message }) => message.includes('does not save'))).toEqual([])
    for (const { subject, atLeast } of view.losses)
      granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: atLeast, comment: 'x', actor: personId('olga') }))
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
    expect(rowsOf(await world.organisation.call('GET', 'activityparties'))).toEqual([])
    const [record] = await world.engine.listRescues({ environmentId: 'prod' })
    const { id: rescueId, items = [] } = record?.rescue ?? {}
    const index = items.findIndex(({ table }) => table === 'activityparty')
    expect(items[index]).toMatchObject({ regarding: 'hand_call', rows: 1 })

    await bring(world.organisation, { ...ofVersion('3.0.0.0', [calls, ships]), isManaged: true })
    const command = { rescueId: rescueId ?? '', table: 'hand_call', reason: '', isDryRun: false, actor: personId('olga') }
    granted(await world.engine.restoreRescue(command))
    let isOver = false
    const die = (name: string, phase: string): void => {
      if (isOver || name !== `restore-links-${index}` || phase !== 'after') return
      isOver = true
      kill()
    }
    expect(await world.work(die)).toBe('killed')
    expect(await world.work(die)).toBe('done')
    expect(await parties()).toEqual(before)
    const [done] = (await world.engine.listRescues({ environmentId: 'prod' }))[0]?.restores ?? []
    expect(
      done?.done.filter(({ table, part }) => part === 'links' && ['activityparty', 'hand_call'].includes(table)),
      'lists go before states',
    ).toMatchObject([
      { table: 'activityparty', written: 1, kept: 0, refused: 0 },
      { table: 'hand_call', written: 2, kept: 0, refused: 0 },
    ])
  })
})
