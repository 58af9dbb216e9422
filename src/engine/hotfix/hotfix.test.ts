import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HandMade, HandMadeColumn } from '../../../test/conformance/hand-made.ts'
import { toId } from '#domain/kernel'
import { personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { HotfixWorld } from '../../../test/support/hotfix-world.ts'
import { environmentId, openHotfixWorld } from '../../../test/support/hotfix-world.ts'

let world: HotfixWorld

beforeAll(async () => {
  world = await openHotfixWorld()
}, 60_000)

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
    granted(await engine.mergeHotfix({ hotfixId, intoDev: true, ...asMaria }))
    await world.work()
    const merged = granted(await engine.loadHotfix(hotfixId))
    expect(merged.hotfix.merge).toMatchObject({ state: 'done', conflicts: [] })
    expect(merged.state).toBe('owed')
    expect(await world.columnsIn('dev', 'hand_boat', 'hand_')).toEqual(['hand_colour', 'hand_fix', 'hand_length'])
    const carrying = await world.release('Boats')
    expect(carrying.carries).toEqual([hotfixId])
    expect(granted(await engine.loadHotfix(hotfixId))).toMatchObject({ state: 'merged', hotfix: { carried: { releaseId: carrying.id } } })
    await world.promote(carrying, 'to-test')
    expect((await world.promote(carrying, 'to-prod')).promotion.status.state).toBe('succeeded')
    expect(await world.columnsIn('prod', 'hand_boat', 'hand_')).toEqual(['hand_colour', 'hand_fix', 'hand_length'])
    const old = await engine.requestPromotion({ releaseId: next.id, stageId: toId('to-prod'), ...asMaria })
    expect(old.ok ? '' : old.refusal.code).toBe('hotfix.not-merged')
  }, 60_000)
})
