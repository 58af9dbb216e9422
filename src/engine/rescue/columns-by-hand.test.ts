import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { RescueRecord } from './events.ts'

const boat = '00000000-0000-4000-8000-000000000001'
const tables = [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }] }]
const ship = { name: 'hand_ship' }

let world: PromotionWorld

beforeEach(async () => {
  world = await openPromotionWorld()
  await bring(world.organisation, { name: 'Permits', version: '1.0.0.0', isManaged: true, tables: [...tables, ship] })
  await addColumn()
  await make('hand_boats', { hand_boatid: boat, hand_name: 'Argo', hand_sail: 'red', hand_extra: 'told by the owner' })
})
afterEach(() => world.close())

describe('rows with values in a column that people made by hand in a table that goes', () => {
  it('come back without those values where the column is not there, which is told, and get them once it is', async () => {
    await loseBoats()
    await bring(world.organisation, { name: 'Permits', version: '3.0.0.0', isManaged: true, tables: [...tables, ship] })
    await restore()
    expect(await rows('hand_sail')).toMatchObject([{ hand_sail: 'red' }])
    expect(await lastValues()).toMatchObject({
      ...{ written: 0, refused: 1 },
      examples: [{ id: boat, message: 'came back without what its table has no column for: hand_extra' }],
    })
    await addColumn()
    await restore()
    expect(await lastValues()).toMatchObject({ written: 1, refused: 0 })
    expect(await rows('hand_sail,hand_extra')).toMatchObject([{ hand_sail: 'red', hand_extra: 'told by the owner' }])
  })
})

async function make(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const made = await world.organisation.call('POST', path, { body })
  expect(made.status, made.text).toBe(204)
}

function addColumn(): Promise<void> {
  const labels = [{ '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel', Label: 'Extra', LanguageCode: 1033 }]
  return make("EntityDefinitions(LogicalName='hand_boat')/Attributes", {
    '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
    SchemaName: 'hand_Extra',
    DisplayName: { '@odata.type': 'Microsoft.Dynamics.CRM.Label', LocalizedLabels: labels },
    MaxLength: 100,
    FormatName: { Value: 'Text' },
  })
}

async function rows(columns: string): Promise<readonly unknown[]> {
  return rowsOf(await world.organisation.call('GET', `hand_boats?$select=${columns}`))
}

/** A release without the table, acknowledged and done. */
async function loseBoats(): Promise<void> {
  const view = await world.request(await world.seal({ name: 'Permits', version: '2.0.0.0', tables: [ship] }))
  const { promotionId } = view.promotion.request
  for (const { subject, atLeast } of view.losses)
    granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: atLeast, comment: 'x', actor: personId('olga') }))
  granted(await world.approve(promotionId))
  expect(await world.work()).toBe('done')
  const { status } = (await world.view(promotionId)).promotion
  expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
}

async function saved(): Promise<RescueRecord> {
  const [record, ...others] = await world.engine.listRescues({ environmentId: 'prod' })
  if (record === undefined || others.length > 0) throw new Error(`Expected one rescue, found ${others.length + 1}.`)
  return record
}

/** How the last restore of the rows' own values went. */
async function lastValues() {
  return (await saved()).restores.at(-1)?.done.find(({ table, part }) => table === 'hand_boat' && part === 'values')
}

async function restore(): Promise<void> {
  const { rescue } = await saved()
  granted(
    await world.engine.restoreRescue({ rescueId: rescue.id, table: 'hand_boat', reason: '', isDryRun: false, actor: personId('olga') }),
  )
  expect(await world.work()).toBe('done')
}
