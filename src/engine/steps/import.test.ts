import { describe, expect, it } from 'vitest'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { fakeAttempt, noFacts } from '../../../test/support/fake-attempt.ts'
import { importSolution } from './import.ts'

const jobStates = async (attempt: ReturnType<typeof fakeAttempt>) =>
  (await attempt.events()).map((event) => (event.data as { importState?: string }).importState ?? 'chosen')

describe('starting an import', () => {
  it('sends it once when the environment answers, and records what became of it', async () => {
    const attempt = fakeAttempt({ start: ['ok'] })
    expect((await importSolution(attempt.run, noFacts)).end).toBe('done')
    expect(attempt.sent).toEqual(['job-1'])
    expect(await jobStates(attempt)).toEqual(['chosen', 'sent', 'passed'])
  })

  it('sends it again, under the same job id, when it certainly did not arrive', async () => {
    const attempt = fakeAttempt({ start: ['unreachable', 'ok'] })
    expect((await importSolution(attempt.run, noFacts)).end).toBe('done')
    expect(attempt.sent).toEqual(['job-1', 'job-1'])
    expect(await jobStates(attempt)).toEqual(['chosen', 'sent', 'not-arrived', 'sent', 'passed'])
  })

  it.each(['ambiguous', 'unreadable'] as const)('follows the job that it finds when the answer was %s', async (answer) => {
    const { run, sent } = fakeAttempt({ start: [answer], find: ['absent', 'operation'] })
    expect((await importSolution(run, noFacts)).end).toBe('done')
    expect(sent).toHaveLength(1)
  })

  it('sends it again when the environment does not know the job after the settle window', async () => {
    const { run, sent } = fakeAttempt({ start: ['ambiguous', 'ok'], find: ['absent'] })
    expect((await importSolution(run, noFacts)).end).toBe('done')
    expect(sent).toEqual(['job-1', 'job-1'])
  })

  it('holds it as indeterminate, and sends nothing again, when the environment gives no answer', async () => {
    const { run, sent } = fakeAttempt({ start: ['ambiguous'], find: ['no-answer'] })
    expect((await importSolution(run, noFacts)).end).toBe('indeterminate')
    expect(sent).toHaveLength(1)
  })

  it('asks before sending when a worker that died may have sent it', async () => {
    const { run, sent, ledger } = fakeAttempt({ start: [], find: ['operation'] })
    await ledger.append({
      stream: 'promotion/p-1',
      expectedVersion: undefined,
      actor: 'drover',
      events: [{ type: 'job-recorded', data: {}, key: 'a-2:import-sent-0' }],
    })
    expect((await importSolution(run, noFacts)).end).toBe('done')
    expect(sent).toEqual([])
  })

  it('gives up, with nothing started, after the tries that it has', async () => {
    const attempt = fakeAttempt({ start: ['unreachable', 'unreachable', 'unreachable'] })
    await expect(importSolution(attempt.run, noFacts)).rejects.toThrow(/nothing was started/)
    expect(attempt.sent).toHaveLength(3)
    expect((await jobStates(attempt)).at(-1)).toBe('not-arrived')
  })

  it('waits, as long as the environment asks, and starts again when it was turned away for now', async () => {
    const attempt = fakeAttempt({ start: ['busy', 'throttled', 'ok'] })
    expect((await importSolution(attempt.run, noFacts)).end).toBe('done')
    expect(attempt.sent).toEqual(['job-1', 'job-1', 'job-1'])
    expect(attempt.slept.slice(0, 2)).toEqual([1, 7])
  })

  it('does not wait for ever to be let in, and then has started nothing', async () => {
    const attempt = fakeAttempt({ start: ['throttled', 'throttled', 'throttled'] })
    await expect(importSolution(attempt.run, noFacts)).rejects.toMatchObject({ code: 'import.turned-away', isRetryable: true })
    expect(attempt.sent).toHaveLength(3)
    expect((await jobStates(attempt)).at(-1)).toBe('not-arrived')
  })

  it('knows that nothing was started when the environment says no to it', async () => {
    const attempt = fakeAttempt({ start: ['refused'] })
    await expect(importSolution(attempt.run, noFacts)).rejects.toThrow('no such upload')
    expect(await jobStates(attempt)).toEqual(['chosen', 'sent', 'not-arrived'])
  })
})

describe('following an import', () => {
  const earlierImport = { attemptId: toId<never>('a-1'), importJobId: 'job-0', asyncOperationId: null }
  const followed = { ...noFacts, earlierImport }

  it('waits for an earlier one that is at work and has no operation yet, and reads its result only when it has ended', async () => {
    const attempt = fakeAttempt({ find: ['running', 'running', 'operation'], operation: ['waiting', 'succeeded'] })
    expect(await importSolution(attempt.run, followed)).toMatchObject({ end: 'done', facts: { importJobId: 'job-0' } })
    expect(attempt.sent).toEqual([])
    expect((await attempt.events()).at(-1)?.data).toMatchObject({ attemptId: 'a-1', importJobId: 'job-0', importState: 'passed' })
  })

  it('reads the result of one that has ended and whose operation is cleared away', async () => {
    expect((await importSolution(fakeAttempt({ find: ['finished'] }).run, followed)).end).toBe('done')
    const { run } = fakeAttempt({ start: ['ok'], operation: ['absent'], find: ['finished'] })
    expect((await importSolution(run, noFacts)).end).toBe('done')
  })

  it('holds one that shows no end, is not known any more, or about which nobody answers', async () => {
    for (const find of ['running', 'absent', 'no-answer'] as const)
      expect((await importSolution(fakeAttempt({ find: [find] }).run, followed)).end).toBe('indeterminate')
  })

  it('goes on looking when its rights are taken from it: that says nothing of the import', async () => {
    const back = fakeAttempt({ start: ['ok'], operation: ['forbidden', 'forbidden', 'succeeded'] })
    expect((await importSolution(back.run, noFacts)).end).toBe('done')
    const gone = fakeAttempt({ start: ['ok'], operation: ['forbidden'], find: ['forbidden'] })
    expect((await importSolution(gone.run, noFacts)).end).toBe('indeterminate')
    expect((await jobStates(gone)).at(-1)).toBe('sent')
  })

  it('knows that one failed, by its operation or by the components that its result names', async () => {
    const inPart = { result: { failedComponents: [{ subject: 'form', message: 'no' }] } } as const
    for (const [script, state] of [[{ operation: ['failed'] }, 'failed'] as const, [inPart, 'in-part'] as const]) {
      const attempt = fakeAttempt({ start: ['ok'], ...script })
      expect((await importSolution(attempt.run, noFacts)).end).toBe('failed')
      expect((await jobStates(attempt)).at(-1)).toBe(state)
    }
  })

  it('keeps the log that the platform wrote, also of one that failed, and records its end where there is no room for it', async () => {
    const result = { log: '<importexportxml/>' }
    for (const script of [{}, { operation: ['failed'] }] as const) {
      const { run, events } = fakeAttempt({ start: ['ok'], ...script, result })
      const kept: string[] = []
      const artifacts = {
        ...run.deps.artifacts,
        put: async (bytes: Uint8Array) => toId<Digest>(`sha256:${kept.push(String(bytes.length))}`),
      }
      await importSolution({ ...run, deps: { ...run.deps, artifacts } }, noFacts)
      expect([kept, (await events()).at(-1)?.data]).toEqual([['18'], expect.objectContaining({ importLog: 'sha256:1' })])
    }
    const { run, events } = fakeAttempt({ start: ['ok'], result })
    const full = { ...run.deps.artifacts, put: () => Promise.reject(new Error('full')) }
    expect((await importSolution({ ...run, deps: { ...run.deps, artifacts: full } }, noFacts)).end).toBe('done')
    expect((await events()).at(-1)?.data).toEqual(expect.not.objectContaining({ importLog: expect.anything() }))
  })
})
