import { describe, expect, it } from 'vitest'
import { DroverError, toId } from '#domain/kernel'
import type { SolutionImport } from '#engine/ports'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import type { AttemptFacts, AttemptRun } from '../promotion/run.ts'
import { importSolution } from './import.ts'

/** A target that plays one scripted answer per call; what is not scripted must not be called. */
interface Script {
  readonly start: readonly ('ok' | 'unreachable' | 'ambiguous')[]
  readonly find?: readonly ('absent' | 'found' | 'no-answer')[]
}

function scriptedTarget(script: Script) {
  const starts = [...script.start]
  const finds = [...(script.find ?? [])]
  const sent: string[] = []
  const target: Partial<SolutionImport> = {
    async startImport(start) {
      sent.push(start.importJobId)
      const next = starts.shift()
      if (next === 'ok') return { asyncOperationId: 'operation' }
      throw new DroverError(next === 'unreachable' ? 'dataverse.unreachable' : 'dataverse.ambiguous', 'no luck')
    },
    async findImport() {
      const next = finds.length > 1 ? finds.shift() : finds[0]
      if (next === 'no-answer') throw new DroverError('dataverse.unreachable', 'nobody there', { isRetryable: true })
      return next === 'found'
        ? { found: true, asyncOperationId: 'operation', isFinished: false }
        : { found: false, asyncOperationId: undefined, isFinished: false }
    },
    fetchOperation: async () => ({ state: 'succeeded' }),
    fetchImportResult: async () => ({ isPassed: true, errors: [], warnings: [], failedComponents: [] }),
  }
  return { target, sent }
}

const facts: AttemptFacts = { layersBefore: [], uploadId: 'upload', importJobId: '', earlierImport: null }

function attempt(script: Script) {
  const { target, sent } = scriptedTarget(script)
  const ledger = createFakeLedger()
  let ids = 0
  // Only what an import step touches is there; anything else would fail the test loudly.
  const run = {
    deps: {
      ledger,
      ids: { guid: () => `job-${++ids}` },
      pace: { pollMs: 1, settleMs: 3, operationTimeoutMs: 100, startAttempts: 3, retryMs: 1 },
      pause: async () => undefined,
    },
    ctx: { step: (_name: string, fn: () => Promise<unknown>) => fn(), sleep: async () => undefined },
    promotionId: toId('p-1'),
    attemptId: toId('a-1'),
    request: {
      solution: 'Contoso',
      version: toId('1.0.0.1'),
      plan: { mode: 'install', parameters: { connectionReferences: [], environmentVariables: [] } },
    },
    environment: { name: 'Test' },
    target,
    checkLease: async () => undefined,
  } as unknown as AttemptRun
  return { run, sent, ledger }
}

describe('starting an import', () => {
  it('sends it once when the environment answers', async () => {
    const { run, sent } = attempt({ start: ['ok'] })
    expect((await importSolution(run, facts)).end).toBe('done')
    expect(sent).toEqual(['job-1'])
  })

  it('sends it again, under the same job id, when it certainly did not arrive', async () => {
    const { run, sent } = attempt({ start: ['unreachable', 'ok'] })
    expect((await importSolution(run, facts)).end).toBe('done')
    expect(sent).toEqual(['job-1', 'job-1'])
  })

  it('follows the job that it finds when the connection dropped after the environment accepted it', async () => {
    const { run, sent } = attempt({ start: ['ambiguous'], find: ['absent', 'found'] })
    expect((await importSolution(run, facts)).end).toBe('done')
    expect(sent).toHaveLength(1)
  })

  it('sends it again when the environment does not know the job after the settle window', async () => {
    const { run, sent } = attempt({ start: ['ambiguous', 'ok'], find: ['absent'] })
    expect((await importSolution(run, facts)).end).toBe('done')
    expect(sent).toEqual(['job-1', 'job-1'])
  })

  it('holds it as indeterminate, and sends nothing again, when the environment gives no answer', async () => {
    const { run, sent } = attempt({ start: ['ambiguous'], find: ['no-answer'] })
    expect((await importSolution(run, facts)).end).toBe('indeterminate')
    expect(sent).toHaveLength(1)
  })

  it('asks before sending when a worker that died may have sent it', async () => {
    const { run, sent, ledger } = attempt({ start: [], find: ['found'] })
    await ledger.append({
      stream: 'promotion/p-1',
      expectedVersion: undefined,
      actor: 'drover',
      events: [{ type: 'job-recorded', data: {}, key: 'a-1:import-sent-0' }],
    })
    expect((await importSolution(run, facts)).end).toBe('done')
    expect(sent).toEqual([])
  })

  it('gives up, with nothing started, after the tries that it has', async () => {
    const { run, sent } = attempt({ start: ['unreachable', 'unreachable', 'unreachable'] })
    await expect(importSolution(run, facts)).rejects.toThrow(/nothing was started/)
    expect(sent).toHaveLength(3)
  })
})
