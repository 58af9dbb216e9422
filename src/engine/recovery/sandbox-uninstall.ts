import type { Environment } from '#domain/environment'
import { refuseDeed } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { OpenEnvironment } from '#engine/ports'
import { followOperation } from '../follow-operation.ts'
import { orThrow } from '../or-throw.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'
import type { RecoveryRun } from './sandbox-run.ts'
import { recordRecovery } from './sandbox-stream.ts'

interface Uninstall {
  readonly target: OpenEnvironment
  readonly sandbox: Environment
  readonly solution: string
}

/** Uninstalls a solution from a sandbox, once; never from a pet. */
export async function uninstallFromSandbox(
  run: RecoveryRun,
  of: Uninstall,
): Promise<{ readonly outcome: 'done' | 'failed'; readonly note: string }> {
  orThrow(refuseDeed(of.sandbox, 'uninstall'))
  const { solution, sandbox, target } = of
  const known = await run.ctx.step('uninstall-look', async () =>
    (await target.findUpgrade(solution, 'withdraw')).operations.map(({ asyncOperationId }) => asyncOperationId),
  )
  const started = await startOnce(run, {
    label: 'uninstall-send',
    mark: (attempt) => mark(run, attempt, 'sent'),
    send: () => target.startUninstallation(solution),
    ask: () => askUntilSettled(run, of, known),
    recordNotArrived: async (attempt) => void (await mark(run, attempt, 'not-arrived')),
    unclear: (why) => `What became of uninstalling ${solution} from ${sandbox.name} cannot be told: ${why}. It is not sent again.`,
    neverArrived: (tries) => neverTaken(of, `did not take it in ${tries} tries`),
    turnedAwayTooLong: (seconds, message) => neverTaken(of, `turned it away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') return { outcome: 'failed', note: started.message }
  if (started.asyncOperationId !== null) {
    const end = await followOperation(run, {
      ...{ label: 'uninstall', asyncOperationId: started.asyncOperationId, environment: target, mustNotLose: true },
    })
    if (end.state === 'failed') return { outcome: 'failed', note: `${sandbox.name} refused to uninstall ${solution}: ${end.message}` }
  }
  const isGone = await run.ctx.step(
    'uninstall-read-back',
    async () => (await askUntilSettled(run, of, [...known, started.asyncOperationId ?? ''])).seen === 'finished',
  )
  if (isGone) return { outcome: 'done', note: `${solution} is uninstalled.` }
  return { outcome: 'failed', note: `${solution} is still in ${sandbox.name} after its uninstallation ended.` }
}

function mark({ deps, workId }: RecoveryRun, attempt: number, state: 'sent' | 'not-arrived'): Promise<boolean> {
  const data = { what: 'uninstall', attempt, state }
  return recordRecovery(deps, workId, { type: 'recovery-sent', data, key: `uninstall-${state}-${attempt}` })
}

/** To be called inside a step: "absent" is an answer only after the settle window. */
async function askUntilSettled(run: RecoveryRun, of: Uninstall, known: readonly string[]): Promise<SeenWork> {
  const { deps, pace } = run
  const settledAt = Date.parse(deps.clock.now()) + pace.settleMs
  for (;;) {
    const seen = await ask(of, known)
    if (seen.seen === 'operation' || seen.seen === 'finished' || Date.parse(deps.clock.now()) >= settledAt) return seen
    await deps.pause(pace.pollMs)
  }
}

async function ask({ target, solution }: Uninstall, known: readonly string[]): Promise<SeenWork> {
  try {
    const { base, operations } = await target.findUpgrade(solution, 'withdraw')
    if (base === undefined) return { seen: 'finished' }
    const fresh = operations.find(({ asyncOperationId }) => !known.includes(asyncOperationId))
    return fresh === undefined ? { seen: 'absent' } : { seen: 'operation', asyncOperationId: fresh.asyncOperationId }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

function neverTaken({ sandbox, solution }: Uninstall, how: string): DroverError {
  return new DroverError('uninstall.unreachable', `The uninstallation of ${solution} was not started: ${sandbox.name} ${how}`, {
    hint: 'Check that the environment is up and idle, then rehearse again.',
    isRetryable: true,
  })
}
