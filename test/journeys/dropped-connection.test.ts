import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Configuration } from '#domain/pipeline'
import type { CuttingProxy } from '../support/cutting-proxy.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import { granted, prepareRelease, startStack, testStage } from '../support/product.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

describe('a connection that drops while an import is being started', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let proxy: CuttingProxy

  beforeAll(async () => {
    stack = await startStack()
    proxy = await startCuttingProxy(stack.drover.platformUrl)
    run = await rehearseSample(stack.drover, 2, throughProxy)
  })
  afterAll(async () => {
    await proxy?.close()
    await stack?.stop()
  })

  it('before the environment took it: it is started again, and runs once', async () => {
    const { state, jobs } = await promoteWithCut('before-forwarding')
    expect(state).toBe('succeeded')
    expect(jobs).toBe(1)
  })

  it('after the environment took it: the running import is found and followed, not sent again', async () => {
    const before = proxy.passed('/ImportSolutionAsync') + proxy.passed('/StageAndUpgradeAsync')
    const { state, jobs } = await promoteWithCut('after-answer')
    expect(state).toBe('succeeded')
    expect(jobs).toBe(1)
    expect(proxy.passed('/ImportSolutionAsync') + proxy.passed('/StageAndUpgradeAsync')).toBe(before + 1)
  })

  it('and nobody answers afterwards: it is held as indeterminate, and a person who resumes it finds the import', async () => {
    const { state, promotionId, jobs } = await promoteWithCut('refuse-everything-after')
    expect(state).toBe('indeterminate')
    proxy.cutNext('/nothing', 'none')
    granted(await (await run.as('ada')).resumePromotion({ promotionId, reason: 'the network is back' }))
    const view = await awaitEnd(run, promotionId)
    expect(view.promotion.status.state).toBe('succeeded')
    expect(jobs).toBe(1)
  })

  it('after the import, while a flow is switched: nobody may withdraw it, and who resumes it imports nothing again', async () => {
    const { state, promotionId, jobs } = await promoteWithCut('before-forwarding', `workflows(${run.material.model.flows[0]?.id})`)
    expect(state).toBe('errored')
    const ada = await run.as('ada')
    expect(await ada.withdrawPromotion({ promotionId })).toMatchObject({ ok: false, refusal: { code: 'promotion.import-sent' } })
    const counted = await countJobs()
    granted(await ada.resumePromotion({ promotionId, reason: 'the network is back' }))
    const { status } = (await awaitEnd(run, promotionId)).promotion
    expect(status.state, JSON.stringify(status)).toBe('succeeded')
    expect(jobs).toBe(1)
    expect(await countJobs()).toBe(counted)
  })

  async function promoteWithCut(
    cut: 'before-forwarding' | 'after-answer' | 'refuse-everything-after',
    // The sample's next release removes nothing, so that the plan installs or updates.
    pathEnd = '/ImportSolutionAsync',
  ) {
    const release = await prepareRelease(run, 'ContosoInspection')
    const ada = await run.as('ada')
    proxy.cutNext(pathEnd, cut)
    const before = await countJobs()
    const { promotionId } = granted(await ada.requestPromotion({ releaseId: release.id, stageId: testStage })).promotion.request
    const view = await awaitEnd(run, promotionId)
    return { state: view.promotion.status.state, promotionId, jobs: (await countJobs()) - before }
  }

  async function countJobs(): Promise<number> {
    return (await readRows(stack.drover, 'test', "importjobs?$select=importjobid&$filter=solutionname eq 'ContosoInspection'")).length
  }

  function throughProxy(configuration: Configuration): Configuration {
    const through = (url: string) => url.replace(stack.drover.platformUrl, proxy.url)
    const environments = configuration.environments.map((environment) =>
      environment.id === 'test'
        ? {
            ...environment,
            url: through(environment.url),
            connectivityUrl: through(environment.connectivityUrl),
            credentials: { ...environment.credentials, tokenUrl: through(environment.credentials.tokenUrl) },
          }
        : environment,
    )
    return { ...configuration, environments }
  }
})
