import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionViewReply, RecoveryWorkReply } from '#contract'
import { routes } from '#contract'
import type { Environment } from '#domain/environment'
import { toId } from '#domain/kernel'
import { control } from '../support/control.ts'
import { addColumn, addRows } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { inspection, openPetStage, refusedBy, rowsOfSolution, solution, without } from '../support/pet-stage.ts'
import { governed, localConfiguration } from '../support/product.ts'
import { applyByTwo } from '../support/world-of-one.ts'

const byTouch = ['@odata.etag', 'versionnumber', 'modifiedon', '_modifiedby_value', 'createdon', '_createdby_value', 'overriddencreatedon']

/* One production that lives on: each chapter goes on from where the one before ended. */
describe('a production with a recovery sandbox', () => {
  let pet: PetStage
  let rows: Awaited<ReturnType<typeof rowsOfSolution>>

  beforeAll(async () => {
    pet = await openPetStage()
    await control(pet.stack, 'POST', '/environments', { name: 'rescue', kind: 'Sandbox' })
    const solutions = [{ ...governed(pet.run.material, 2), versioning: 'raise' as const }]
    const configuration = localConfiguration({ platformUrl: pet.stack.platformUrl, solutions })
    const prod = configuration.environments.find(({ id }) => id === 'prod')
    if (prod === undefined) throw new Error('there is no production')
    const url = prod.url.replace(/prod$/, 'rescue')
    const rescue: Environment = {
      ...{ ...prod, id: toId('rescue'), name: 'Rescue', purpose: 'recovery', careClass: 'cattle', recovers: prod.id },
      ...{ url, connectivityUrl: `${url}/connectivity` },
    }
    await applyByTwo(pet.run, { ...configuration, environments: [...configuration.environments, rescue] })
    await pet.deploy()
    await addRows(pet.prod, 'contoso_inspections', [{ contoso_name: 'A', contoso_comments: 'wet' }, { contoso_name: 'B' }])
    rows = await rowsOfSolution(pet.prod)
  })
  afterAll(() => pet?.stop())

  const work = (ran: { readonly stdout: string }) => JSON.parse(ran.stdout) as RecoveryWorkReply

  /** So many minutes pass on the platform, whose clock goes ten times as fast. */
  const pass = (minutes: number) => control(pet.stack, 'POST', '/clock/jump', { seconds: minutes * 6 })

  it.each([
    ['recovery', 'restore', 'prod', '--into', 'prod', '--yes', '--reason', 'x'],
    ['recovery', 'rehearse', 'prod', solution, '--on', 'prod', '--as-it-is', '--reason', 'x'],
    ['env', 'rebuild', 'prod', '--yes'],
    ['env', 'remove', 'prod', '--name', 'Production', '--yes', '--reason', 'x'],
  ])('is never ended or restored over: drover %s %s', async (...command) => {
    const ran = await pet.drover('pat', ...command)
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringMatching(/PET-02/) as string])
    expect(await rowsOfSolution(pet.prod)).toEqual(rows)
  })

  it('is a place that no route is named after ending', () => {
    expect(Object.keys(routes).filter((name) => /reset|wipe|copyEnv|changeKind|restoreOver/i.test(name))).toEqual([])
  })

  it('is restored there at the word of two, once, and left closed, wherever the worker dies', async () => {
    await pass(30)
    const ask = (who: string, ...more: readonly string[]) =>
      pet.drover(who, 'recovery', 'restore', 'prod', '--into', 'rescue', '--yes', '--reason', 'Rows went', '--json', ...more)
    expect(await ask('ada')).toMatchObject(refusedBy('recovery.not-allowed'))
    await pet.drover('pat', 'env', 'restore-point', 'prod', '--label', 'before the flood')
    await pass(30)
    expect(await ask('pat')).toMatchObject(refusedBy('recovery.needs-second-person'))
    const passing = setInterval(() => void pass(3), 500)
    const always = ['restore-send', 'restore-read-back', 'bind-connections', 'record-restored']
    const ran = await dyingAll(always, () => ask('grace', '--wait')).finally(() => clearInterval(passing))
    const ended = work(ran)
    expect([ran.code, ended.state, ended.note]).toEqual([0, 'done', expect.any(String) as string])
    expect(ended.restored).toMatchObject({ isInAdministrationMode: true, hasBackgroundOperations: false })
    expect(await rowsOfSolution(pet.prod)).toEqual(rows)
  })

  it('gets rows back from there that went since, and what is there stays as it is', async () => {
    const [a, b] = rows['contoso_inspections'] ?? []
    await pet.prod.do({ method: 'DELETE', path: `contoso_inspections(${String(a?.['contoso_inspectionid'])})` })
    await pet.prod.do({
      method: 'PATCH',
      path: `contoso_inspections(${String(b?.['contoso_inspectionid'])})`,
      body: { contoso_name: 'B since' },
    })
    const repair = (...more: readonly string[]) =>
      pet.drover(
        'grace',
        'recovery',
        'repair',
        'prod',
        '--from',
        'rescue',
        '--table',
        inspection,
        '--reason',
        'Deleted by mistake',
        '--wait',
        '--json',
        ...more,
      )
    const looked = await repair()
    expect([looked.code, work(looked).compared]).toEqual([0, expect.objectContaining({ missing: 1, differing: 1 })])
    const always = ['compare', 'save-missing', 'record-rescue', 'start-restore', 'record-written']
    const repaired = await dyingAll(always, () => repair('--yes'))
    expect([repaired.code, work(repaired).state]).toEqual([0, 'done'])
    const names = (await pet.prod.rows('contoso_inspections?$select=contoso_name,contoso_comments')).map((row) => [
      row['contoso_name'],
      row['contoso_comments'],
    ])
    expect(names.sort()).toEqual([
      ['A', 'wet'],
      ['B since', null],
    ])
  })

  it('rehearses there how it comes back from its next release, and has it on record with how long it took', async () => {
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Broken' })
    const bad = await pet.release()
    const how = ['--on', 'rescue', '--way', 'repack', '--from', bad.id, '--as-it-is', '--reason', 'Before it', '--wait', '--json']
    const always = ['rehearsal-before', 'repack', 'rehearsal-after', 'record-rehearsal']
    const ran = await dyingAll(always, () => pet.drover('grace', 'recovery', 'rehearse', 'prod', solution, ...how))
    expect([ran.code, work(ran).state, work(ran).note]).toEqual([0, 'done', expect.stringContaining('was gone') as string])
    const { rehearsals } = JSON.parse((await pet.drover('grace', 'recovery', 'list', 'prod', '--json')).stdout)
    expect(rehearsals).toMatchObject([{ way: 'repack', sandboxId: 'rescue', from: bad.version, outcome: 'succeeded' }])

    const asked = await pet.ask(bad)
    const way = (await pet.show(asked)).promotion.request.recovery?.ways.find(({ kind }) => kind === 'repack')
    expect(way?.lastRehearsal).toMatchObject({ id: rehearsals[0].id, durationMs: rehearsals[0].durationMs })
    await pet.stopWorker()
    await pet.approve(asked)
    await pet.dieAround(['begin-verify'])
    const [value] = await pet.prod.rows('environmentvariablevalues?$select=environmentvariablevalueid,value')
    const path = `environmentvariablevalues(${String(value?.['environmentvariablevalueid'])})`
    await pet.prod.do({ method: 'PATCH', path, body: { value: 'https://elsewhere.example' } })
    await pet.startWorker()
    const failed = await ended(asked)
    expect(failed.promotion.status).toMatchObject({ state: 'failed', refusal: { code: 'verification.failed' } })
    expect(failed.hold).toMatchObject({ solution, promotionId: asked })
    expect(failed.offers.filter(({ isPossible }) => isPossible).map(({ kind }) => kind)).toEqual([
      'redeploy',
      'repack',
      'roll-forward',
      'restore',
    ])
  })

  it('stays held after that for all but a recovery, until somebody says what it is given free for', async () => {
    const next = await pet.release()
    expect(await pet.drover('ada', 'promotion', 'request', next.id, '--to', 'prod')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('held') as string,
    })
    const back = await pet.drover('ada', 'rollback', 'prod', solution, '--reason', 'It fails', '--json')
    expect([back.code, back.stderr]).toEqual([0, ''])
    const { promotion } = JSON.parse(back.stdout) as PromotionViewReply
    for (const { kind, key, losses } of promotion.request.plan.content)
      if (losses.some(({ count }) => count.kind !== 'unknown' && count.n > 0))
        await pet.acknowledge(promotion.request.promotionId, `${kind}:${key}`, 1)
    await pet.approve(promotion.request.promotionId)
    await pet.succeed(promotion.request.promotionId)
    expect(without(await rowsOfSolution(pet.prod), byTouch)['contoso_inspections']).toHaveLength(2)
    const later = await pet.release()
    const request = () => pet.drover('ada', 'promotion', 'request', later.id, '--to', 'prod')
    expect(await request()).toMatchObject({ code: 3, stderr: expect.stringContaining('held') as string })
    const resume = (who: string, reason: string) => pet.drover(who, 'env', 'resume', 'prod', solution, '--reason', reason)
    expect((await resume('bea', 'Fine')).code).toBe(3)
    expect((await resume('grace', ' ')).code).toBe(3)
    expect((await resume('grace', 'Went back, rows checked')).code).toBe(0)
    expect(await request()).toMatchObject({ code: 0, stderr: '' })
    expect((await pet.drover('ada', 'env', 'show', 'prod')).stdout).toMatch(/Went back, rows checked/)
  })

  /** Workers die at each kind of step until the command that waits for their work has ended; then one lives on. */
  async function dyingAll<T>(always: readonly string[], command: () => Promise<T>): Promise<T> {
    await pet.stopWorker()
    let isOver = false
    const ended = command().finally(() => (isOver = true))
    const died = await pet.dieAtEveryStep({ isOver: async () => isOver, always })
    await pet.startWorker()
    const ran = await ended
    expect(died).toEqual(expect.arrayContaining([...always]))
    return ran
  }

  async function ended(promotionId: PromotionViewReply['promotion']['request']['promotionId']): Promise<PromotionViewReply> {
    for (;;) {
      const seen = await pet.show(promotionId)
      if (!['pending', 'running'].includes(seen.promotion.status.state)) return seen
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
})
