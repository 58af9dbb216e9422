import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CuttingProxy } from '../support/cutting-proxy.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import { governed, granted, localConfiguration, prepareRelease, startStack, testStage, toConfigurationFile } from '../support/product.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

describe('a connection that drops while an import is being started', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let proxy: CuttingProxy

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
    proxy = await startCuttingProxy(stack.drover.platformUrl)
    await routeTestThroughProxy()
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

  async function promoteWithCut(cut: 'before-forwarding' | 'after-answer' | 'refuse-everything-after') {
    const release = await prepareRelease(run, 'ContosoInspection')
    const ada = await run.as('ada')
    // The sample's next release removes nothing, so that the plan installs or updates.
    proxy.cutNext('/ImportSolutionAsync', cut)
    const { promotionId } = granted(await ada.requestPromotion({ releaseId: release.id, stageId: testStage })).promotion.request
    const view = await awaitEnd(run, promotionId)
    const rows = await readRows(stack.drover, 'test', "importjobs?$select=importjobid,data&$filter=solutionname eq 'ContosoInspection'")
    return {
      state: view.promotion.status.state,
      promotionId,
      jobs: rows.filter((job) => String(job['data']).includes(`<Version>${release.version}</Version>`)).length,
    }
  }

  async function routeTestThroughProxy(): Promise<void> {
    const solutions = [{ ...governed(run.material, 2), versioning: 'raise' as const }]
    const configuration = localConfiguration({ platformUrl: stack.drover.platformUrl, solutions })
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
    granted(await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile({ ...configuration, environments }) }))
  }
})
