import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Configuration } from '#domain/pipeline'
import { patchRow, readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  governed,
  granted,
  localConfiguration,
  openPlatformControl,
  prepareRelease,
  productionStage,
  promote,
  startStack,
  strictPipeline,
  testStage,
  toConfigurationFile,
} from '../support/product.ts'
import { applyByTwo, rehearseSample } from '../support/world-of-one.ts'

const solution = 'ContosoInspection'

describe('a governed path', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
  })
  afterAll(() => stack?.stop())

  it('refuses Production to a release that has not been in Test', async () => {
    const release = await prepareRelease(run, solution)
    expect(await ask(release.id, productionStage)).toMatchObject({ ok: false, refusal: { code: 'PIP-01' } })
  })

  it('refuses a stage whose settings are not complete, and lists each missing one', async () => {
    const release = await prepareRelease(run, solution)
    await apply(configuration({ settings: {} }))
    const reply = await ask(release.id, testStage)
    await apply(configuration({}))
    expect(reply).toMatchObject({ ok: false, refusal: { code: 'STR-10' } })
    const subjects = reply.ok ? [] : reply.refusal.reasons.map((reason) => reason.subject)
    for (const reference of run.material.model.connectionReferences) expect(subjects).toContain(reference.logicalName)
    for (const variable of run.material.model.environmentVariables.filter((each) => each.defaultValue === undefined)) {
      expect(subjects).toContain(variable.schemaName)
    }
  })

  it('refuses a stage whose connection was not shared with the deploying identity, and names who must share what', async () => {
    const release = await prepareRelease(run, solution)
    const control = await openPlatformControl(stack.drover)
    const [reference] = run.material.model.connectionReferences
    const unshared = {
      id: 'unshared1',
      connectorId: reference?.connectorId ?? '',
      displayName: 'Private mailbox',
      ownerName: 'Olga Owner',
      sharedWith: [],
    }
    await control.putConnection('test', unshared)
    const usual = governed(run.material, 2).settings[testStage]
    const settings = { ...usual, connectionReferences: { ...usual?.connectionReferences, [reference?.logicalName ?? '']: 'unshared1' } }
    await apply(configuration({ settings: { ...governed(run.material, 2).settings, [testStage]: settings as never } }))
    const reply = await ask(release.id, testStage)
    await apply(configuration({}))
    expect(reply.ok).toBe(false)
    expect(JSON.stringify(reply)).toContain('unshared1')
  })

  it('publishes what is pending in Dev, so that it travels', async () => {
    const [view] = await readRows(
      stack.drover,
      'dev',
      "savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq 'contoso_inspection'",
    )
    await patchRow(stack.drover, 'dev', `savedqueries(${String(view?.['savedqueryid'])})`, { name: 'Inspections of this week' })
    const release = await prepareRelease(run, solution)
    expect(release.unpublished).toContainEqual(
      expect.objectContaining({ component: expect.stringContaining('Inspections of this week') as unknown, outcome: 'published' }),
    )
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    const names = (await readRows(stack.drover, 'test', "savedqueries?$select=name&$filter=returnedtypecode eq 'contoso_inspection'")).map(
      (row) => row['name'],
    )
    expect(names).toContain('Inspections of this week')
  })

  it('leaves a flow off that somebody stopped on purpose in the target', async () => {
    const [flow] = run.material.model.flows
    await patchRow(stack.drover, 'test', `workflows(${flow?.id ?? ''})`, { statecode: 0, statuscode: 1 }, 'deployer')
    const release = await prepareRelease(run, solution)
    const view = await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    expect(view.promotion.request.plan.flows.find((each) => each.id === flow?.id)?.action).toBe('leave')
    const [row] = await readRows(stack.drover, 'test', `workflows?$select=statecode&$filter=workflowid eq ${flow?.id ?? ''}`)
    expect(row?.['statecode']).toBe(0)
  })

  it('takes no yes to a plan that has changed since it was looked at, and says what changed', async () => {
    const release = await prepareRelease(run, solution)
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    const requested = granted(await (await run.as('ada')).requestPromotion({ releaseId: release.id, stageId: productionStage }))
    await apply(configuration({ settings: { ...governed(run.material, 2).settings, [productionStage]: changedValues() } }))
    const { promotionId } = requested.promotion.request
    await expect(approveAll(run, requested)).rejects.toMatchObject({ refusal: { code: 'promotion.plan-changed' } })
    const ada = await run.as('ada')
    const { promotion } = granted(await ada.loadPromotion({ promotionId }))
    granted(await ada.withdrawPromotion({ promotionId }))
    await apply(configuration({}))
    expect([promotion.status.state, promotion.decisions]).toEqual(['pending', []])
    expect(promotion.renewed?.differences).toContainEqual(expect.objectContaining({ message: 'It gets another value.' }))
    expect(await readRows(stack.drover, 'prod', `solutions?$select=version&$filter=uniquename eq '${solution}'`)).toEqual([])
  })

  it('keeps a Tier 1 solution out of a pet and proposes Tier 2', async () => {
    const release = await prepareRelease(run, solution)
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    await applyByTwo(run, configuration({ tier: 1 }))
    const reply = await ask(release.id, productionStage)
    await apply(configuration({}))
    expect(reply).toMatchObject({ ok: false, refusal: { code: 'TIER-04', hint: expect.stringContaining('Tier 2') as unknown } })
  })

  it('applies no pipeline that offers less than a tier demands', async () => {
    const reply = await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(configuration({ tier: 4 })) })
    expect(reply).toMatchObject({ ok: false, refusal: { code: 'TIER-04' } })
    await applyByTwo(run, configuration({ tier: 4, pipeline: strictPipeline }))
    await applyByTwo(run, configuration({}))
  })

  it('lets nobody lower a tier alone', async () => {
    await applyByTwo(run, configuration({ tier: 3, pipeline: strictPipeline }))
    const alone = await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(configuration({})) })
    expect(alone).toMatchObject({ ok: false, refusal: { code: 'configuration.needs-second-person' } })
    await applyByTwo(run, configuration({}))
  })

  it('lets no platform-admin alone put a solution into Production under another name', async () => {
    const base = configuration({})
    const production = base.environments.find((environment) => environment.purpose === 'production')
    if (production === undefined) throw new Error('the sample has a production environment')
    const scratch = { ...production, id: 'scratch' as never, name: 'Scratch', purpose: 'sandbox', careClass: 'cattle' } as const
    const sneak = {
      id: 'sneak' as never,
      name: 'Sneak',
      source: 'dev' as never,
      stages: [{ id: 'out' as never, name: 'Out', environment: scratch.id, gates: [] }],
    }
    const solutions = [...base.solutions, { ...governed(run.material, 2), uniqueName: 'Sneaky', tier: 1, pipeline: sneak.id, settings: {} }]
    const attempt = async (url: string) => {
      const pipelines = [...base.pipelines, sneak]
      const environments = [...base.environments, { ...scratch, url }]
      const proposal = { ...base, environments, pipelines, solutions } as Configuration
      const reply = await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(proposal) })
      return reply.ok ? 'ok' : reply.refusal.code
    }
    expect(await attempt(production.url)).toBe('TOP-01')
    expect(await attempt(production.url.replace('127.0.0.1', 'LOCALHOST').concat('/'))).toBe('TOP-01')
    expect(await attempt('https://another.crm4.dynamics.com')).toBe('configuration.needs-second-person')
  })

  it('does not start what waited while its tier got stricter, and says what changed', async () => {
    const release = await prepareRelease(run, solution)
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    const { promotionId } = granted(await ask(release.id, productionStage)).promotion.request
    await applyByTwo(run, configuration({ tier: 4, pipeline: strictPipeline }))
    const grace = await run.as('grace')
    const decision = { promotionId, gate: 'approval', verdict: 'approve', comment: '' } as const
    expect(await grace.decideApproval(decision)).toMatchObject({ ok: false, refusal: { code: 'promotion.request-outdated' } })
    const shown = granted(await grace.loadPromotion({ promotionId }))
    expect([shown.promotion.status.state, shown.gates[0]?.kind, shown.gates[0]?.state]).toEqual(['pending', 'in-force', 'closed'])
    await applyByTwo(run, configuration({}))
    granted(await (await run.as('ada')).withdrawPromotion({ promotionId }))
  })

  it('takes no word of somebody who was taken out of the configuration, though their token lives on', async () => {
    const base = configuration({})
    const withoutGrace = {
      ...base,
      people: base.people.filter((person) => person.id !== 'grace'),
      environments: base.environments.map((environment) => ({ ...environment, owner: 'pat' as typeof environment.owner })),
      pipelines: base.pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({
          ...stage,
          gates: stage.gates.map((gate) => ('people' in gate && gate.kind === 'approval' ? { ...gate, people: ['bea' as never] } : gate)),
        })),
      })),
    }
    const release = await prepareRelease(run, solution)
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    const { promotionId } = granted(await ask(release.id, productionStage)).promotion.request
    const grace = await run.as('grace')
    await applyByTwo(run, withoutGrace)
    const decision = { promotionId, gate: 'approval', verdict: 'approve', comment: '' } as const
    expect(await grace.decideApproval(decision)).toMatchObject({ ok: false, status: 403, refusal: { code: 'auth.unknown-person' } })
    expect((await grace.prepareRelease({ solution })).ok).toBe(false)
    await applyByTwo(run, configuration({}))
    granted(await (await run.as('ada')).withdrawPromotion({ promotionId }))
  })

  it('accepts one of several requests that are made at once for one place', async () => {
    const release = await prepareRelease(run, solution)
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
    const replies = await Promise.all([1, 2, 3].map(() => ask(release.id, productionStage)))
    expect(replies.map((reply) => (reply.ok ? 'ok' : reply.refusal.code)).sort()).toEqual([
      'ok',
      'promotion.already-open',
      'promotion.already-open',
    ])
    for (const reply of replies) {
      if (reply.ok) granted(await (await run.as('ada')).withdrawPromotion({ promotionId: reply.value.promotion.request.promotionId }))
    }
  })

  async function ask(releaseId: Parameters<typeof promote>[1]['releaseId'], stageId: Parameters<typeof promote>[1]['stageId']) {
    return (await run.as('ada')).requestPromotion({ releaseId, stageId })
  }

  /** The local configuration with the sample changed. */
  function configuration(changes: Partial<Configuration['solutions'][number]>): Configuration {
    const sample = { ...governed(run.material, 2), versioning: 'raise' as const, ...changes }
    return localConfiguration({ platformUrl: stack.drover.platformUrl, solutions: [sample] })
  }

  async function apply(proposal: Configuration): Promise<void> {
    granted(await (await run.as('pat')).applyConfiguration({ configuration: toConfigurationFile(proposal) }))
  }

  function changedValues() {
    const usual = governed(run.material, 2).settings[productionStage]
    const [name = ''] = Object.keys(usual?.environmentVariables ?? {})
    return {
      environmentVariables: { ...usual?.environmentVariables, [name]: 'another value' },
      connectionReferences: usual?.connectionReferences ?? {},
      flows: {},
    }
  }
})
