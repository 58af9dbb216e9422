import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DriftReply } from '#contract'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { handIn, patchRow, readRows } from '../support/dataverse.ts'
import { runDrover } from '../support/run-drover.ts'
import type { Rehearsal } from '../support/product.ts'
import { approveAll, granted, prepareRelease, productionStage, promote, startStack, testStage, until } from '../support/product.ts'
import type { Cut, WorkerToKill } from '../support/worker-to-kill.ts'
import { startWorkerToKill } from '../support/worker-to-kill.ts'
import { rehearseSample } from '../support/world-of-one.ts'

const solution = 'ContosoInspection'
const prod = toId<EnvironmentId>('prod')

/* One story: production's own change is found, registered, outlives a release, is brought back to Dev, and is gone when its release lands. */
describe('a change by hand in production', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let worker: WorkerToKill
  let views: readonly { readonly id: string; readonly name: string }[]

  beforeAll(async () => {
    stack = await startStack({ hasWorker: false })
    run = await rehearseSample(stack.drover)
    worker = await startWorkerToKill(stack.drover)
    await release()
    const rows = await readRows(
      stack.drover,
      'prod',
      "savedqueries?$select=savedqueryid,name&$filter=returnedtypecode eq 'contoso_inspection'",
    )
    views = rows.map((row) => ({ id: String(row['savedqueryid']), name: String(row['name']) })).sort((a, b) => (a.id < b.id ? -1 : 1))
  })
  afterAll(async () => {
    await worker?.kill()
    await stack?.stop()
  })

  const idOf = (at: number): string => `SavedQuery:${views[at]?.id ?? ''}`

  async function release(): Promise<string> {
    const made = await prepareRelease(run, solution)
    await promote(run, { releaseId: made.id, stageId: testStage }, async (view) => approveAll(run, view))
    await promote(run, { releaseId: made.id, stageId: productionStage }, async (view) => approveAll(run, view))
    return made.version
  }

  /** As a maker does it: the change shows when it is published. */
  async function edit(at: number, name: string): Promise<void> {
    await patchRow(stack.drover, 'prod', `savedqueries(${views[at]?.id ?? ''})`, { name })
    await (await handIn(stack.drover, 'prod', 'maker')).do({ method: 'POST', path: 'PublishAllXml', body: {} })
  }

  async function look(): Promise<DriftReply> {
    return granted(await (await run.as('ada')).watchDrift({ environmentId: prod }))
  }

  function classOf(view: DriftReply, id: string): string | undefined {
    return view.assessment?.deviations.find((deviation) => deviation.id === id)?.class
  }

  function git(...args: readonly string[]): string {
    return execFileSync('git', ['-C', join(stack.drover.workspace.folder, 'source.git'), ...args], { encoding: 'utf8' }).trimEnd()
  }

  async function transports(): Promise<readonly unknown[]> {
    return readRows(stack.drover, 'prod', "solutions?$select=uniquename&$filter=startswith(uniquename,'DroverTransport')")
  }

  it('is none right after a deployment', async () => {
    const view = await look()
    expect(view.assessment?.deviations.filter(({ class: kind }) => kind !== 'foreign-solution')).toEqual([])
    expect(view.solutions).toMatchObject([{ solution, open: 0 }])
  })

  it('is found with who made it, and shows on the board', async () => {
    await edit(0, 'Inspections that auditors see')
    await edit(1, 'A slip of the hand')
    const view = await look()
    expect(view.assessment?.deviations.filter(({ class: kind }) => kind === 'unregistered').map(({ id }) => id)).toEqual([idOf(0), idOf(1)])
    const found = view.assessment?.deviations.find(({ id }) => id === idOf(0))
    expect(found).toMatchObject({ solution, origin: 'by-hand', who: { name: expect.stringMatching(/maker/i) as string } })
    const board = granted(await (await run.as('ada')).loadBoard())
    const stages = board.pipelines.flatMap(({ stagesWithState }) => stagesWithState)
    const shown = stages.filter(({ environment }) => environment.id === 'prod').flatMap(({ deployments }) => deployments)
    expect(shown.map(({ openChanges }) => openChanges)).toContain(2)
  })

  it('ends the command with 7 for a pipeline, and is told to people in words', async () => {
    const access = { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: await stack.drover.issueToken('ada') }
    const told = await runDrover(['drift', 'prod', '--exit-code'], access)
    expect([told.code, told.stdout]).toEqual([
      7,
      expect.stringMatching(/ContosoInspection \S+ \+2\n[\s\S]*was changed by hand in this environment\. \(Makers in Dev/),
    ])
    expect((await runDrover(['drift', 'prod', '--json'], access)).code).toBe(0)
    expect((await runDrover(['env', 'list'], access)).stdout).toMatch(/ContosoInspection \S+ \+2/)
    expect((await runDrover(['tweak', 'list'], access)).stdout).toContain('No tweaks are registered.')
  })

  it('is accepted by the owner of the solution and by nobody else, and stays through a release', async () => {
    const word = {
      environmentId: prod,
      deviation: idOf(0),
      reason: 'Auditors',
      owner: toId<PersonId>('grace'),
      days: 30,
      decision: 'back-port',
    } as const
    const refused = await (await run.as('bea')).acceptDeviation(word)
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'drift.not-allowed' } })
    const accepted = granted(await (await run.as('ada')).acceptDeviation(word))
    expect(classOf(accepted, idOf(0))).toBe('tweak')
    await release()
    expect(classOf(await look(), idOf(0))).toBe('tweak')
  })

  it('is taken away by two people, the layer saved first, however often the worker is killed with -9', async () => {
    const [ada, grace] = [await run.as('ada'), await run.as('grace')]
    const named = { environmentId: prod, deviation: idOf(1) }
    const asked = granted(await ada.revertDeviation({ ...named, reason: 'A slip' }))
    expect(asked.plan?.lines.join(' ')).toContain(`users will see what ${solution} says`)
    expect(await ada.confirmRevert(named)).toMatchObject({ ok: false, refusal: { code: 'drift.same-person' } })
    await worker.kill()
    granted(await grace.confirmRevert(named))
    await dieAround(['look-before', 'save', 'remove-layer', 'finish'])
    worker = await startWorkerToKill(stack.drover)
    const ended = await awaitDisposition(idOf(1))
    expect(ended).toMatchObject({ kind: 'revert', state: 'done', savedAs: expect.stringContaining('sha256:') as string })
    const [row] = await readRows(stack.drover, 'prod', `savedqueries?$select=name&$filter=savedqueryid eq ${views[1]?.id ?? ''}`)
    expect(row?.['name']).toBe(views[1]?.name)
    expect(classOf(await look(), idOf(1))).toBeUndefined()
    expect(await transports()).toEqual([])
  })

  it('is adopted onto a branch, however often the worker is killed with -9, and no transport is left', async () => {
    await worker.kill()
    granted(await (await run.as('ada')).adoptDeviations({ environmentId: prod, deviations: [idOf(0)] }))
    const steps = ['load', 'make-transport', 'start-export', 'keep-export', 'remove-transport', 'propose']
    await dieAround(steps)
    worker = await startWorkerToKill(stack.drover)
    const ended = await awaitDisposition(idOf(0))
    expect(ended).toMatchObject({ kind: 'adopt', state: 'proposed' })
    expect(await transports()).toEqual([])
    const branch = ended?.kind === 'adopt' ? (ended.branch ?? '') : ''
    expect(git('diff', '--name-only', `main...${branch}`).split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^solutions/${solution}/Entities/.*/SavedQueries/.*${views[0]?.id ?? ''}`, 'i')),
    ])
    expect(git('diff', `main...${branch}`)).toContain('Inspections that auditors see')
    expect(git('log', '-1', '--format=%an%n%B', branch)).toContain('Inspections that auditors see')
    expect(git('rev-list', '--count', `main..${branch}`)).toBe('1')
  })

  it('leaves the drift when a release that carries it is deployed', async () => {
    await patchRow(stack.drover, 'dev', `savedqueries(${views[0]?.id ?? ''})`, { name: 'Inspections that auditors see' })
    await release()
    const view = await look()
    expect(classOf(view, idOf(0))).toBeUndefined()
    expect(view.record.dispositions[idOf(0)]).toMatchObject({ kind: 'adopt', state: 'released' })
    expect(view.record.tweaks.map(({ endedWhy }) => endedWhy)).toEqual(['The release that is deployed carries it.'])
  })

  it('comes back when somebody changes the component again', async () => {
    await edit(0, 'Changed once more')
    expect(classOf(await look(), idOf(0))).toBe('unregistered')
  })

  it('that Dev changed otherwise is proposed with both sides in a page of its own, and the source as Dev has it', async () => {
    await patchRow(stack.drover, 'dev', `savedqueries(${views[0]?.id ?? ''})`, { name: 'As Dev wants it' })
    await prepareRelease(run, solution)
    granted(await (await run.as('grace')).adoptDeviations({ environmentId: prod, deviations: [idOf(0)] }))
    const ended = await awaitDisposition(idOf(0))
    expect(ended).toMatchObject({
      kind: 'adopt',
      state: 'proposed',
      note: expect.stringContaining('the branch has what Dev says') as string,
    })
    const branch = ended?.kind === 'adopt' ? (ended.branch ?? '') : ''
    const [page, ...others] = git('diff', '--name-only', `main...${branch}`).split('\n')
    expect(others).toEqual([])
    expect(git('show', `${branch}:${page ?? ''}`)).toMatch(/Changed once more[\s\S]*As Dev wants it/)
  })

  /** One worker after the other dies before and after each step. */
  async function dieAround(steps: readonly string[]): Promise<void> {
    const cuts = steps.flatMap((step): Cut[] => [
      { step, phase: 'before' },
      { step, phase: 'after' },
    ])
    for (const cut of cuts) {
      const dying = await startWorkerToKill(stack.drover, cut)
      expect(await dying.endsAs(), `the worker died ${cut.phase} ${cut.step}`).toBe('SIGKILL')
    }
  }

  async function awaitDisposition(id: string) {
    const ada = await run.as('ada')
    const view = await until(
      async () => granted(await ada.loadDrift({ environmentId: prod })),
      (seen) => seen.record.dispositions[id]?.state !== 'running',
    )
    return view.record.dispositions[id]
  }
})
