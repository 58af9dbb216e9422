import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionViewReply, RecoveryPlanReply } from '#contract'
import { toId } from '#domain/kernel'
import { control } from '../support/control.ts'
import { addColumn, addRows, removeColumn, renameView } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { inspection, openPetStage, refusedBy, rowsOfSolution, solution, without } from '../support/pet-stage.ts'
import { granted } from '../support/product.ts'

const broken = `Attribute:${inspection}.contoso_broken`
/** What writing a row back changes of it. */
const byTouch = ['@odata.etag', 'versionnumber', 'modifiedon', '_modifiedby_value', 'createdon', '_createdby_value', 'overriddencreatedon']

/* One production that lives on: each chapter goes on from where the one before ended. */
describe('a production that goes back', () => {
  let pet: PetStage
  let view: { readonly id: string; readonly name: string }
  let rows: Awaited<ReturnType<typeof rowsOfSolution>>
  let good: Awaited<ReturnType<PetStage['release']>>
  let bad: typeof good
  /** Versions of what went in, or was taken away. */
  const promoted: string[] = []

  beforeAll(async () => {
    pet = await openPetStage()
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
  })
  afterAll(() => pet?.stop())

  const rollback = (who: string, ...more: readonly string[]) => pet.drover(who, 'rollback', 'prod', solution, ...more)
  const asked = (ran: { readonly stdout: string }) => JSON.parse(ran.stdout) as PromotionViewReply
  const wayBack = async () =>
    JSON.parse((await pet.drover('ada', 'recovery', 'show', 'prod', solution, '--json')).stdout) as RecoveryPlanReply
  const installed = async () =>
    (await pet.prod.rows(`solutions?$select=version&$filter=uniquename eq '${solution}'`)).map((row) => row['version'])
  const nameOfView = async () => (await pet.prod.rows(`savedqueries?$select=name&$filter=savedqueryid eq ${view.id}`))[0]?.['name']
  const gateOf = (shown: PromotionViewReply, kind: string) => shown.gates.find((gate) => gate.kind === kind)

  const hasEnded = async (promotionId: PromotionViewReply['promotion']['request']['promotionId']) =>
    (await pet.show(promotionId)).promotion.status.state !== 'running'

  /** Grace lets go what is asked for, as it is counted. */
  async function letGo({ promotion }: PromotionViewReply): Promise<void> {
    const { promotionId, plan } = promotion.request
    for (const { kind, key, losses } of plan.content) {
      const counts = losses.map(({ count }) => (count.kind === 'unknown' ? 0 : count.n))
      if (Math.max(0, ...counts) > 0) await pet.acknowledge(promotionId, `${kind}:${key}`, Math.max(...counts))
    }
  }

  it('knows before its first release that taking it away is the way back, and does so at two words and its typed name, once, wherever the worker dies', async () => {
    const first = await pet.ask(await pet.release())
    const before = await pet.show(first)
    expect(before.promotion.request.recovery?.ways.map(({ kind }) => kind)).toEqual(['uninstall', 'roll-forward', 'restore'])
    expect(gateOf(before, 'recovery')?.state).toBe('open')
    await pet.approve(first)
    await pet.succeed(first)
    const [permit] = await addRows(pet.prod, 'contoso_permits', [{ contoso_name: 'Bridge', contoso_site: 'Bern' }])
    const by = { 'contoso_Permit@odata.bind': `/contoso_permits(${permit ?? ''})` }
    await addRows(pet.prod, 'contoso_inspections', [
      { contoso_name: 'A', contoso_weather: 'rain', contoso_comments: 'wet', ...by },
      { contoso_name: 'B', contoso_weather: 'sun' },
      { contoso_name: 'C', contoso_comments: 'indoors' },
    ])
    rows = await rowsOfSolution(pet.prod)

    const reason = ['--reason', 'Nobody wants it'] as const
    expect(await rollback('ada', ...reason)).toMatchObject(refusedBy('recovery.first-release'))
    expect(await rollback('ada', '--way', 'uninstall', ...reason)).toMatchObject(refusedBy('recovery.name-needed'))
    expect(await rollback('ada', '--way', 'uninstall', '--confirm', 'prod', ...reason)).toMatchObject(refusedBy('recovery.name-needed'))
    const ran = await rollback('ada', '--way', 'uninstall', '--confirm', 'Production', ...reason, '--json')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const { promotionId } = asked(ran).promotion.request
    await pet.stopWorker()
    await letGo(asked(ran))
    await pet.approve(promotionId)
    const always = ['start-uninstall', 'record-uninstall-operation', 'read-uninstall-result']
    expect(await pet.dieAtEveryStep({ isOver: () => hasEnded(promotionId), always })).toEqual(expect.arrayContaining(always))
    await pet.startWorker()
    const ended = await pet.succeed(promotionId)
    const { version } = ended.promotion.request
    promoted.push(version, version)
    expect(await installed()).toEqual([])
    const sent = await pet.prod.rows("asyncoperations?$select=name&$filter=messagename eq 'UninstallSolutionAsync'")
    expect(sent).toHaveLength(1)
    expect(ended.promotion.rescues.flatMap(({ items }) => items.map(({ table, rows: count }) => [table, count])).sort()).toEqual([
      ['contoso_inspection', 3],
      ['contoso_permit', 1],
    ])
  })

  it('gets every row back that went with it, once a release is there again', async () => {
    good = await pet.deploy()
    promoted.push(good.version)
    for (const { rescue } of await pet.rescues()) {
      const restored = await pet.drover('grace', 'rescue', 'restore', rescue.id, '--wait')
      expect([restored.code, restored.stderr]).toEqual([0, expect.any(String) as string])
    }
    expect(without(await rowsOfSolution(pet.prod), byTouch)).toEqual(without(rows, byTouch))
  })

  it('knows before a bad release which one is good, is asked for the lower version and believed when it refuses that, and goes back to the same content under a higher one, once, wherever the worker dies', async () => {
    const [found] = await pet.dev.rows(`savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq '${inspection}'`)
    view = { id: String(found?.['savedqueryid']), name: String(found?.['name']) }
    rows = await rowsOfSolution(pet.prod)
    await removeColumn(pet.dev, { table: inspection, name: 'contoso_Weather' })
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Broken' })
    await renameView(pet.dev, { table: inspection, id: view.id }, 'What nobody can read')
    bad = await pet.release()
    const forward = await pet.ask(bad)
    const shown = await pet.show(forward)
    expect(shown.promotion.request.recovery?.knownGood).toMatchObject({ releaseId: good.id, version: good.version })
    expect(shown.promotion.request.recovery?.ways.map(({ kind }) => kind)).toEqual(['redeploy', 'repack', 'roll-forward', 'restore'])
    expect(gateOf(shown, 'recovery')).toMatchObject({ state: 'open' })
    await letGo(shown)
    await pet.approve(forward)
    const went = await pet.succeed(forward)
    expect(await nameOfView()).toBe('What nobody can read')
    const [saved] = went.promotion.rescues
    expect(saved?.items).toMatchObject([{ table: inspection, columns: ['contoso_weather'], rows: 2 }])
    const [first] = await pet.prod.rows("contoso_inspections?$select=contoso_inspectionid&$filter=contoso_name eq 'A'")
    const entered = { contoso_broken: 'entered since' }
    await pet.prod.do({ method: 'PATCH', path: `contoso_inspections(${String(first?.['contoso_inspectionid'])})`, body: entered })

    expect(await rollback('ada', '--way', 'redeploy', '--reason', 'It breaks')).toMatchObject(refusedBy('recovery.redeploy-refused'))
    const ran = await rollback('ada', '--reason', 'It breaks', '--json')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const { promotionId, intent, plan } = asked(ran).promotion.request
    expect(intent).toMatchObject({
      way: 'repack',
      of: forward,
      reason: expect.stringMatching(/It breaks .*refuses the lower version/) as string,
    })
    expect(plan.content.filter(({ effect }) => effect === 'destroy').map(({ kind, key }) => `${kind}:${key}`)).toEqual([broken])
    expect(plan.lines.map(({ message }) => message).join(' ')).toContain(`drover rescue restore ${saved?.id ?? ''}`)
    await pet.stopWorker()
    await letGo(asked(ran))
    await pet.approve(promotionId)
    const rescue = ['rescue-look', 'rescue', 'rescue-compare', 'rescue-record']
    const always = ['restore-point', ...rescue, 'start-import', 'read-import-result', 'switch-flow', 'verify']
    expect(await pet.dieAtEveryStep({ isOver: () => hasEnded(promotionId), always })).toEqual(expect.arrayContaining(always))
    await pet.startWorker()
    const ended = await pet.succeed(promotionId)
    const { version } = ended.promotion.request
    promoted.push(bad.version, version)
    expect([await installed(), await nameOfView()]).toEqual([[version], view.name])
    const jobs = await pet.prod.rows(`importjobs?$select=data&$filter=solutionname eq '${solution}'`)
    expect(jobs.filter(({ data }) => String(data).includes(`<Version>${version}</Version>`))).toHaveLength(1)
    expect(ended.promotion.rescues).toMatchObject([{ items: [{ table: inspection, columns: ['contoso_broken'], rows: 1 }] }])
    const digests = (await pet.rescues()).flatMap(({ rescue: { items } }) => items.map(({ digest }) => digest.slice(-60)))
    const files = await readdir(pet.stack.workspace.rescues, { recursive: true, withFileTypes: true })
    const kept = files.filter((file) => file.isFile() && !file.parentPath.endsWith('names')).map((file) => file.name)
    expect(kept.filter((name) => digests.every((digest) => !name.includes(digest)))).toEqual([])
    expect(kept).toHaveLength(new Set(digests).size)

    const restored = await pet.drover('grace', 'rescue', 'restore', saved?.id ?? '', '--wait')
    expect([restored.code, restored.stderr]).toEqual([0, expect.any(String) as string])
    expect(without(await rowsOfSolution(pet.prod), byTouch)).toEqual(without(rows, byTouch))
  })

  it('has both ways in its ledger of rehearsals, gone in earnest, and a restore point from before each promotion', async () => {
    const { rehearsals } = JSON.parse((await pet.drover('ada', 'recovery', 'list', 'prod', '--json')).stdout)
    expect(rehearsals).toMatchObject([
      { way: 'repack', sandboxId: 'prod', from: bad.version, outcome: 'succeeded', durationMs: expect.any(Number) as number },
      { way: 'uninstall', sandboxId: 'prod', outcome: 'succeeded' },
    ])
    const { restorePoints } = granted(await (await pet.run.as('grace')).listRestorePoints({ environmentId: toId('prod') }))
    expect(restorePoints.map(({ isOurs, why }) => [isOurs, why])).toEqual(
      promoted.toReversed().map((version) => [true, `before ${solution} ${version}`]),
    )
  })

  it('goes back by the same tested bytes where it takes them, and knows what they leave behind as what is ours', async () => {
    await control(pet.stack, 'PUT', '/environments/prod/switches/managedUpdateMayFall', { value: true })
    await removeColumn(pet.dev, { table: inspection, name: 'contoso_Broken' })
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Extra' })
    await pet.deploy()
    rows = await rowsOfSolution(pet.prod)
    const { ways } = await wayBack()
    expect(ways.find(({ kind }) => kind === 'repack')?.lastRehearsal).toMatchObject({ outcome: 'succeeded' })
    const ran = await rollback('ada', '--to', good.id, '--reason', 'Extra is wrong', '--json')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const { promotionId, intent, plan, boundTo } = asked(ran).promotion.request
    expect(plan.lines.some(({ message }) => /contoso_Extra.*stay as they are/i.test(message))).toBe(true)
    expect([intent, plan.mode, boundTo.artifact]).toEqual([expect.objectContaining({ way: 'redeploy' }), 'update', good.managed.digest])
    await pet.approve(promotionId)
    await pet.succeed(promotionId)
    expect(await installed()).toEqual([good.version])
    expect(without(await rowsOfSolution(pet.prod), byTouch)).toEqual(without(rows, byTouch))
    const { assessment } = JSON.parse((await pet.drover('ada', 'drift', 'prod', '--json')).stdout)
    expect([assessment.deviations, assessment.leftovers]).toEqual([[], []])
  })
})
