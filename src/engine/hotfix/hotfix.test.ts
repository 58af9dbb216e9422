import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HandMade, HandMadeColumn } from '../../../test/conformance/hand-made.ts'
import { toId } from '#domain/kernel'
import { personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { HotfixWorld } from '../../../test/support/hotfix-world.ts'
import { environmentId, kill, openHotfixWorld } from '../../../test/support/hotfix-world.ts'

let world: HotfixWorld

beforeAll(async () => {
  world = await openHotfixWorld()
})

afterAll(() => world.close())

function boats(version: string, ...columns: readonly HandMadeColumn[]): HandMade {
  return { name: 'Boats', version, tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length', maxLength: 50 }, ...columns] }] }
}

const colour = { name: 'hand_colour' }
const asMaria = { actor: personId('maria') }

function start(reason = 'Lengths over 50 are cut off') {
  return world.engine.startHotfix({
    solution: 'Boats',
    environmentId: environmentId('prod'),
    dev: environmentId('hotdev'),
    test: environmentId('hottest'),
    reason,
    ...asMaria,
  })
}

describe('a hotfix of production', () => {
  it('reaches production while the next release waits in Test, and is in Dev and main afterwards', async () => {
    const { engine } = world
    await world.bring(boats('1.8.0.0'), 'dev')
    const base = await world.release('Boats')
    await world.promote(base, 'to-test')
    expect((await world.promote(base, 'to-prod')).promotion.status.state).toBe('succeeded')
    await world.bring(boats('1.9.0.0', colour), 'dev')
    const next = await world.release('Boats')
    expect((await world.promote(next, 'to-test')).promotion.status.state).toBe('succeeded')

    const early = await start()
    expect(early.ok ? '' : early.refusal.code).toBe('hotfix.drift-unknown')
    granted(await engine.observeEnvironment({ environmentId: environmentId('prod'), ...asMaria }))
    const { hotfixId } = granted(await start()).hotfix
    await world.work()
    const ready = granted(await engine.loadHotfix(hotfixId))
    expect(ready.hotfix.preparation).toMatchObject({ state: 'ready' })
    expect([await world.versionIn('hotdev', 'Boats'), await world.versionIn('hottest', 'Boats')]).toEqual([base.version, base.version])
    expect(world.git('log', '-1', '--format=%P', ready.hotfix.branch)).toBe(base.commit)

    const fixed = {
      name: 'Boats',
      version: '1.8.0.1',
      tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length', maxLength: 200 }, { name: 'hand_fix' }] }],
    }
    await world.bring(fixed, 'hotdev')
    const { releaseId } = granted(await engine.releaseHotfix({ hotfixId, ...asMaria }))
    await world.work()
    const fix = await world.sealed(releaseId)
    expect(fix).toMatchObject({ version: '1.8.1.0', hotfix: { hotfixId, base: base.id }, pipelineId: next.pipelineId })
    expect(world.git('rev-parse', ready.hotfix.branch)).toBe(fix.commit)
    const skipped = await engine.requestPromotion({ releaseId: fix.id, stageId: toId('to-prod'), ...asMaria })
    expect(skipped.ok ? '' : skipped.refusal.code).toBe('PIP-01')
    expect((await world.promote(fix, 'hotfix-test')).promotion.status.state).toBe('succeeded')
    const shipped = await world.promote(fix, 'to-prod')
    expect(shipped.promotion.status.state).toBe('succeeded')
    expect(shipped.promotion.request.intent).toMatchObject({ kind: 'hotfix', hotfixId, reason: 'Lengths over 50 are cut off' })
    expect([await world.versionIn('prod', 'Boats'), await world.versionIn('test', 'Boats')]).toEqual(['1.8.1.0', next.version])
    expect(granted(await engine.loadHotfix(hotfixId)).state).toBe('owed')

    const reverting = await engine.requestPromotion({ releaseId: next.id, stageId: toId('to-prod'), ...asMaria })
    expect(reverting.ok ? '' : reverting.refusal.code).toBe('hotfix.not-merged')
    granted(await engine.mergeHotfix({ hotfixId, intoDev: true, withRows: false, ...asMaria }))
    await world.work()
    const merged = granted(await engine.loadHotfix(hotfixId))
    expect(merged.hotfix.merge).toMatchObject({ state: 'done', conflicts: [] })
    expect(merged.state).toBe('owed')
    expect(await world.columnsIn('dev', 'hand_boat', 'hand_')).toEqual(['hand_colour', 'hand_fix', 'hand_length'])
    const carrying = await world.release('Boats')
    expect(carrying.carries).toEqual([fix.id])
    expect(granted(await engine.loadHotfix(hotfixId))).toMatchObject({ state: 'merged', hotfix: { carried: { releaseId: carrying.id } } })
    await world.promote(carrying, 'to-test')
    expect((await world.promote(carrying, 'to-prod')).promotion.status.state).toBe('succeeded')
    expect(await world.columnsIn('prod', 'hand_boat', 'hand_')).toEqual(['hand_colour', 'hand_fix', 'hand_length'])
    const old = await engine.requestPromotion({ releaseId: next.id, stageId: toId('to-prod'), ...asMaria })
    expect(old.ok ? '' : old.refusal.code).toBe('hotfix.not-merged')
  })

  it('ends well when its worker is killed before and after each step, importing nothing twice, and keeps what Dev says where both changed it', async () => {
    const { engine } = world
    const before = [await world.importsInto('hotdev'), await world.importsInto('hottest'), await world.importsInto('dev')]
    const { hotfix } = granted(await start('Lengths over 200 are cut off'))
    expect(hotfix.versions).toEqual({ major: 1, minor: 9, build: 1 })
    expect(await killedEverywhere()).toBeGreaterThan(20)
    const { hotfixId } = hotfix
    expect(granted(await engine.loadHotfix(hotfixId)).hotfix.preparation.state).toBe('ready')
    await world.bring(boats('1.9.0.2', colour, { name: 'hand_fix' }, { name: 'hand_draught' }), 'hotdev')
    await world.bring(
      { name: 'Boats', version: '1.9.0.2', tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length', maxLength: 300 }] }] },
      'hotdev',
    )
    await world.removeColumn('hotdev', 'hand_boat', 'hand_colour')
    const { releaseId } = granted(await engine.releaseHotfix({ hotfixId, ...asMaria }))
    expect(await killedEverywhere()).toBeGreaterThan(20)
    const fix = await world.sealed(releaseId)
    expect(fix.version).toBe('1.9.1.0')
    await world.promote(fix, 'hotfix-test')
    expect((await world.promote(fix, 'to-prod')).promotion.status.state).toBe('succeeded')
    await world.bring(
      { name: 'Boats', version: '1.9.0.2', tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length', maxLength: 400 }] }] },
      'dev',
    )
    await world.addRow('dev', 'hand_boat', { hand_name: 'Argo', hand_colour: 'red' })
    granted(await engine.mergeHotfix({ hotfixId, intoDev: true, withRows: false, ...asMaria }))
    expect(await killedEverywhere()).toBeGreaterThan(10)
    const { merge } = granted(await engine.loadHotfix(hotfixId)).hotfix
    expect(new Set(merge?.conflicts.map(({ component }) => component))).toEqual(new Set(['Attribute:hand_boat.hand_length']))
    expect(world.git('show', `${merge?.branch}:hotfix/${merge?.workId}/conflicts.md`)).toContain('300')
    // Taken out in the hotfix and as it was in Dev: it goes from the source, and there where nothing is in it, or somebody said so.
    expect(await world.columnsIn('dev', 'hand_boat', 'hand_')).toEqual(['hand_colour', 'hand_draught', 'hand_fix', 'hand_length'])
    expect(merge?.note).toContain('hand_boat.hand_colour, in which is: values 1')
    expect(world.git('diff', `main...${merge?.branch}`, '--', 'solutions')).toMatch(/^-.*hand_colour/m)
    const after = [await world.importsInto('hotdev'), await world.importsInto('hottest'), await world.importsInto('dev')]
    // One each of ours into Dev and Test of the hotfix, two by hand and one promotion; of Dev one by hand and the merge.
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([3, 2, 2])
    granted(await engine.mergeHotfix({ hotfixId, intoDev: true, withRows: true, ...asMaria }))
    await world.work()
    const again = granted(await engine.loadHotfix(hotfixId)).hotfix.merge
    expect(await world.columnsIn('dev', 'hand_boat', 'hand_')).toEqual(['hand_draught', 'hand_fix', 'hand_length'])
    expect(again?.note).toContain(
      '1 component(s) that the hotfix took out are deleted in dev, with what was in them (hand_boat.hand_colour: values 1)',
    )
    expect((await world.release('Boats')).carries).toEqual([])
    expect(granted(await engine.loadHotfix(hotfixId)).state).toBe('owed')
    const word = { hotfixId, component: 'Attribute:hand_boat.hand_length', reason: '400 is enough for all' }
    const refused = await engine.decideHotfixConflict({ ...word, actor: personId('ben') })
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'hotfix.not-owner' } })
    granted(await engine.decideHotfixConflict({ ...word, actor: personId('olga') }))
    const holding = await world.release('Boats')
    expect(holding.carries).toEqual([fix.id])
    expect(granted(await engine.loadHotfix(hotfixId))).toMatchObject({ state: 'merged', hotfix: { decisions: [{ by: 'olga' }] } })
  })
})

/** Kills the worker once before and once after each step, and says how often. */
async function killedEverywhere(): Promise<number> {
  const seen = new Set<string>()
  const die = (step: string, phase: string): void => {
    const here = `${step} ${phase}`
    if (seen.has(here)) return
    seen.add(here)
    kill()
  }
  let times = 0
  while ((await world.work(die)) === 'killed') times++
  return times
}
