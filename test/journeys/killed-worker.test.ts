import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRows } from '../support/dataverse.ts'
import type { Rehearsal } from '../support/product.ts'
import { granted, prepareRelease, startStack, testStage } from '../support/product.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const entry = join(import.meta.dirname, '../support/dying-worker.mjs')

/** The points of an attempt at which power fails: around each step that does or records something. */
const cuts: readonly (readonly [step: string, phase: 'before' | 'after'])[] = [
  ['load', 'after'],
  ['observe', 'after'],
  ['stage', 'before'],
  ['stage', 'after'],
  ['choose-import-job', 'after'],
  ['start-import-0', 'before'],
  ['start-import-0', 'after'],
  ['follow-import-0', 'after'],
  ['read-import-result', 'after'],
  ['end-import', 'after'],
  ['verify', 'before'],
  ['verify', 'after'],
  ['finish', 'after'],
]

describe('a worker killed with -9 in the middle of an attempt', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal

  beforeAll(async () => {
    stack = await startStack({ hasWorker: false })
    run = await rehearseSample(stack.drover)
  })
  afterAll(() => stack?.stop())

  it.for(cuts)('%s, %s it: another worker goes on, and the import was started exactly once', async ([step, phase]) => {
    const healthy = startWorker('none', 'before')
    const release = await prepareRelease(run, 'ContosoInspection').finally(() => healthy.stop())

    const ada = await run.as('ada')
    const { promotionId } = granted(await ada.requestPromotion({ releaseId: release.id, stageId: testStage })).promotion.request
    const dying = startWorker(step, phase)
    expect(await dying.ended, 'the worker died in that step').toBe('SIGKILL')

    const successor = startWorker('none', 'before')
    const view = await awaitEnd(run, promotionId).finally(() => successor.stop())
    expect(view.promotion.status.state).toBe('succeeded')

    const jobs = await readRows(
      stack.drover,
      'test',
      "importjobs?$select=importjobid,solutionname,data&$filter=solutionname eq 'ContosoInspection'",
    )
    const ofThisVersion = jobs.filter((job) => String(job['data']).includes(`<Version>${release.version}</Version>`))
    expect(ofThisVersion).toHaveLength(1)
  })

  function startWorker(step: string, phase: string) {
    const child = spawn(
      process.execPath,
      ['--disable-warning=DeprecationWarning', entry, JSON.stringify(stack.drover.workerStart), step, phase],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))))
    return {
      ended,
      async stop() {
        child.kill('SIGKILL')
        await ended
      },
    }
  }
})
