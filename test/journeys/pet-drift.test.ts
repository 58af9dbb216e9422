import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DriftReply, PlanReply } from '#contract'
import type { ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  granted,
  importIntoDev,
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

const solution = 'ContosoInspection'

/* One story of a pet: a tweak of a view and one of a form live through three releases, come back by a fourth, and leave nothing behind. */
describe('tweaks of production', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let prod: Hand
  let dev: Hand
  let view: string
  let form: string
  let clone: string

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
    ;[prod, dev] = [await handIn(stack.drover, 'prod', 'maker'), await handIn(stack.drover, 'dev', 'maker')]
    clone = await mkdtemp(join(tmpdir(), 'drover-source-'))
    await land(await prepare())
    const [views, forms] = [
      await prod.rows(ofTable('savedqueries', 'returnedtypecode')),
      await prod.rows(ofTable('systemforms', 'objecttypecode')),
    ]
    view = String(views.find(({ name }) => name === 'Active Inspections')?.['savedqueryid'])
    form = String(forms[0]?.['formid'])
  })
  afterAll(async () => {
    await stack?.stop()
    await rm(clone, { recursive: true, force: true })
  })

  const ofTable = (set: string, column: string): string => `${set}?$filter=${column} eq 'contoso_inspection'`
  const ids = (): readonly string[] => [`SavedQuery:${view}`, `SystemForm:${form}`]

  async function prepare(): Promise<{ readonly id: ReleaseId; readonly version: string }> {
    return prepareRelease(run, solution)
  }

  async function land({ id }: { readonly id: ReleaseId }): Promise<void> {
    for (const stageId of [testStage, productionStage])
      await promote(run, { releaseId: id, stageId }, async (each) => approveAll(run, each))
  }

  async function drover(who: string, ...args: readonly string[]): Promise<Ran> {
    const token = await stack.drover.issueToken(toId(who))
    return runDrover(args, { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: token })
  }

  async function look(): Promise<DriftReply> {
    return granted(await (await run.as('ada')).watchDrift({ environmentId: toId('prod') }))
  }

  /** Class of each of the two, and how many open changes the solution has. */
  async function standing(): Promise<readonly unknown[]> {
    const { assessment, solutions } = await look()
    const classOf = (id: string) => assessment?.deviations.find((deviation) => deviation.id === id)?.class
    return [...ids().map(classOf), solutions[0]?.open]
  }

  /** As a maker does it: the change shows when it is published. */
  async function edit(hand: Hand, path: string, body: object): Promise<void> {
    await hand.do({ method: 'PATCH', path, body })
    await hand.do({ method: 'POST', path: 'PublishAllXml', body: {} })
  }

  async function textOf(path: string, column: string): Promise<string> {
    return String((await prod.do({ method: 'GET', path: `${path}?$select=${column}` })).json[column])
  }

  function git(...args: readonly string[]): string {
    return execFileSync('git', ['-C', join(stack.drover.workspace.folder, 'source.git'), ...args], { encoding: 'utf8' }).trimEnd()
  }

  it('are found right after the import that they follow, with who and when', async () => {
    const fetchxml = await textOf(`savedqueries(${view})`, 'fetchxml')
    const formxml = await textOf(`systemforms(${form})`, 'formxml')
    await edit(prod, `savedqueries(${view})`, {
      fetchxml: fetchxml.replace('attribute="contoso_name" descending="false"', 'attribute="contoso_name" descending="true"'),
    })
    await edit(prod, `systemforms(${form})`, {
      name: 'Inspection of the city',
      formxml: formxml.replace('description="General"', 'description="What the city wants"'),
    })
    const found = await drover('ada', 'drift', 'prod', '--exit-code')
    expect([found.code, found.stdout]).toEqual([7, expect.stringMatching(/ContosoInspection \S+ \+2\n/)])
    // Forms do not tell who edited them.
    expect(found.stdout).toMatch(/View Active Inspections .* was changed by hand in this environment\. \(Makers in Dev, 20\S+ \S+ UTC\)/)
    expect(found.stdout).toMatch(/Form Information .* was changed by hand in this environment\. \(20\S+ \S+ UTC\)/)
    expect(await standing()).toEqual(['unregistered', 'unregistered', 2])
  })

  it('are registered, and outlive three releases whose plans say that they are touched', async () => {
    for (const id of ids()) {
      const accepted = await drover(
        'ada',
        'drift',
        'accept',
        'prod',
        id,
        '--reason',
        'Auditors',
        '--owner',
        'grace',
        '--days',
        '30',
        '--then',
        'back-port',
      )
      expect([accepted.code, accepted.stderr]).toEqual([0, ''])
    }
    expect((await drover('ada', 'drift', 'prod', '--exit-code')).code).toBe(0)
    const tweak = await textOf(`savedqueries(${view})`, 'fetchxml')
    for (const round of [1, 2, 3]) {
      await edit(dev, `savedqueries(${view})`, { name: `Inspections ${round}` })
      await edit(dev, `systemforms(${form})`, { description: `Release ${round}` })
      const made = await prepare()
      const planned = await drover('ada', 'plan', made.id, '--to', 'prod', '--json')
      const { content } = (JSON.parse(planned.stdout) as { plan: PlanReply }).plan
      const touched = content
        .filter(({ tweakId }) => tweakId !== undefined)
        .map(({ kind, key, effect, winner }) => [`${kind}:${key}`, effect, winner])
      expect(touched.sort()).toEqual([
        [ids()[0], 'hide', 'Active'],
        [ids()[1], 'change', 'Active'],
      ])
      await land(made)
      expect(await standing(), `after release ${round}`).toEqual(['tweak', 'tweak', 0])
      expect(await textOf(`savedqueries(${view})`, 'fetchxml')).toBe(tweak)
    }
  })

  it('are adopted onto one branch with a difference that people can read, and land with the release that a maker makes of it', async () => {
    const adopted = await drover('ada', 'drift', 'adopt', 'prod', ...ids())
    expect([adopted.code, adopted.stderr]).toEqual([0, expect.any(String)])
    const branch = /Proposed on branch (\S+)\./.exec(adopted.stdout)?.[1] ?? ''
    const difference = git('diff', `main...${branch}`)
    const lines = difference
      .split('\n')
      .filter((line) => /^[+-](?![+-])/.test(line))
      .map((line) => line.trim())
    expect(lines.join('\n')).toMatch(/What the city wants/)
    expect(lines.length).toBeLessThan(8)
    expect(git('log', '-1', '--format=%B', branch)).toContain('Bring back 2 changes of ContosoInspection from Production')
    execFileSync('git', ['clone', '-q', '-b', branch, join(stack.drover.workspace.folder, 'source.git'), clone])
    const zip = join(clone, 'merged.zip')
    const packed = await runDrover(['solution', 'pack', join(clone, 'solutions', solution), '--out', zip, '--type', 'unmanaged'])
    expect([packed.code, packed.stderr]).toEqual([0, expect.any(String)])
    await importIntoDev(run, await readFile(zip))
    await land(await prepare())
    expect(await standing()).toEqual([undefined, undefined, 0])
  })

  it('leave layers that repeat their release: these are named, and taken away so that the next release shows', async () => {
    const seen = await drover('ada', 'drift', 'prod', '--exit-code')
    expect([seen.code, seen.stdout]).toEqual([0, expect.stringContaining('Left over from adopted changes (2)')])
    for (const id of ids()) {
      const asked = await drover('ada', 'drift', 'revert', 'prod', id, '--reason', 'It came back by a release')
      expect([asked.code, asked.stderr]).toEqual([0, ''])
      expect(await standing(), 'while it waits for a second person').toEqual([undefined, undefined, 0])
      const confirmed = await drover('grace', 'drift', 'revert', 'prod', id, '--confirm')
      expect([confirmed.code, confirmed.stdout]).toEqual([0, expect.any(String)])
    }
    expect((await drover('ada', 'drift', 'prod', '--exit-code')).stdout).not.toContain('Left over')
    expect(await textOf(`savedqueries(${view})`, 'fetchxml')).toContain('descending="true"')
    await edit(dev, `savedqueries(${view})`, { name: 'Shown at last' })
    await land(await prepare())
    expect(await textOf(`savedqueries(${view})`, 'name')).toBe('Shown at last')
  })

  it('can be adopted where changes by hand are blocked, which shuts out makers, and neither releases nor their values', async () => {
    await edit(prod, `savedqueries(${view})`, { name: 'The last tweak' })
    await drover('pat', 'env', 'protect', 'prod', '--yes', '--reason', 'Changes come by releases')
    expect((await drover('grace', 'env', 'protect', 'prod', '--yes')).code).toBe(0)
    expect((await prod.ask({ method: 'PATCH', path: `savedqueries(${view})`, body: { name: 'One more' } })).status).toBe(403)
    expect(await standing()).toEqual(['unregistered', undefined, 1])
    const adopted = await drover('ada', 'drift', 'adopt', 'prod', `SavedQuery:${view}`)
    expect([adopted.code, adopted.stdout]).toEqual([0, expect.stringContaining('Proposed on branch')])
    expect(await prod.rows("solutions?$select=uniquename&$filter=startswith(uniquename,'DroverTransport')")).toEqual([])
    await edit(dev, `savedqueries(${view})`, { name: 'The last tweak' })
    await changeValues('from the ledger')
    await land(await prepare())
    expect(await standing()).toEqual([undefined, undefined, 0])
    const values = await prod.rows('environmentvariablevalues?$select=value')
    expect(values.map(({ value }) => value)).toContain('from the ledger')
  })

  /** In the configuration, from where the next release takes them. */
  async function changeValues(to: string): Promise<void> {
    const { configuration } = granted(await (await run.as('pat')).loadConfiguration())
    // The configuration in force as the file says it, which is what localConfiguration makes too.
    const solutions = configuration.solutions as unknown as Parameters<typeof localConfiguration>[0]['solutions']
    const changed = solutions.map((governed) => {
      const settings = governed.settings[productionStage]
      if (settings === undefined) return governed
      const environmentVariables = Object.fromEntries(Object.keys(settings.environmentVariables).map((name) => [name, to]))
      return { ...governed, settings: { ...governed.settings, [productionStage]: { ...settings, environmentVariables } } }
    })
    await applyByTwo(run, localConfiguration({ platformUrl: stack.drover.platformUrl, solutions: changed }))
  }
})
