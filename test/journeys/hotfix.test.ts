import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HotfixViewReply, PromotionViewReply, ReleaseReply } from '#contract'
import type { Configuration } from '#domain/pipeline'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import { addColumn, addRows, renameView } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { inspection, openPetStage, refusedBy, rowsOfSolution, solution } from '../support/pet-stage.ts'
import { connectionsFor, deployerClient, granted, openPlatformControl, personId, productionStage } from '../support/product.ts'

/* One story: production cannot wait for the next release, which is in Test already. */
describe('a hotfix of production', () => {
  let pet: PetStage
  let hot: Hand
  let next: ReleaseReply
  let hotfixId: string
  let fixed: ReleaseReply
  let views: readonly { readonly id: string; readonly name: string }[]

  beforeAll(async () => {
    pet = await openPetStage({ change: withBoard, clockScale: 60 })
    await pet.deploy()
    await addRows(pet.prod, 'contoso_inspections', [{ contoso_name: 'A', contoso_comments: 'wet' }, { contoso_name: 'B' }])
    const rows = await pet.prod.rows(`savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq '${inspection}'`)
    views = rows.map((row) => ({ id: String(row['savedqueryid']), name: String(row['name']) })).sort((a, b) => (a.id < b.id ? -1 : 1))
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Next' })
    await rename(pet.dev, 0, 'As the next release calls it')
    next = await pet.release()
  })
  afterAll(() => pet?.stop())

  const rename = (hand: Hand, at: number, name: string) => renameView(hand, { table: inspection, id: views[at]?.id ?? '' }, name)

  async function show(): Promise<HotfixViewReply> {
    return JSON.parse((await pet.drover('ada', 'hotfix', 'show', hotfixId, '--json')).stdout)
  }

  async function isPrepared(): Promise<boolean> {
    const { hotfixes } = granted(await (await pet.run.as('ada')).listHotfixes())
    return hotfixes.some(({ hotfix }) => hotfix.preparation.state !== 'running')
  }

  async function versionIn(environment: string): Promise<unknown> {
    const [row] = await (await handIn(pet.stack, environment, 'deployer')).rows(
      `solutions?$select=version&$filter=uniquename eq '${solution}'`,
    )
    return row?.['version']
  }

  async function namesIn(hand: Hand): Promise<readonly unknown[]> {
    const rows = await hand.rows(`savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq '${inspection}'`)
    return views.map(({ id }) => rows.find((row) => row['savedqueryid'] === id)?.['name'])
  }

  it('begins in a pair that is made for it, from what production runs, once somebody looked at that', async () => {
    const start = ['--env', 'prod', '--reason', 'Auditors see the wrong view']
    expect(await pet.drover('ada', 'hotfix', 'start', solution, ...start)).toMatchObject(refusedBy('hotfix.drift-unknown'))
    expect((await pet.drover('ada', 'drift', 'prod')).code).toBe(0)
    expect(await pet.drover('ada', 'hotfix', 'start', solution, ...start)).toMatchObject(refusedBy('rebuild.not-allowed'))
    await pet.stopWorker()
    const started = pet.drover('pat', 'hotfix', 'start', solution, ...start, '--json')
    const pair = Promise.all(['hotfix-contosoinspection-dev', 'hotfix-contosoinspection-test'].map((id) => connected(pet, id)))
    const prepared = ['register', 'make-branch', 'import-dev', 'import-test']
    expect(await pet.dieAtEveryStep({ isOver: isPrepared, always: prepared })).toEqual(expect.arrayContaining(prepared))
    await pet.startWorker()
    const [dev = '', test = ''] = await pair
    const { code, stdout } = await started
    const view = JSON.parse(stdout) as HotfixViewReply
    expect([code, view.state, view.hotfix.preparation.refusal]).toEqual([0, 'open', undefined])
    hotfixId = view.hotfix.hotfixId
    // Its makers are members of it as soon as somebody lets them in; who made it is from the beginning.
    hot = await handIn(pet.stack, dev, 'deployer')
    expect([await versionIn(dev), await versionIn(test)]).toEqual([view.hotfix.base.version, view.hotfix.base.version])
  })

  it('goes over its own Test into production past the board, while the next release waits in Test', async () => {
    const before = await rowsOfSolution(pet.prod)
    await rename(hot, 0, 'As the hotfix calls it')
    await rename(hot, 1, 'What auditors see')
    await addColumn(hot, solution, { table: inspection, name: 'contoso_Fix' })
    const sealed = await pet.drover('ada', 'hotfix', 'release', hotfixId, '--wait', '--json')
    expect([sealed.code, sealed.stderr]).toEqual([0, expect.any(String)])
    fixed = (await show()).hotfix.releases.map(({ releaseId, version }) => ({ id: releaseId, version }))[0] as ReleaseReply // as far as it is read
    expect(await pet.drover('ada', 'promotion', 'request', fixed.id, '--to', 'prod')).toMatchObject(refusedBy('PIP-01'))
    await pet.succeed(await ask('hotfix-test'))
    const promotionId = await ask('prod')
    const told = await pet.drover('grace', 'promotion', 'show', promotionId)
    expect(told.stdout).toMatch(/Auditors see the wrong view\n\s+goes past\s+.*[Bb]oard/)
    await pet.stopWorker()
    await pet.approve(promotionId)
    const isIn = async () => (await pet.show(promotionId)).promotion.status.state !== 'running'
    expect(await pet.dieAtEveryStep({ isOver: isIn, always: ['start-import'] })).toContain('start-import')
    await pet.startWorker()
    await pet.succeed(promotionId)
    expect([await versionIn('prod'), await versionIn('test')]).toEqual([fixed.version, next.version])
    expect((await namesIn(pet.prod)).slice(0, 2)).toEqual(['As the hotfix calls it', 'What auditors see'])
    expect(Object.values(await rowsOfSolution(pet.prod)).map((rows) => rows.length)).toEqual(
      Object.values(before).map((rows) => rows.length),
    )
  })

  it('is owed: the board shows it, and the next release would take it back and is refused', async () => {
    expect((await pet.drover('grace', 'board')).stdout).toMatch(new RegExp(`owed\\s+hotfix ${hotfixId}.*main does not have it; .* is due`))
    expect(await pet.drover('ada', 'promotion', 'request', next.id, '--to', 'prod')).toMatchObject(refusedBy('hotfix.not-merged'))
    const shipped = (await show()).hotfix.shipped?.promotionId ?? ''
    expect(await pet.drover('ada', 'promotion', 'sign-off', shipped, '--gate', 'cab')).toMatchObject(refusedBy('promotion.not-allowed'))
    expect((await pet.drover('carl', 'promotion', 'sign-off', shipped, '--gate', 'cab', '--comment', 'Seen')).code).toBe(0)
    expect((await pet.drover('grace', 'board')).stdout).toMatch(/main does not have it\n/)
    expect(await pet.drover('ada', 'hotfix', 'abandon', hotfixId, '--reason', 'Done')).toMatchObject(refusedBy('hotfix.shipped'))
  })

  it('is brought to Dev three ways, where what both changed is named and its owner says what holds', async () => {
    await pet.stopWorker()
    const merging = pet.drover('ada', 'hotfix', 'merge', hotfixId, '--into-dev')
    const isMerged = async () => ((await show()).hotfix.merge?.state ?? 'running') !== 'running'
    expect(await pet.dieAtEveryStep({ isOver: isMerged, always: ['merge', 'import-dev'] })).toEqual(
      expect.arrayContaining(['merge', 'import-dev']),
    )
    await pet.startWorker()
    const merged = await merging
    const conflict = `SavedQuery:${views[0]?.id ?? ''}`
    expect([merged.code, merged.stdout]).toEqual([3, expect.stringMatching(new RegExp(`both sides\\s+${conflict}`, 'i'))])
    expect((await namesIn(pet.dev)).slice(0, 2)).toEqual(['As the next release calls it', 'What auditors see'])
    expect(await columnsIn(pet.dev)).toEqual(expect.arrayContaining(['contoso_fix', 'contoso_next']))
    const branch = (await show()).hotfix.merge?.branch ?? ''
    const folder = join(pet.stack.workspace.folder, 'source.git')
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' })
    expect(git('diff', '--name-only', `main...${branch}`)).toMatch(/conflicts\.md/)
    expect(git('diff', `main...${branch}`)).toContain('What auditors see')

    const lacking = await pet.release()
    expect(await pet.drover('ada', 'promotion', 'request', lacking.id, '--to', 'prod')).toMatchObject(refusedBy('hotfix.not-merged'))
    const decide = ['hotfix', 'decide', hotfixId, conflict, '--reason', 'The next release has a better name']
    expect(await pet.drover('grace', ...decide)).toMatchObject(refusedBy('hotfix.not-owner'))
    expect((await pet.drover('ada', ...decide)).code).toBe(0)
    const carrying = await pet.deploy()
    expect((await show()).state).toBe('merged')
    expect(await versionIn('prod')).toBe(carrying.version)
    expect((await namesIn(pet.prod)).slice(0, 2)).toEqual(['As the next release calls it', 'What auditors see'])
    expect(await columnsIn(pet.prod)).toEqual(expect.arrayContaining(['contoso_fix', 'contoso_next']))
    expect((await pet.drover('grace', 'board')).stdout).not.toContain(hotfixId)
    expect(await pet.drover('ada', 'promotion', 'request', next.id, '--to', 'prod')).toMatchObject(refusedBy('hotfix.not-merged'))
  })

  async function ask(stage: string): Promise<Parameters<PetStage['succeed']>[0]> {
    const asked = await pet.drover('ada', 'promotion', 'request', fixed.id, '--to', stage, '--json')
    expect([asked.code, asked.stderr]).toEqual([0, ''])
    const { promotion, unknown, gates } = JSON.parse(asked.stdout) as PromotionViewReply
    const { promotionId } = promotion.request
    // Nobody decides in its own Test, so whoever may ask answers for what nobody can tell.
    if (unknown.length > 0 && !gates.some(({ kind }) => kind === 'approval'))
      expect((await pet.drover('ada', 'promotion', 'acknowledge', promotionId, '--unknown', '--comment', 'Looked')).code).toBe(0)
    return promotionId
  }

  async function columnsIn(hand: Hand): Promise<readonly unknown[]> {
    const rows = await hand.rows(`EntityDefinitions(LogicalName='${inspection}')/Attributes?$select=LogicalName`)
    return rows.map((row) => row['LogicalName'])
  }
})

/** Production asks the board too, which a hotfix does not wait for. */
function withBoard(configuration: Configuration): Configuration {
  const cab = { kind: 'cab', people: [personId('carl')], quorum: 1, expiresAfterHours: 72 } as const
  return {
    ...configuration,
    pipelines: configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) =>
        stage.id === productionStage && !stage.gates.some(({ kind }) => kind === 'cab')
          ? { ...stage, gates: [...stage.gates, cab] }
          : stage,
      ),
    })),
  }
}

/** Gives an environment that is being made the connections that Test has, as people do, and tells the name that its address has. */
async function connected(pet: PetStage, id: string): Promise<string> {
  const pat = await pet.run.as('pat')
  const find = async () => granted(await pat.loadConfiguration()).configuration.environments.find((environment) => environment.id === id)
  await expect.poll(find).toBeDefined()
  const address = (await find())?.url.split('/').at(-1) ?? ''
  const control = await openPlatformControl(pet.stack)
  // Ids are of one environment: the settings that the pair lends name those of Test.
  for (const { reference, ...connection } of connectionsFor(pet.run.material.model, 'test'))
    await control.putConnection(address, {
      ...connection,
      id: `${connection.id.slice(0, -2)}ff`,
      ownerName: 'Service account',
      sharedWith: [deployerClient.objectId],
    })
  return address
}
