import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { handMade } from '../conformance/hand-made.ts'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import type { PlatformControl } from '../../src/app/platform-control.ts'
import {
  deployerClient,
  governed,
  granted,
  importIntoDev,
  loadMaterialFromBytes,
  openPlatformControl,
  prepareRelease,
  promote,
  startStack,
  testStage,
} from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'
import type { Rehearsal, RunningDrover } from '../support/product.ts'
import type { WorkerToKill } from '../support/worker-to-kill.ts'
import { killAtEveryStep, startWorkerToKill } from '../support/worker-to-kill.ts'
import { rehearseSample } from '../support/world-of-one.ts'

const boats = {
  name: 'Boats',
  version: '1.0.0.0',
  tables: [
    { name: 'hand_harbour', columns: [{ name: 'hand_town' }] },
    {
      name: 'hand_boat',
      columns: [{ name: 'hand_length' }],
      views: [{ id: '0b0a1c1e-0000-4000-8000-000000000001', name: 'All boats', columns: ['hand_name'] }],
    },
  ],
}
/** Kinds of step of a rebuild at which a worker dies for certain: what was asked of the platform is done, and not recorded. */
const rebuildSteps = [
  'delete-environment',
  'create-environment',
  'register',
  'import-Boats',
  'record-Boats',
  'compare-rest',
  'record-rebuilt',
]

interface Rebuild {
  readonly id: string
  readonly status: {
    readonly state: string
    readonly comparisons: readonly { readonly isEqual: boolean; readonly notes: readonly string[] }[]
    readonly steps: readonly { readonly who: string; readonly where: string; readonly what: string }[]
  }
  readonly machineMs: number
  readonly humanMs: number
}

/* One stack whose Dev and Test are thrown away and come back; its worker is a process of its own, which can die. */
describe('cattle', () => {
  let stack: RunningDrover
  let stop: () => Promise<void>
  let run: Rehearsal
  let worker: WorkerToKill | undefined
  let control: PlatformControl

  beforeAll(async () => {
    const started = await startStack({ hasWorker: false, clockScale: 100 })
    ;[stack, stop] = [started.drover, started.stop]
    worker = await startWorkerToKill(stack)
    control = await openPlatformControl(stack)
    const unmanaged = await handMade(boats)
    const material = await loadMaterialFromBytes(unmanaged)
    if (!material.ok) throw new Error(material.refusal.message)
    const boatsGoverned = governed(material.value, 2)
    run = await rehearseSample(stack, 2, (configuration) => ({ ...configuration, solutions: [...configuration.solutions, boatsGoverned] }))
    await importIntoDev(run, unmanaged)
    // The source of both is committed; only Boats, which needs no connection of anybody, goes on into Test.
    await prepareRelease(run, 'ContosoInspection')
    const release = await prepareRelease(run, 'Boats')
    await promote(run, { releaseId: release.id, stageId: testStage }, async () => undefined)
  })
  afterAll(async () => {
    await worker?.kill()
    await stop?.()
  })

  it('that is a Test environment is deleted and rebuilt to equality without a person, though a worker dies at every step', async () => {
    const before = await addressOf('test')
    await byHand(await handIn(stack, 'test', 'maker'))
    const told = await drover('grace', 'env', 'rebuild', 'test')
    expect([told.code, told.stdout]).toEqual([0, expect.stringMatching(/deleted and made anew[^]*Boats[^]*Nothing was changed/) as string])
    await worker?.kill()
    worker = undefined
    let isOver = false
    const ended = rebuild('test').finally(() => (isOver = true))
    const died = await killAtEveryStep(stack, { isOver: async () => isOver, always: rebuildSteps })
    expect(died).toEqual(expect.arrayContaining(rebuildSteps))
    worker = await startWorkerToKill(stack)
    expectEqual(await ended)
    expect(await addressOf('test')).not.toBe(before)
    expect((await solutionsIn('test')).filter((name) => ['Boats', 'Weeds'].includes(name))).toEqual(['Boats'])
  })

  it('is rebuilt a second time, and says how long machines and people took', async () => {
    const again = await rebuild('test')
    expectEqual(again)
    expect([again.machineMs > 0, again.humanMs]).toEqual([true, 0])
    const told = await drover('grace', 'env', 'list')
    expect(told.stdout).not.toMatch(/test .*never rebuilt/i)
  })

  it('takes no pet for one of its own, by name or by address', async () => {
    const pet = await drover('pat', 'env', 'rebuild', 'prod', '--yes')
    expect([pet.code, pet.stderr]).toEqual([3, expect.stringContaining('PET-02') as string])
    const gone = await drover('pat', 'env', 'remove', 'prod', '--name', 'Production', '--yes')
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('PET-02') as string])
  })

  it('that is Dev comes back from Git as far as machines can, names the connections that a person must make, and goes on to equality', async () => {
    await connectAndBind('a', 'b')
    const stopped = await rebuild('dev', 6)
    expect(stopped.status.state).toBe('waiting')
    expect(stopped.status.steps.map(({ who, what }) => [who, what])).toEqual([
      ['Maria', expect.stringContaining('shared_') as string],
      ['Maria', expect.stringContaining('shared_') as string],
    ])
    expect(await solutionsIn('dev')).toContain('Boats')
    await connect('c', 'shared_office365', 'Mail of the team')
    await connect('d', 'shared_commondataserviceforapps', 'Dataverse')
    const ended = JSON.parse((await drover('grace', 'env', 'rebuild', 'dev', '--resume', '--json')).stdout) as Rebuild
    expectEqual(ended)
    expect(ended.status.comparisons.flatMap(({ notes }) => notes)).toContainEqual(expect.stringContaining('says what its source says'))
    expect([ended.machineMs > 0, ended.humanMs > 0]).toEqual([true, true])
  })

  it('is made from a branch with an owner, a reason and an end, kept with a reason, and removed by itself when its end has come', async () => {
    execFileSync('git', ['--git-dir', join(stack.workspace.folder, 'source.git'), 'branch', 'feature/sails', 'HEAD'])
    const make = (name: string, ...more: readonly string[]) =>
      drover(
        'pat',
        'env',
        'create',
        name,
        '--for',
        'feature',
        '--owner',
        'ada',
        '--justification',
        'Sails on boats',
        '--currency',
        'EUR',
        ...more,
      )
    const from = ['--solution', 'Boats', '--from', 'feature/sails']
    const kept = await make('Sails', ...from, '--days', '20')
    expect([kept.code, kept.stderr]).toEqual([0, ''])
    expect(await solutionsIn('sails')).toContain('Boats')
    const until = new Date(Date.now() + 60 * 86_400_000).toISOString()
    expect(await drover('ada', 'env', 'keep', 'sails', '--until', until, '--reason', '')).toMatchObject({ code: 3 })
    expect(await drover('ada', 'env', 'keep', 'sails', '--until', until, '--reason', 'Not done yet')).toMatchObject({ code: 0 })
    const pat = await run.as('pat')
    const short = {
      name: 'Short',
      kind: 'feature',
      owner: toId<PersonId>('ada'),
      justification: 'To see it go',
      currency: 'EUR',
    } as const
    // A day would be long for a test.
    granted(await pat.createCattle({ ...short, like: toId<EnvironmentId>('dev'), days: 20 / 86_400 }))
    await expect.poll(configured).toContain('short')
    await expect.poll(configured).not.toContain('short')
    expect(await drover('ada', 'env', 'remove', 'sails', '--name', 'sails', '--yes')).toMatchObject({ code: 3 })
    expect(await drover('ada', 'env', 'remove', 'sails', '--name', 'Sails', '--yes')).toMatchObject({ code: 0 })
    expect(await configured()).not.toContain('sails')
  })

  async function drover(who: string, ...args: readonly string[]) {
    return runDrover(args, { DROVER_SERVER: stack.url, DROVER_TOKEN: await stack.issueToken(toId(who)) })
  }

  async function rebuild(environment: string, code = 0): Promise<Rebuild> {
    const ran = await drover('grace', 'env', 'rebuild', environment, '--yes', '--json')
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return JSON.parse(ran.stdout) as Rebuild
  }

  async function configured(): Promise<readonly string[]> {
    const ran = await drover('pat', 'env', 'list', '--json')
    return (JSON.parse(ran.stdout) as { readonly environments: readonly { readonly id: string }[] }).environments.map(({ id }) => id)
  }

  async function addressOf(id: string): Promise<string> {
    const rows = await (await handIn(stack, id, 'deployer')).rows('organizations?$select=organizationid')
    return String(rows[0]?.['organizationid'])
  }

  async function solutionsIn(id: string): Promise<readonly string[]> {
    const ran = await drover('pat', 'env', 'show', id, '--json')
    const { solutions } = JSON.parse(ran.stdout) as { readonly solutions: readonly { readonly uniqueName: string }[] }
    return solutions.map(({ uniqueName }) => uniqueName)
  }

  function connect(letter: string, connector: string, displayName: string): Promise<void> {
    const connectorId = `/providers/Microsoft.PowerApps/apis/${connector}`
    return control.putConnection('dev', {
      id: letter.repeat(32),
      connectorId,
      displayName,
      ownerName: 'Maria',
      sharedWith: [deployerClient.objectId],
    })
  }

  async function connectAndBind(mail: string, rows: string): Promise<void> {
    await connect(mail, 'shared_office365', 'Mail of the team')
    await connect(rows, 'shared_commondataserviceforapps', 'Dataverse')
    const dev = await handIn(stack, 'dev', 'deployer')
    for (const [name, letter] of [
      ['contoso_Office365Outlook', mail],
      ['contoso_Dataverse', rows],
    ] as const) {
      const [found] = await dev.rows(`connectionreferences?$filter=connectionreferencelogicalname eq '${name}'`)
      const path = `connectionreferences(${String(found?.['connectionreferenceid'])})`
      await dev.do({ method: 'PATCH', path, body: { connectionid: letter.repeat(32) } })
    }
  }
})

/** What somebody made there and nobody brought. */
async function byHand(hand: Hand): Promise<void> {
  const file = await handMade({ name: 'Weeds', version: '1.0', tables: [{ name: 'hand_weed' }] })
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    ImportJobId: crypto.randomUUID(),
    CustomizationFile: Buffer.from(file).toString('base64'),
  }
  await hand.do({ method: 'POST', path: 'ImportSolution', body })
}

function expectEqual({ status }: Rebuild): void {
  expect([status.state, status.comparisons?.filter(({ isEqual }) => !isEqual)], JSON.stringify(status)).toEqual(['done', []])
}
