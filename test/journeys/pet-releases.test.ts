import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hand } from '../support/dataverse.ts'
import { addColumn, addRows, removeColumn } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { importByHand, inspection, openPetStage, planned, refusedBy, rowsOfSolution, solution, without } from '../support/pet-stage.ts'
import { granted } from '../support/product.ts'

const weather = `Attribute:${inspection}.contoso_weather`
const emptied = `Attribute:${inspection}.contoso_emptied`
const left = `Attribute:${inspection}.contoso_left`

/* One production that lives on: each chapter goes on from where the one before ended. */
describe('releases into a production where people work', () => {
  let pet: PetStage
  let losing: Awaited<ReturnType<PetStage['release']>>
  let destroyed: Awaited<ReturnType<typeof rowsOfSolution>>

  beforeAll(async () => {
    pet = await openPetStage()
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Emptied' })
    await pet.deploy()
    const [permit] = await addRows(pet.prod, 'contoso_permits', [
      { contoso_name: 'Bridge', contoso_site: 'Bern' },
      { contoso_name: 'Tunnel' },
    ])
    await addRows(pet.prod, 'contoso_inspections', [
      {
        contoso_name: 'A',
        contoso_weather: 'rain',
        contoso_comments: 'wet',
        'contoso_Permit@odata.bind': `/contoso_permits(${permit ?? ''})`,
      },
      { contoso_name: 'B', contoso_weather: 'sun' },
      { contoso_name: 'C', contoso_weather: null, contoso_comments: 'indoors' },
      { contoso_name: 'D', contoso_weather: 'hail' },
      { contoso_name: 'E' },
    ])
  })
  afterAll(() => pet?.stop())

  async function columnsIn(hand: Hand): Promise<readonly unknown[]> {
    const rows = await hand.rows(`EntityDefinitions(LogicalName='${inspection}')/Attributes?$select=LogicalName`)
    return rows.map((row) => row['LogicalName'])
  }

  it('name a column that would go with the exact number of its values, and end the command with 7', async () => {
    await removeColumn(pet.dev, { table: inspection, name: 'contoso_Weather' })
    await removeColumn(pet.dev, { table: inspection, name: 'contoso_Emptied' })
    losing = await pet.release()
    const { plan, code } = await pet.plan(losing)
    expect([plan.mode, code]).toEqual(['upgrade', 7])
    expect(plan.content.map(({ kind, key, effect, certainty }) => [`${kind}:${key}`, effect, certainty])).toEqual([
      [emptied, 'destroy', 'known'],
      [weather, 'destroy', 'known'],
    ])
    expect(planned(plan, weather)?.losses).toMatchObject([{ kind: 'values', count: { kind: 'exact', n: 3 } }])
    expect(planned(plan, emptied)?.losses).toMatchObject([{ kind: 'values', count: { kind: 'exact', n: 0 } }])
    const told = await pet.drover('ada', 'plan', losing.id, '--to', 'prod')
    expect([told.code, told.stdout]).toEqual([
      0,
      expect.stringMatching(/Is destroyed\n[^]*contoso_Weather[^]*values that go: 3 \(exact/) as string,
    ])
  })

  it('wait for a data owner to let go what goes by its name, and take no other word', async () => {
    const before = await rowsOfSolution(pet.prod)
    const requested = await pet.drover('ada', 'promotion', 'request', losing.id, '--to', 'prod', '--json')
    const { promotion, gates } = JSON.parse(requested.stdout) as Awaited<ReturnType<PetStage['show']>>
    const asked = promotion.request.promotionId
    expect(gates.find(({ kind }) => kind === 'losses')?.reasons.map(({ subject, message }) => `${subject}: ${message}`)).toEqual([
      expect.stringMatching(/contoso_inspection\.contoso_weather.*3 values \(exact.*Awaits 1 of Grace/),
    ])
    const say = (who: string, ...more: readonly string[]) =>
      pet.drover(who, 'promotion', 'acknowledge', asked, '--comment', 'Kept elsewhere', ...more)
    expect(await say('bea', '--loss', weather, '--ceiling', '3')).toMatchObject(refusedBy('loss.not-owner'))
    expect(await say('ada', '--loss', weather, '--ceiling', '3')).toMatchObject(refusedBy('PIP-10'))
    expect(await say('grace', '--loss', weather, '--ceiling', '2')).toMatchObject(refusedBy('loss.ceiling-too-low'))
    expect(await say('grace', '--loss', emptied, '--ceiling', '9')).toMatchObject(refusedBy('loss.unknown', 4))
    expect((await pet.drover('grace', 'promotion', 'approve', asked, '--comment', 'Seen')).code).toBe(0)
    expect((await pet.show(asked)).promotion.status.state).toBe('pending')
    expect(await rowsOfSolution(pet.prod)).toEqual(before)
    destroyed = before
    expect(await say('grace', '--loss', weather, '--ceiling', '3')).toMatchObject({ code: 0, stderr: '' })
    const ended = await pet.succeed(asked)
    expect(ended.promotion.rescues).toMatchObject([{ items: [{ table: inspection, columns: ['contoso_weather'], rows: 3 }] }])
  })

  it('destroy exactly that, and nothing else of any row', async () => {
    expect(await rowsOfSolution(pet.prod)).toEqual(without(destroyed, ['contoso_weather', 'contoso_emptied']))
    const columns = await columnsIn(pet.prod)
    expect([columns.includes('contoso_weather'), columns.includes('contoso_emptied'), columns.includes('contoso_comments')]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('save what they destroy, which the next release and a data owner bring back', async () => {
    const [saved] = await pet.rescues()
    const id = saved?.rescue.id ?? ''
    expect(saved).toMatchObject({ environmentId: 'prod', solution, restores: [] })
    expect((await pet.drover('grace', 'rescue', 'list')).stdout).toContain(id)
    expect((await pet.drover('grace', 'rescue', 'show', id)).stdout).toMatch(/contoso_weather/)
    const early = await pet.drover('grace', 'rescue', 'restore', id)
    expect([early.code, early.stderr]).toEqual([3, expect.stringMatching(/contoso_weather/) as string])
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
    await pet.deploy()
    const dry = await pet.drover('grace', 'rescue', 'restore', id, '--dry-run')
    expect([dry.code, dry.stderr]).toEqual([0, ''])
    const refused = await pet.drover('ada', 'rescue', 'restore', id, '--wait')
    expect(refused.code).toBe(3)
    const restored = await pet.drover('grace', 'rescue', 'restore', id, '--wait')
    expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('3') as string])
    const byTouch = ['@odata.etag', 'versionnumber', 'modifiedon', '_modifiedby_value', 'contoso_emptied']
    expect(without(await rowsOfSolution(pet.prod), byTouch)).toEqual(without(destroyed, byTouch))
  })

  it('destroy what an update by others had left behind, and say so although no release of late has it', async () => {
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Left' })
    await pet.deploy()
    const [first] = await pet.prod.rows('contoso_inspections?$select=contoso_inspectionid')
    await pet.prod.do({
      method: 'PATCH',
      path: `contoso_inspections(${String(first?.['contoso_inspectionid'])})`,
      body: { contoso_left: 'behind' },
    })
    await removeColumn(pet.dev, { table: inspection, name: 'contoso_Left' })
    const leaver = await pet.release()
    await importByHand(pet.prod, granted(await (await pet.run.as('ada')).loadArtifact({ digest: leaver.managed.digest })))
    expect(await columnsIn(pet.prod)).toContain('contoso_left')
    const next = await pet.release()
    const { plan, code } = await pet.plan(next)
    expect([plan.mode, plan.fromVersion, code]).toEqual(['upgrade', leaver.version, 7])
    expect(planned(plan, left)).toMatchObject({ effect: 'destroy', certainty: 'known' })
    expect(planned(plan, left)?.losses.find(({ kind }) => kind === 'values')?.count).toMatchObject({ kind: 'exact', n: 1 })
    const asked = await pet.ask(next)
    await pet.acknowledge(asked, left, 1)
    await pet.approve(asked)
    await pet.succeed(asked)
    expect(await columnsIn(pet.prod)).not.toContain('contoso_left')
  })
})
