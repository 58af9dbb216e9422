import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionViewReply, ReleaseReply, TrainViewReply } from '#contract'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import { control } from '../support/control.ts'
import { addRows } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { openPetStage, refusedBy, without } from '../support/pet-stage.ts'
import {
  granted,
  importIntoDev,
  personId,
  prepareRelease,
  productionStage,
  standardPipeline,
  testStage,
  until,
} from '../support/product.ts'

const names = ['Harbours', 'Boats', 'Crews', 'Watches', 'Entries'] as const
const view = '5a1e0000-0000-4000-8000-000000000001'
/** What going back changes of a row without changing what people see. */
const byTouch = ['@odata.etag', 'versionnumber', 'modifiedon', '_modifiedby_value']
const dora = toId<ReturnType<typeof personId>>('dora')

/* Each points to the one before: boats to harbours, crews to boats, watches to crews, entries to watches. One story: each chapter goes on from where the one before ended. */
describe('solutions that need each other, and people who are away', () => {
  let pet: PetStage

  beforeAll(async () => {
    pet = await openPetStage({ change: withHarbour, clockScale: 60 })
  })
  afterAll(() => pet?.stop())

  const states = ({ promotions }: TrainViewReply) => promotions.map(({ promotion }) => promotion.status.state)
  const stops = ['failed', 'errored', 'indeterminate']

  /** What Dev has of them. */
  async function release(...solutions: readonly HandMade[]): Promise<readonly ReleaseReply[]> {
    const releases: ReleaseReply[] = []
    for (const each of solutions) {
      await importIntoDev(pet.run, await handMade(each))
      releases.push(await prepareRelease(pet.run, each.name))
    }
    return releases
  }

  /** All five, in Test together. */
  async function releaseAll(major: number): Promise<readonly ReleaseReply[]> {
    const releases = await release(...solutionsOf(major))
    const waited = ['train', 'request', ...releases.toReversed().map(({ id }) => id), '--to', testStage, '--wait', '--json']
    const tested = await pet.drover('ada', ...waited)
    expect([tested.code, states(JSON.parse(tested.stdout) as TrainViewReply)]).toEqual([0, names.map(() => 'succeeded')])
    return releases
  }

  async function ask(releases: readonly ReleaseReply[], stage: string): Promise<string> {
    const asked = await pet.drover('ada', 'train', 'request', ...releases.map(({ id }) => id), '--to', stage, '--name', 'Harbour')
    expect([asked.code, asked.stderr]).toEqual([0, ''])
    expect(asked.stdout).toMatch(
      /1\s+Harbours [^]*2\s+Boats .* Harbours\n3\s+Crews .* Boats\n4\s+Watches .* Crews\n5\s+Entries .* Watches\n/,
    )
    return /train\s+(t-\S+)/.exec(asked.stdout)?.[1] ?? ''
  }

  async function ended(trainId: string): Promise<TrainViewReply> {
    const grace = await pet.run.as('grace')
    return until(
      async () => granted(await grace.loadTrain({ trainId })),
      (seen) => seen.train.endedAt !== undefined || states(seen).some((state) => stops.includes(state)),
    )
  }

  it('go in together in their order, at one word of each person: of a deputy where somebody is away', async () => {
    const trainId = await ask(await releaseAll(1), 'prod')
    const asWritten = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
    const delegate = ['people', 'delegate', '--to', 'dora', '--reason', 'Holiday', '--until']
    expect(await pet.drover('dora', 'train', 'approve', trainId, '--gate', 'approval')).toMatchObject(refusedBy('approval.not-named'))
    expect(await pet.drover('grace', ...delegate, '2099-01-01')).toMatchObject(refusedBy('at most 60 days'))
    expect(await pet.drover('grace', ...delegate, asWritten)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/deputy\s+dora/) as string,
    })
    const told = await pet.drover('dora', 'train', 'show', trainId)
    expect(told.stdout).toMatch(/Undecided for more than 0 h: told to Pat .*, Paul /)
    const board = (await pet.drover('dora', 'board')).stdout
    expect(board).toMatch(/train {2}Harbour → prod: Harbours .* → Boats .* → Crews .* → Watches .* → Entries /)
    expect(board).toMatch(/Waits for you\n {2}train Harbour: decide at approval; drover train show t-/)
    const [next = '', seen = ''] = /drover train approve \S+ --gate approval --seen (\S+),/.exec(told.stdout) ?? []
    expect(next).not.toBe('')
    expect(await pet.drover('ada', 'train', 'approve', trainId, '--gate', 'approval')).toMatchObject({ code: 3 })
    const said = await pet.drover('dora', 'train', 'approve', trainId, '--seen', seen, '--comment', 'Seen')
    expect(said.stdout).toMatch(/yes at approval by dora in the place of grace, .* for 5: Seen/)
    expect((await pet.drover('carl', 'train', 'approve', trainId)).code).toBe(0)
    expect(states(await ended(trainId))).toEqual(names.map(() => 'succeeded'))
  })

  /** What Production holds of the five: columns, the name of a view, and rows. */
  async function held() {
    const tables = ['hand_harbour', 'hand_boat', 'hand_crew', 'hand_watch', 'hand_entry']
    const columns = tables.map(async (table) => {
      const found = await pet.prod.rows(`EntityDefinitions(LogicalName='${table}')/Attributes?$select=LogicalName`)
      return found.map((each) => String(each['LogicalName'])).sort()
    })
    const rows = tables.map((table) => pet.prod.rows(`${table}s`))
    return {
      columns: await Promise.all(columns),
      view: (await pet.prod.rows(`savedqueries?$select=name&$filter=savedqueryid eq ${view}`)).map(({ name }) => name),
      rows: without(Object.fromEntries((await Promise.all(rows)).map((of, at) => [tables[at], of])), byTouch),
    }
  }

  it('go on by themselves wherever the worker dies, stop at the one that fails, and go the way back that is printed', async () => {
    const [harbour] = await addRows(pet.prod, 'hand_harbours', [{ hand_name: 'Bergen', hand_v1: 'deep' }])
    const at = { 'hand_harbourid@odata.bind': `/hand_harbours(${harbour ?? ''})` }
    await addRows(pet.prod, 'hand_boats', [{ hand_name: 'Argo', hand_v1: 'fast', ...at }])
    const before = await held()
    const trainId = await ask(await releaseAll(2), 'prod')
    await control(pet.stack, 'POST', '/faults', { kind: 'component-failure', environment: 'prod', components: ['SavedQuery:*'] })
    await pet.stopWorker()
    for (const who of ['grace', 'carl']) expect((await pet.drover(who, 'train', 'approve', trainId)).code).toBe(0)
    await pet.dieAt({ step: 'start-import', phase: 'before', time: 2 })
    await pet.dieAt({ step: 'start-import', phase: 'after' })
    await pet.startWorker()
    const stopped = await ended(trainId)
    expect(states(stopped)).toEqual(['succeeded', 'succeeded', 'failed', 'pending', 'pending'])
    await control(pet.stack, 'DELETE', '/faults', {})
    const shown = await pet.drover('ada', 'train', 'show', trainId)
    expect(shown.stdout).toContain('The import of Crews 2.0.0.1 into Production failed')
    expect((await held()).columns).not.toEqual(before.columns)

    const back = await pet.drover('ada', 'train', 'rollback', trainId)
    const commands = [...back.stdout.matchAll(/Ask for it: drover (rollback prod \S+)/g)].map(([, command = '']) => command.split(' '))
    expect(commands.map((command) => command.at(-1))).toEqual(['Crews', 'Boats', 'Harbours'])
    for (const command of commands) {
      const asked = await pet.drover('ada', ...command, '--reason', 'Its train failed', '--json')
      expect([asked.code, asked.stderr]).toEqual([0, ''])
      const { promotionId } = (JSON.parse(asked.stdout) as PromotionViewReply).promotion.request
      await pet.approve(promotionId)
      await pet.succeed(promotionId)
    }
    expect(await held()).toEqual(before)

    const afterwards = [...back.stdout.matchAll(/^Afterwards: drover (\S.*) --reason/gm)].map(([, command = '']) => command.split(' '))
    expect(afterwards).toEqual([
      ['train', 'withdraw', trainId],
      ['env', 'resume', 'prod', 'Crews'],
    ])
    for (const [at, who] of ['ada', 'grace'].entries())
      expect((await pet.drover(who, ...(afterwards[at] ?? []), '--reason', 'All three went back')).code).toBe(0)
    const again = await ask(await releaseAll(3), 'prod')
    for (const who of ['grace', 'carl']) expect((await pet.drover(who, 'train', 'approve', again)).code).toBe(0)
    expect(states(await ended(again))).toEqual(names.map(() => 'succeeded'))
    expect(without(Object.fromEntries(Object.entries((await held()).rows)), ['hand_v2', 'hand_v3'])).toEqual(before.rows)
  })

  it('are decided on by people who can leave and be forgotten, and the ledger verifies as before', async () => {
    const left = await pet.drover('pat', 'people', 'leave', 'dora')
    expect(left.stdout).toMatch(/If dora leaves, .*\n {2}✘ deputy {2}Grace \(approver\): They take the place/)
    const forget = ['people', 'forget', 'dora', '--reason', 'left the company']
    expect(await pet.drover('pat', ...forget)).toMatchObject(refusedBy('people.still-declared'))
    const { configuration } = granted(await (await pet.run.as('pat')).loadConfiguration())
    const file = join(pet.stack.workspace.folder, 'without-dora.yaml')
    await writeFile(file, JSON.stringify({ ...configuration, people: configuration.people.filter(({ id }) => id !== 'dora') }))
    expect(await pet.drover('pat', 'config', 'apply', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('person dora: Removed.') as string,
    })
    expect(await pet.drover('pat', ...forget)).toMatchObject(refusedBy('people.needs-second-person'))
    expect(await pet.drover('pat', ...forget)).toMatchObject(refusedBy('people.needs-second-person'))
    expect((await pet.drover('paul', ...forget)).stdout).toContain('dora is forgotten')
    expect(await pet.drover('grace', 'ledger', 'verify')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The ledger holds') as string,
    })
    const listed = await pet.drover('grace', 'promotion', 'list', '--json')
    expect(listed.stdout).not.toContain('Dora Deputy')
  })
})

function solutionsOf(major: number): readonly HandMade[] {
  const version = `${major}.0.0.0`
  const columns = Array.from({ length: major }, (_, at) => ({ name: `hand_v${at + 1}` }))
  const crews = { id: view, name: `Crews ${major}`, columns: ['hand_name'] }
  return [
    { name: 'Harbours', version, tables: [{ name: 'hand_harbour', columns }] },
    {
      name: 'Boats',
      version,
      tables: [{ name: 'hand_boat', columns }],
      lookups: [{ from: 'hand_boat', column: 'hand_harbourid', to: 'hand_harbour' }],
    },
    {
      name: 'Crews',
      version,
      tables: [{ name: 'hand_crew', columns, views: [crews] }],
      lookups: [{ from: 'hand_crew', column: 'hand_boatid', to: 'hand_boat' }],
    },
    {
      name: 'Watches',
      version,
      tables: [{ name: 'hand_watch', columns }],
      lookups: [{ from: 'hand_watch', column: 'hand_crewid', to: 'hand_crew' }],
    },
    {
      name: 'Entries',
      version,
      tables: [{ name: 'hand_entry', columns }],
      lookups: [{ from: 'hand_entry', column: 'hand_watchid', to: 'hand_watch' }],
    },
  ]
}

/** The sample and five solutions more; Production asks the board too; Dora can take the place of Grace; no decision takes a working day. */
function withHarbour(configuration: Configuration): Configuration {
  const [governed] = configuration.solutions
  if (governed === undefined) throw new Error('the sample is governed')
  const settings = { environmentVariables: {}, connectionReferences: {}, flows: {} }
  const others = names.map((uniqueName) => ({ ...governed, uniqueName, settings: { [testStage]: settings, [productionStage]: settings } }))
  const cab = { kind: 'cab', people: [personId('carl')], quorum: 1, expiresAfterHours: 72 } as const
  return {
    ...configuration,
    people: [...configuration.people, { id: dora, name: 'Dora Deputy', roles: ['approver'] }],
    solutions: [governed, ...others],
    pipelines: configuration.pipelines.map((pipeline) =>
      pipeline.id === standardPipeline
        ? {
            ...pipeline,
            stages: pipeline.stages.map((stage) => (stage.id === productionStage ? { ...stage, gates: [...stage.gates, cab] } : stage)),
          }
        : pipeline,
    ),
    policy: {
      demands: [],
      ...configuration.policy,
      values: [
        ...(configuration.policy?.values ?? []),
        { path: 'people.escalation.cab.afterHours', value: 0, reason: 'Others are told at once here' },
      ],
    } as Configuration['policy'],
  }
}
