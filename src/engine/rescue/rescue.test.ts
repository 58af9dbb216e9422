import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { OpenEnvironment } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { sweep } from '../sweep.ts'
import type { RescueRecord } from './events.ts'
import { readSavedRows } from './saved-rows.ts'
import { sweepRescue } from './sweep-rescues.ts'

let world: PromotionWorld
let major = 0

beforeEach(async () => {
  world = await openPromotionWorld()
  major = 0
  await bring(world.organisation, { ...boats(['hand_sail', 'hand_note']), isManaged: true })
  for (const [index, row] of [{ hand_note: 'fog' }, { hand_note: 'ice' }, {}].entries()) {
    const body = { hand_boatid: boatId(index), hand_name: `Boat ${index}`, ...row }
    expect((await world.organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
  }
})
afterEach(() => world.close())

function boats(columns: readonly string[]): HandMade {
  major++
  return { name: 'Permits', version: `${major}.0.0.0`, tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }] }
}

function boatId(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`
}

/** A promotion without the column, acknowledged and approved, that waits for the worker. */
async function startUpgrade(ceiling = 2): Promise<PromotionId> {
  const { promotionId } = (await world.request(await world.seal(boats(['hand_sail'])))).promotion.request
  const word = { promotionId, subject: 'Attribute:hand_boat.hand_note', ceiling, comment: 'Kept elsewhere', actor: personId('olga') }
  granted(await world.engine.acknowledgeLoss(word))
  granted(await world.approve(promotionId))
  return promotionId
}

async function onlyRescue(): Promise<RescueRecord> {
  const [record, ...others] = await world.engine.listRescues({ environmentId: 'prod' })
  if (record === undefined || others.length > 0) throw new Error(`Expected one rescue, found ${others.length + 1}.`)
  return record
}

async function notes(): Promise<readonly unknown[]> {
  const rows = rowsOf(await world.organisation.call('GET', 'hand_boats?$select=hand_note&$orderby=hand_boatid'))
  return rows.map((row) => row['hand_note'])
}

async function restore(
  more: { readonly actor?: string; readonly table?: string; readonly reason?: string; readonly isDryRun?: boolean } = {},
) {
  const { rescue } = await onlyRescue()
  const command = { rescueId: rescue.id, table: more.table, reason: more.reason ?? '', isDryRun: more.isDryRun ?? false }
  return world.engine.restoreRescue({ ...command, actor: personId(more.actor ?? 'olga') })
}

describe('values that an upgrade destroys', () => {
  it('are saved before it, and come back once their column is there again', async () => {
    const promotionId = await startUpgrade()
    expect(await world.work()).toBe('done')
    expect((await world.view(promotionId)).promotion.status.state).toBe('succeeded')
    const { rescue } = await onlyRescue()
    expect(rescue.items).toMatchObject([{ table: 'hand_boat', columns: ['hand_note'], rows: 2 }])
    expect(Date.parse(rescue.keepUntil) - Date.parse(rescue.savedAt)).toBe(30 * 24 * 3_600_000)
    const ledger = JSON.stringify(await world.deps.ledger.readAll(0, 1000))
    expect(ledger).not.toMatch(/fog|"ice"/)

    expect(await restore()).toMatchObject({
      ok: false,
      refusal: { code: 'rescue.place-missing', reasons: [{ subject: 'hand_boat.hand_note' }] },
    })
    expect(await restore({ isDryRun: true })).toMatchObject({
      ok: true,
      value: { places: [{ missing: ['hand_note'] }], restoreId: undefined },
    })
    await bring(world.organisation, { ...boats(['hand_sail', 'hand_note']), isManaged: true })
    expect(await notes()).toEqual([null, null, null])
    granted(await restore())
    expect(await restore()).toMatchObject({ ok: false, refusal: { code: 'rescue.restoring' } })
    expect(await world.work()).toBe('done')
    expect(await notes()).toEqual(['fog', 'ice', null])
    expect((await onlyRescue()).restores).toMatchObject([
      { by: 'olga', status: { state: 'ended' }, done: [{ part: 'values', written: 2, refused: 0 }, { part: 'links' }] },
    ])
    const { entries } = granted(await world.engine.loadBiography({ environmentId: toId('prod'), limit: 100 }))
    expect(entries.filter(({ kind }) => kind === 'restore')).toMatchObject([
      { by: ['olga'], promotionId, isFailure: false, text: expect.stringContaining('Rows written: 2; left as people have them now: 0') },
    ])
  })

  it('stay where they are when they came into what was empty when the plan was made, up to the last moment before the import', async () => {
    const { promotionId } = (await world.request(await world.seal(boats(['hand_note'])))).promotion.request
    granted(await world.approve(promotionId))
    beforeStaging(async () => {
      const body = { hand_boatid: boatId(7), hand_sail: 'red' }
      expect((await world.organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
    })
    expect(await world.work()).toBe('done')
    const { status } = (await world.view(promotionId)).promotion
    expect(status).toMatchObject({
      state: 'failed',
      refusal: { code: 'rescue.more-than-acknowledged', reasons: [{ message: '1 values are there, and 0 at the most may go.' }] },
    })
    expect((await world.organisation.call('GET', `hand_boats(${boatId(7)})?$select=hand_sail`)).json['hand_sail']).toBe('red')
    expect(await storedObjects()).toEqual([])
  })

  it('are no rescue where nothing of them was there and nothing came', async () => {
    const { promotionId } = (await world.request(await world.seal(boats(['hand_note'])))).promotion.request
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    const { status } = (await world.view(promotionId)).promotion
    expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
    expect([await world.engine.listRescues({}), await storedObjects()]).toEqual([[], []])
  })

  it.each(['rescue-0', 'rescue-compare', 'rescue-record'])('are saved once when the worker is killed after %s', async (step) => {
    await startUpgrade()
    const deaths: string[] = []
    const die = (name: string, phase: string): void => {
      if (name !== step || phase !== 'after' || deaths.length > 0) return
      deaths.push(name)
      kill()
    }
    expect(await world.work(die)).toBe('killed')
    expect(await world.work(die)).toBe('done')
    const { rescue } = await onlyRescue()
    expect(await storedObjects()).toHaveLength(1)
    expect(await savedRows()).toEqual([
      { hand_boatid: boatId(0), hand_note: 'fog' },
      { hand_boatid: boatId(1), hand_note: 'ice' },
    ])
    expect(rescue.items).toHaveLength(1)
  })

  it('stay where they are when more came in while they were saved than their owner let go, and nothing of the rescue is kept', async () => {
    const promotionId = await startUpgrade()
    beforeReading(async () => {
      const body = { hand_boatid: boatId(7), hand_note: 'storm' }
      expect((await world.organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
    })
    expect(await world.work()).toBe('done')
    const { status } = (await world.view(promotionId)).promotion
    expect(status).toMatchObject({
      state: 'failed',
      refusal: { code: 'rescue.more-than-acknowledged', reasons: [{ message: '3 values are there, and 2 at the most may go.' }] },
    })
    expect(await notes()).toEqual(['fog', 'ice', null, 'storm'])
    expect(await storedObjects()).toEqual([])
    expect(await world.engine.listRescues({})).toEqual([])
  })

  it('are restored to the end by the next worker when one is killed on the way', async () => {
    await startUpgrade()
    await world.work()
    await bring(world.organisation, { ...boats(['hand_sail', 'hand_note']), isManaged: true })
    granted(await restore())
    const killOnce = deathAt('restore-values-0')
    expect(await world.work(killOnce)).toBe('killed')
    expect(await world.work(killOnce)).toBe('done')
    expect(await notes()).toEqual(['fog', 'ice', null])
    expect((await onlyRescue()).restores[0]?.done.map(({ part, written }) => [part, written])).toEqual([
      ['values', 2],
      ['links', 2],
    ])
  })

  it('are written back at the word of a data owner, or of a platform-admin with a reason, and of nobody else', async () => {
    await startUpgrade()
    await world.work()
    expect(await restore({ actor: 'ben', isDryRun: true })).toMatchObject({ ok: false, refusal: { code: 'rescue.not-allowed' } })
    expect(await restore({ actor: 'pat', isDryRun: true })).toMatchObject({ ok: false, refusal: { code: 'rescue.reason-missing' } })
    expect(await restore({ actor: 'pat', isDryRun: true, reason: 'Olga is away' })).toMatchObject({ ok: true })
    expect(await restore({ table: 'hand_ship', isDryRun: true })).toMatchObject({ ok: false, refusal: { code: 'rescue.no-such-table' } })
  })

  it('are deleted when their time is over, which the ledger says, and not before', async () => {
    await startUpgrade()
    await world.work()
    await sweep(world.deps)
    expect(await storedObjects()).toHaveLength(1)
    const later = Date.parse((await onlyRescue()).rescue.keepUntil) + 1000
    await sweep({ ...world.deps, clock: { now: () => toId(new Date(later).toISOString()) } })
    expect(await storedObjects()).toEqual([])
    expect((await onlyRescue()).removedAt).toBeDefined()
    expect(await restore()).toMatchObject({ ok: false, refusal: { code: 'rescue.removed' } })
  })
})

describe('files that an upgrade destroys', () => {
  const plan = randomBytes(9 * 1024 * 1024 + 7)
  const files: Partial<HandMade> = {
    tables: [
      { name: 'hand_boat', columns: [{ name: 'hand_sail' }, { name: 'hand_note' }, { name: 'hand_plan', isFile: true }] },
      { name: 'hand_ship', columns: [{ name: 'hand_plan', isFile: true }] },
    ],
  }
  const places = [`hand_boats(${boatId(1)})`, `hand_ships(${boatId(8)})`]

  async function openProd(): Promise<OpenEnvironment> {
    const { configuration } = granted(await requireConfiguration(world.deps))
    return world.deps.environments.open(granted(findEnvironment(configuration, toId('prod'))))
  }

  async function putFile(place: string, name: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const contents = (async function* () {
      const bytes = (async function* () {
        yield content
      })()
      yield { id: place.slice(-37, -1), column: 'hand_plan', fileName: name, size: content.length, bytes }
    })()
    const target = await openProd()
    const table = place.startsWith('hand_boats') ? 'hand_boat' : 'hand_ship'
    expect(await target.writeContents({ table, columns: ['hand_plan'], contents })).toEqual({ written: 1, kept: 0, refused: [] })
  }

  async function fileOf(table: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    for await (const { id, fileName, bytes } of (await openProd()).readContents({ table, columns: undefined })) {
      const hash = createHash('sha256')
      for await (const chunk of bytes) hash.update(chunk)
      found.push([id, fileName, hash.digest('hex')])
    }
    return found
  }

  it('are saved with a column and with a table, and come back byte by byte though workers are killed on the way', async () => {
    await bring(world.organisation, { ...boats([]), ...files, isManaged: true })
    expect((await world.organisation.call('POST', 'hand_ships', { body: { hand_shipid: boatId(8), hand_name: 'Argo' } })).status).toBe(204)
    await putFile(places[0] ?? '', 'Übersicht.pdf', plan)
    await putFile(places[1] ?? '', 'ship.pdf', plan.subarray(5))
    const before = [await fileOf('hand_boat'), await fileOf('hand_ship')]
    expect(before.flat()).toHaveLength(2)

    const view = await world.request(await world.seal(boats(['hand_sail'])))
    const { promotionId } = view.promotion.request
    // Nobody described what is installed, so the column is known for one of files by the target's own definition alone.
    expect(view.promotion.request.plan.rescue).toContainEqual({ table: 'hand_ship', columns: undefined, contents: true })
    for (const { subject, atLeast } of view.losses)
      granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: atLeast, comment: 'x', actor: personId('olga') }))
    granted(await world.approve(promotionId))
    const dieSaving = deathAt('rescue-2')
    expect(await world.work(dieSaving)).toBe('killed')
    expect(await world.work(dieSaving)).toBe('done')
    expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
    const { rescue } = await onlyRescue()
    expect(rescue.items.map(({ table, contents, rows }) => [table, contents, rows])).toEqual(
      expect.arrayContaining([
        ['hand_ship', undefined, 1],
        ['hand_ship', true, 1],
        ['hand_boat', true, 1],
      ]),
    )
    expect(await storedObjects()).toHaveLength(rescue.items.length)

    await bring(world.organisation, { ...boats([]), ...files, isManaged: true })
    expect(await fileOf('hand_boat')).toEqual([])
    granted(await restore())
    const index = rescue.items.findIndex(({ table, contents }) => table === 'hand_boat' && contents === true)
    const dieRestoring = deathAt(`restore-contents-${index}`)
    expect(await world.work(dieRestoring)).toBe('killed')
    expect(await world.work(dieRestoring)).toBe('done')
    expect([await fileOf('hand_boat'), await fileOf('hand_ship')]).toEqual(before)
    const [done] = (await onlyRescue()).restores
    expect(done?.done.filter(({ part }) => part === 'contents')).toMatchObject([
      { written: 1, kept: 0, refused: 0 },
      { written: 1, kept: 0, refused: 0 },
    ])
  })
})

describe('a rescue whose time is over', () => {
  async function expired(): Promise<WorkerDependencies> {
    await startUpgrade()
    await world.work()
    await bring(world.organisation, { ...boats(['hand_sail', 'hand_note']), isManaged: true })
    const later = Date.parse((await onlyRescue()).rescue.keepUntil) + 1000
    return { ...world.deps, clock: { now: () => toId(new Date(later).toISOString()) } }
  }

  it('is not restored any more once its deletion has begun', async () => {
    const deps = await expired()
    const answers: unknown[] = []
    const rescues: WorkerDependencies['rescues'] = {
      ...deps.rescues,
      async remove(digest) {
        answers.push(await restore())
        await deps.rescues.remove(digest)
      },
    }
    await sweep({ ...deps, rescues })
    expect(answers).toMatchObject([{ ok: false, refusal: { code: 'rescue.removed' } }])
    expect(await storedObjects()).toEqual([])
  })

  it('is not deleted under a restore that began after the sweep had read it', async () => {
    const deps = await expired()
    const stale = await onlyRescue()
    granted(await restore())
    await sweepRescue(deps, stale)
    expect(await storedObjects()).toHaveLength(1)
    expect(await world.work()).toBe('done')
    expect((await onlyRescue()).restores).toMatchObject([{ status: { state: 'ended' } }])
    expect(await notes()).toEqual(['fog', 'ice', null])
  })

  it('is deleted to the end by the next sweep when one is killed on the way', async () => {
    const deps = await expired()
    await sweep({ ...deps, rescues: { ...deps.rescues, remove: () => Promise.reject(new Error('killed')) } })
    expect((await onlyRescue()).removedAt).toBeUndefined()
    await sweep(deps)
    expect(await storedObjects()).toEqual([])
    expect((await onlyRescue()).removedAt).toBeDefined()
  })
})

describe('a table that an upgrade destroys', () => {
  it('comes back with its rows, their ids, states and what they point to, with their notes and with whom they are shared', async () => {
    const ships: Partial<HandMade> = {
      tables: [
        { name: 'hand_boat', columns: [{ name: 'hand_sail' }, { name: 'hand_note' }] },
        { name: 'hand_ship', hasNotes: true },
      ],
      lookups: [
        { from: 'hand_ship', column: 'hand_tender', to: 'hand_boat' },
        { from: 'annotation', column: 'objectid', to: 'hand_ship', navigation: 'objectid_hand_ship' },
      ],
    }
    await bring(world.organisation, { ...boats([]), ...ships, isManaged: true })
    const ship = { hand_shipid: boatId(8), hand_name: 'Argo', 'hand_tender@odata.bind': `/hand_boats(${boatId(1)})` }
    expect((await world.organisation.call('POST', 'hand_ships', { body: ship })).status).toBe(204)
    expect((await world.organisation.call('PATCH', `hand_ships(${boatId(8)})`, { body: { statecode: 1 } })).status).toBe(204)
    const shown = 'hand_ships?$select=hand_name,_hand_tender_value,statecode,createdon,_ownerid_value'
    const before = rowsOf(await world.organisation.call('GET', shown))
    const note = {
      annotationid: boatId(9),
      subject: 'Log',
      filename: 'log.txt',
      mimetype: 'text/plain',
      documentbody: 'bG9n',
      isdocument: true,
    }
    const noted = { ...note, 'objectid_hand_ship@odata.bind': `/hand_ships(${boatId(8)})` }
    expect(await world.organisation.call('POST', 'annotations', { body: noted })).toMatchObject({ status: 204 })
    const unrelated = { annotationid: boatId(7), subject: 'Of nothing that goes' }
    expect((await world.organisation.call('POST', 'annotations', { body: unrelated })).status).toBe(204)
    const ofNotes = 'annotations?$select=subject,filename,mimetype,documentbody,isdocument,_objectid_value&$orderby=annotationid'
    const notesBefore = rowsOf(await world.organisation.call('GET', ofNotes))
    await shareShip('ReadAccess,WriteAccess')
    expect(await sharesOfShip()).toEqual(['ReadAccess,WriteAccess'])

    const view = await world.request(await world.seal(boats(['hand_sail', 'hand_note'])))
    const { promotionId } = view.promotion.request
    for (const { subject, atLeast } of view.losses)
      granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: atLeast, comment: 'x', actor: personId('olga') }))
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
    expect((await world.organisation.call('GET', shown)).status).toBe(404)
    expect(rowsOf(await world.organisation.call('GET', ofNotes)).map(({ subject }) => subject)).toEqual(['Of nothing that goes'])
    expect((await onlyRescue()).rescue.items).toMatchObject([
      { table: 'hand_ship', rows: 1 },
      { table: 'annotation', regarding: 'hand_ship', rows: 1 },
      { table: 'principalobjectaccess', regarding: 'hand_ship', rows: 1 },
    ])

    await bring(world.organisation, { ...boats([]), ...ships, isManaged: true })
    granted(await restore({ table: 'hand_ship' }))
    expect(await world.work()).toBe('done')
    const withoutVersion = (rows: readonly Readonly<Record<string, unknown>>[]) => rows.map((row) => ({ ...row, '@odata.etag': '' }))
    expect(withoutVersion(rowsOf(await world.organisation.call('GET', shown)))).toEqual(withoutVersion(before))
    expect(withoutVersion(rowsOf(await world.organisation.call('GET', ofNotes)))).toEqual(withoutVersion(notesBefore))
    expect(await sharesOfShip()).toEqual(['ReadAccess,WriteAccess'])
  })
})

/** With a team. */
async function shareShip(rights: string): Promise<void> {
  expect((await world.organisation.call('POST', 'teams', { body: { name: 'Crew', teamtype: 0 } })).status).toBe(204)
  const [team] = rowsOf(await world.organisation.call('GET', "teams?$select=teamid&$filter=name eq 'Crew'"))
  const body = {
    Target: { '@odata.type': 'Microsoft.Dynamics.CRM.hand_ship', hand_shipid: boatId(8) },
    PrincipalAccess: { Principal: { '@odata.type': 'Microsoft.Dynamics.CRM.team', teamid: team?.['teamid'] }, AccessMask: rights },
  }
  expect(await world.organisation.call('POST', 'GrantAccess', { body })).toMatchObject({ status: 204 })
}

async function sharesOfShip(): Promise<readonly unknown[]> {
  const target = encodeURIComponent(JSON.stringify({ '@odata.id': `hand_ships(${boatId(8)})` }))
  const { json } = await world.organisation.call('GET', `RetrieveSharedPrincipalsAndAccess(Target=@t)?@t=${target}`)
  // The function of the service answers in this shape.
  return (json['PrincipalAccesses'] as readonly { readonly AccessMask: string }[]).map(({ AccessMask }) => AccessMask)
}

function deathAt(step: string): (name: string, phase: 'before' | 'after') => void {
  let isOver = false
  return (name, phase) => {
    if (isOver || name !== step || phase !== 'after') return
    isOver = true
    kill()
  }
}

/** Right before the package goes up: after the target was observed, and before anything is imported. */
function beforeStaging(work: () => Promise<void>): void {
  const deps = world.deps as { environments: WorkerDependencies['environments'] }
  const real = deps.environments
  deps.environments = {
    open(environment, secrets): OpenEnvironment {
      const target = real.open(environment, secrets)
      return {
        ...target,
        async stage(bytes) {
          await work()
          return target.stage(bytes)
        },
      }
    },
  }
}

/** Does something in the target when rows are about to be read from it, once. */
function beforeReading(work: () => Promise<void>): void {
  // The world's dependencies are one object, which its work reads when it runs.
  const deps = world.deps as { environments: WorkerDependencies['environments'] }
  const real = deps.environments
  let isDone = false
  deps.environments = {
    open(environment, secrets): OpenEnvironment {
      const target = real.open(environment, secrets)
      return {
        ...target,
        async *readRows(of) {
          if (!isDone) await work()
          isDone = true
          yield* target.readRows(of)
        },
      }
    },
  }
}

async function savedRows(): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  for (const { digest } of (await onlyRescue()).rescue.items)
    for await (const page of readSavedRows(world.deps.rescues, digest)) rows.push(...page)
  return rows
}

async function storedObjects(): Promise<readonly string[]> {
  const entries = await readdir(join(world.folder, 'rescues'), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('names')).map((entry) => entry.name)
}
