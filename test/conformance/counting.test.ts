import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as wait } from 'node:timers/promises'
import type { Organisation } from './organisation.ts'
import { errorOf, openLocal, rowsOf } from './organisation.ts'

const names = encodeURIComponent(JSON.stringify(['account', 'contact']))
const call = `RetrieveTotalRecordCount(EntityNames=@p1)?@p1=${names}`
// A day of the service in two seconds, so that a snapshot's hour can be lived through.
const clockScale = (24 * 60 * 60) / 2

// Needs an environment whose clock runs fast.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('counting whole tables (local environments only)', () => {
  let organisation: Organisation
  beforeAll(async () => {
    organisation = await openLocal({ clockScale })
  })
  afterAll(() => organisation.close())

  it('answers what the last daily snapshot held: zeros before the first, and the rows of its hour later', async () => {
    await organisation.call('POST', 'accounts', { body: { name: 'A' } })
    expect((await organisation.call('GET', call)).json).toMatchObject({
      EntityRecordCountCollection: { Count: 2, IsReadOnly: false, Keys: ['account', 'contact'], Values: [0, 0] },
    })
    await wait(2_100)
    await organisation.call('POST', 'accounts', { body: { name: 'B' } })
    expect((await organisation.call('GET', call)).json).toMatchObject({ EntityRecordCountCollection: { Values: [1, 0] } })
    const snapshot = rowsOf(await organisation.call('GET', 'recordcountsnapshots?$filter=objecttypecode eq 1&$select=count,lastupdated'))
    expect(snapshot).toMatchObject([{ count: 1 }])
    expect(Date.parse(String(snapshot[0]?.['lastupdated']))).toBeLessThanOrEqual(Date.now())
  })

  it('fails as a whole for one name that does not exist', async () => {
    const answer = await organisation.call('GET', `RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account","nothing_here"]`)
    expect(answer.status).toBe(400)
    expect(errorOf(answer).code).toBe('0x80040203')
  })
})
