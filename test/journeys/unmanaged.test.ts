import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import { handIn, readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  granted,
  localConfiguration,
  prepareRelease,
  productionStage,
  promote,
  startStack,
  testStage,
} from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'
import { applyByTwo, awaitEnd, rehearseSample } from '../support/world-of-one.ts'

/* One story: a customer's own Prod holds unmanaged work in which its people have changed a view; the next release comes in, and the view stays. */
describe('a protective production', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
    const { configuration } = granted(await (await run.as('pat')).loadConfiguration())
    // The configuration in force as the file says it, which is what localConfiguration makes too.
    const solutions = configuration.solutions as unknown as Parameters<typeof localConfiguration>[0]['solutions']
    const local = localConfiguration({ platformUrl: stack.drover.platformUrl, solutions })
    const layerPolicy = { kind: 'protective', reason: 'One customer, one owner' } as const
    const environments = local.environments.map((each) => (each.id === 'prod' ? { ...each, layerPolicy } : each))
    await applyByTwo(run, { ...local, environments })
  })
  afterAll(() => stack?.stop())

  async function drover(who: string, ...args: readonly string[]) {
    const token = await stack.drover.issueToken(toId(who))
    return runDrover(args, { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: token })
  }

  async function viewInProd() {
    const path = "savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq 'contoso_inspection'"
    return (await readRows(stack.drover, 'prod', path))[0]
  }

  it('takes a release unmanaged, and leaves what its people have changed', async () => {
    const first = await prepareRelease(run, 'ContosoInspection')
    const maker = await handIn(stack.drover, 'prod', 'maker')
    const file = await (await run.as('ada')).loadArtifact({ digest: first.unmanaged.digest })
    if (!file.ok) throw new Error(file.refusal.message)
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, ImportJobId: crypto.randomUUID() }
    const CustomizationFile = Buffer.from(file.value).toString('base64')
    await maker.do({ method: 'POST', path: 'ImportSolution', body: { ...body, CustomizationFile } })
    await maker.do({ method: 'POST', path: 'PublishAllXml', body: {} })
    const path = `savedqueries(${String((await viewInProd())?.['savedqueryid'])})`
    await maker.do({ method: 'PATCH', path, body: { name: 'By hand' } })
    await maker.do({ method: 'POST', path: 'PublishAllXml', body: {} })

    const next = await prepareRelease(run, 'ContosoInspection')
    await promote(run, { releaseId: next.id, stageId: testStage }, async (each) => approveAll(run, each))
    const planned = await drover('ada', 'promotion', 'plan-unmanaged', next.id, '--to', productionStage)
    expect([planned.code, planned.stderr]).toEqual([0, ''])
    expect(planned.stdout).toContain('was changed there by hand, and the release says nothing new of it')
    const asked = await drover('ada', 'promotion', 'request', next.id, '--to', productionStage, '--unmanaged', '--json')
    expect([asked.code, asked.stderr]).toEqual([0, ''])
    const { promotion } = JSON.parse(asked.stdout) as { promotion: { request: { promotionId: string } } }
    const promotionId = toId<Parameters<typeof awaitEnd>[1]>(promotion.request.promotionId)
    await approveAll(run, granted(await (await run.as('ada')).loadPromotion({ promotionId })))
    const ended = await awaitEnd(run, promotionId)
    expect(ended.promotion.status, JSON.stringify(ended.promotion.status)).toMatchObject({ state: 'succeeded' })

    const [installed] = await readRows(
      stack.drover,
      'prod',
      "solutions?$select=version,ismanaged&$filter=uniquename eq 'ContosoInspection'",
    )
    expect(installed).toMatchObject({ version: next.version, ismanaged: false })
    expect((await viewInProd())?.['name']).toBe('By hand')
    const shown = await drover('ada', 'promotion', 'show', promotionId)
    expect(shown.stdout).toContain('nothing else changed')
  })
})
