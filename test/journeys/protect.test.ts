import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { handMade } from '../conformance/hand-made.ts'
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
import type { Ran } from '../support/run-drover.ts'
import { runDrover } from '../support/run-drover.ts'
import { applyByTwo, rehearseSample } from '../support/world-of-one.ts'

const prod = toId<EnvironmentId>('prod')

/* One story: production is protected at the word of two people; makers cannot edit it, releases still arrive, and what comes past Drover is seen. */
describe('a protected production', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let view: string

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
    await release()
    const rows = await readRows(stack.drover, 'prod', "savedqueries?$select=savedqueryid&$filter=returnedtypecode eq 'contoso_inspection'")
    view = String(rows[0]?.['savedqueryid'])
  })
  afterAll(() => stack?.stop())

  async function release(): Promise<string> {
    const made = await prepareRelease(run, 'ContosoInspection')
    await promote(run, { releaseId: made.id, stageId: testStage }, async (each) => approveAll(run, each))
    await promote(run, { releaseId: made.id, stageId: productionStage }, async (each) => approveAll(run, each))
    return made.version
  }

  async function drover(who: string, ...args: readonly string[]): Promise<Ran> {
    const token = await stack.drover.issueToken(toId(who))
    return runDrover(args, { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: token })
  }

  async function edit(name: string) {
    return (await handIn(stack.drover, 'prod', 'maker')).ask({ method: 'PATCH', path: `savedqueries(${view})`, body: { name } })
  }

  it('is looked at first, and changed by nobody alone', async () => {
    const looked = await drover('pat', 'env', 'protect', 'prod')
    expect(looked.code).toBe(0)
    expect(looked.stdout).toContain('What the block breaks')
    expect(looked.stdout).toMatch(/System Administrator: .*\(application\)/)
    expect((await drover('ada', 'env', 'protect', 'prod', '--yes', '--reason', 'I may not')).stderr).toContain('protection.not-authorised')
    const proposed = await drover('pat', 'env', 'protect', 'prod', '--yes', '--reason', 'Changes come by releases')
    expect([proposed.code, proposed.stderr]).toEqual([3, expect.stringContaining('protection.needs-second-person')])
    expect((await edit('Before it was protected')).status).toBe(204)
  })

  it('refuses an edit of a maker from the second word on, and takes releases as before', async () => {
    const confirmed = await drover('grace', 'env', 'protect', 'prod', '--yes')
    expect([confirmed.code, confirmed.stderr]).toEqual([0, ''])
    expect(confirmed.stdout).toContain('Changes come by releases')
    const refused = await edit('By hand')
    expect([refused.status, refused.json.error.code]).toEqual([403, '0x80072042'])
    const version = await release()
    const [installed] = await readRows(stack.drover, 'prod', "solutions?$select=version&$filter=uniquename eq 'ContosoInspection'")
    expect(installed?.['version']).toBe(version)
    const listed = await drover('pat', 'ledger', 'list', '--json')
    const { events } = JSON.parse(listed.stdout) as { events: readonly { type: string; actor: string }[] }
    expect(events.filter(({ type }) => type.startsWith('protection-')).map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      'protection-proposed pat',
      'protection-ordered grace',
      'protection-changed grace',
      'protection-settled grace',
    ])
  })

  it('shows an import that came past Drover, and none of its own', async () => {
    granted(await (await run.as('pat')).observeEnvironment({ environmentId: prod }))
    expect(granted(await (await run.as('pat')).loadProtection({ environmentId: prod })).foreignImports).toEqual([])
    const file = await handMade({ name: 'Sneaked', version: '1.0.0.0', isManaged: true, tables: [{ name: 'hand_sneaked' }] })
    const body = {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: crypto.randomUUID(),
      CustomizationFile: Buffer.from(file).toString('base64'),
    }
    await (await handIn(stack.drover, 'prod', 'maker')).do({ method: 'POST', path: 'ImportSolution', body })
    granted(await (await run.as('pat')).observeEnvironment({ environmentId: prod }))
    const shown = await drover('pat', 'env', 'show', 'prod')
    expect(shown.stdout).toMatch(/Sneaked 1\.0\.0\.0 was imported on .* by .*maker/i)
  })

  it('is broken where somebody switches the block off, and a strict one is then not entered', async () => {
    const deployer = await handIn(stack.drover, 'prod', 'deployer')
    const [organization] = await deployer.rows('organizations?$select=organizationid,orgdborgsettings')
    const orgdborgsettings = String(organization?.['orgdborgsettings']).replace('>true<', '>false<')
    await deployer.do({ method: 'PATCH', path: `organizations(${String(organization?.['organizationid'])})`, body: { orgdborgsettings } })
    expect((await drover('pat', 'env', 'show', 'prod')).stdout).toContain('somebody else switched it')

    const { configuration } = granted(await (await run.as('pat')).loadConfiguration())
    const layerPolicy = { kind: 'strict', reason: 'Auditors ask for it' } as const
    // The configuration in force as the file says it, which is what localConfiguration makes too.
    const solutions = configuration.solutions as unknown as Parameters<typeof localConfiguration>[0]['solutions']
    const local = localConfiguration({ platformUrl: stack.drover.platformUrl, solutions })
    await applyByTwo(run, {
      ...local,
      environments: local.environments.map((each) => (each.id === prod ? { ...each, layerPolicy } : each)),
    })
    const made = await prepareRelease(run, 'ContosoInspection')
    await promote(run, { releaseId: made.id, stageId: testStage }, async (each) => approveAll(run, each))
    const asked = await (await run.as('ada')).requestPromotion({ releaseId: made.id, stageId: productionStage })
    const planned = await drover('ada', 'promotion', 'plan-unmanaged', made.id, '--to', productionStage)
    expect([planned.code, planned.stdout]).toEqual([3, expect.stringMatching(/plan\.not-protective[^]*plan\.installed-managed/) as string])
    const text = JSON.stringify(asked)
    expect(text).toContain('environment.not-protected')
    expect((await drover('pat', 'env', 'protect', 'prod', '--off', '--yes', '--reason', 'no')).stderr).toContain('protection.policy-strict')
  })
})
