import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigurationPackage } from '#domain/data'
import type { Release } from '#domain/release'
import { writeDataPackage, writeZip } from '#format'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())

const id = '00000000-0000-4000-8000-0000000b0001'

function quays(depth: string): ConfigurationPackage {
  const rows = [{ id, values: { hand_name: 'Skolten', hand_depth: depth }, links: {} }]
  return {
    tables: [
      {
        ...{ name: 'hand_quay', displayName: 'Quay', primaryId: 'hand_quayid', primaryName: 'hand_name', links: [], filter: undefined },
        ...{ onTargetChange: 'keep', rows },
        columns: ['hand_name', 'hand_depth'].map((name) => ({ name, displayName: name, type: 'string', isKey: false, target: undefined })),
      },
    ],
    importOrder: [],
    deletes: [],
    outside: [],
  }
}

async function keep(data: ConfigurationPackage): Promise<NonNullable<Release['configurationData']>> {
  const files = [...writeDataPackage(data)].map(([path, bytes]) => ({ path, bytes }))
  const digest = await world.deps.artifacts.put(await writeZip(files))
  return { digest, commit: '0123abc', tables: [{ table: 'hand_quay', rows: 1 }] }
}

/** A release without the column brings no configuration data either. */
async function promote(version: string, depth: string | undefined): Promise<void> {
  const columns = depth === undefined ? [] : [{ name: 'hand_depth' }]
  const data = depth === undefined ? {} : { configurationData: await keep(quays(depth)) }
  const release = await world.seal({ name: 'Permits', version, tables: [{ name: 'hand_quay', columns }] }, data)
  const { promotionId } = (await world.request(release)).promotion.request
  const { promotion } = await world.view(promotionId)
  for (const { kind, key, effect } of promotion.request.plan.content)
    if (kind === 'Attribute' && effect === 'destroy')
      granted(
        await world.engine.acknowledgeLoss({
          ...{ promotionId, subject: `${kind}:${key}`, ceiling: 1, comment: 'Measured anew', actor: personId('olga') },
        }),
      )
  granted(await world.approve(promotionId))
  expect(await world.work()).toBe('done')
  expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
}

async function depths(): Promise<readonly unknown[]> {
  return rowsOf(await world.organisation.call('GET', 'hand_quays?$select=hand_depth')).map((row) => row['hand_depth'])
}

describe('configuration data in a column that went and came back', () => {
  it('is brought again, since nobody there has emptied it', async () => {
    await promote('1.0.0.0', '11 m')
    await promote('2.0.0.0', undefined)
    await promote('3.0.0.0', '12 m')
    expect(await depths()).toEqual(['12 m'])
  })

  it('stays as people left it, where they emptied it since', async () => {
    await world.organisation.call('PATCH', `hand_quays(${id})`, { body: { hand_depth: null } })
    await promote('4.0.0.0', '13 m')
    expect(await depths()).toEqual([null])
  })
})
