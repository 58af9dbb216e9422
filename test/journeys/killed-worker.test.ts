import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import { approveAll, granted, prepareRelease, productionStage, startStack, testStage } from '../support/product.ts'
import type { Cut } from '../support/worker-to-kill.ts'
import { startWorkerToKill } from '../support/worker-to-kill.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

/** The steps at which something is sent, chosen or believed; `npm run prove -- --kills` takes every kind that there is. */
const deciding = [
  ...['load', 'observe', 'stage', 'choose-import-job', 'start-import', 'follow-import', 'read-import-result'],
  ...['look-at-flows', 'switch-flow', 'verify', 'finish', 'begin-import', 'end-import'],
]
const isEvery = process.env['DROVER_KILLS'] === 'every'

type Release = Awaited<ReturnType<typeof prepareRelease>>

/*
 * In one attempt power fails at one kind of step after the other: each worker takes over from the dead one before it, comes as far as the next
 * kind of step, and dies there. So each cut is made on its own ground, steps before it being recorded, and one import has to outlast them all.
 */
describe('a worker killed with -9 in the middle of an attempt', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  /** Every kind of step that a healthy attempt takes, in its order. */
  let kinds: readonly string[]

  beforeAll(async () => {
    stack = await startStack({ hasWorker: false })
    run = await rehearseSample(stack.drover)
    const healthy = await startWorker()
    const release = await prepareRelease(run, 'ContosoInspection')
    healthy.forget()
    await promote(release, 'test')
    kinds = healthy.seen()
    await healthy.kill()
  })
  afterAll(() => stack?.stop())

  it('knows the steps that matter, or this proves nothing', () => {
    expect(kinds).toEqual(expect.arrayContaining(deciding))
  })

  it.for(['before', 'after'] as const)('%s each of its steps: others go on, and the import was started exactly once', async (phase) => {
    const release = await prepare()
    const promotionId = await request(release, testStage)
    await die(kinds.filter((step) => isEvery || deciding.includes(step)).map((step) => ({ step, phase })))
    await expectSuccess(release, 'test', promotionId)
  })

  it('on the way into Production, its tag included: others go on, the import was started exactly once, and the tag is set', async () => {
    const release = await prepare()
    const healthy = await startWorker()
    await promote(release, 'test')
    await healthy.kill()
    const promotionId = await request(release, productionStage)
    const phases = ['before', 'after'] as const
    await die(['start-import', 'read-import-result', 'finish', 'tag'].flatMap((step) => phases.map((phase) => ({ step, phase }))))
    const tag = await expectSuccess(release, 'prod', promotionId)
    expect(tag).toBe(`prod/ContosoInspection/${release.version}`)
  })

  async function prepare(): Promise<Release> {
    const worker = await startWorker()
    return prepareRelease(run, 'ContosoInspection').finally(() => worker.kill())
  }

  async function request(release: Release, stageId: typeof testStage) {
    const requested = granted(await (await run.as('ada')).requestPromotion({ releaseId: release.id, stageId }))
    await approveAll(run, requested)
    return requested.promotion.request.promotionId
  }

  async function promote(release: Release, environment: 'test' | 'prod'): Promise<void> {
    const promotionId = await request(release, environment === 'test' ? testStage : productionStage)
    expect((await awaitEnd(run, promotionId)).promotion.status.state).toBe('succeeded')
  }

  async function die(cuts: readonly Cut[]): Promise<void> {
    for (const cut of cuts) {
      const worker = await startWorker(cut)
      const end = await worker.endsAs()
      expect(end, `the worker died ${cut.phase} ${cut.step}`).toBe('SIGKILL')
    }
  }

  /** A last worker finishes; the environment's own import jobs tell how often the version was imported. */
  async function expectSuccess(release: Release, environment: 'test' | 'prod', promotionId: Awaited<ReturnType<typeof request>>) {
    const last = await startWorker()
    const view = await awaitEnd(run, promotionId).finally(() => last.kill())
    expect(view.promotion.status.state, JSON.stringify(view.promotion.status)).toBe('succeeded')
    const jobs = await readRows(
      stack.drover,
      environment,
      "importjobs?$select=importjobid,solutionname,data&$filter=solutionname eq 'ContosoInspection'",
    )
    expect(jobs.filter((job) => String(job['data']).includes(`<Version>${release.version}</Version>`))).toHaveLength(1)
    return view.promotion.tag
  }

  function startWorker(cut?: Cut) {
    return startWorkerToKill(stack.drover, cut)
  }
})
