import { DroverError } from '#domain/kernel'
import type { DurableContext, OperationState } from '#engine/ports'
import type { Pace } from './dependencies.ts'

export type OperationEnd =
  | { readonly state: 'succeeded'; readonly message: '' }
  | { readonly state: 'failed'; readonly code: string | undefined; readonly message: string }
  | { readonly state: 'unclear'; readonly message: string }

interface Followed {
  readonly label: string
  readonly asyncOperationId: string
  readonly environment: { fetchOperation(id: string): Promise<OperationState> }
  /** Also an answer that denies us the look, such as 401, then says nothing of the operation; otherwise it is thrown. */
  readonly mustNotLose?: boolean
}

/** Looks at an asynchronous operation until it ends; each look is recorded, and what never ends is unclear, not failed. */
export async function followOperation(
  run: { readonly pace: Pace; readonly ctx: DurableContext },
  operation: Followed,
): Promise<OperationEnd> {
  const { pollMs, settleMs, operationTimeoutMs } = run.pace
  for (let waitedMs = 0, look = 0; ; look++) {
    const seen = await run.ctx.step(`follow-${operation.label}-${look}`, () => lookAt(operation))
    if (seen.state === 'succeeded') return { state: 'succeeded', message: '' }
    if (seen.state === 'failed') return seen
    if (seen.state === 'absent' && waitedMs >= settleMs) {
      return { state: 'unclear', message: `The environment does not know the operation ${operation.asyncOperationId} any more.` }
    }
    if (waitedMs >= operationTimeoutMs)
      return { state: 'unclear', message: `The operation ${operation.asyncOperationId} showed no end in ${operationTimeoutMs / 1000} s.` }
    const pauseMs = Math.min(pollMs, Math.max(pollMs / 8, waitedMs / 4))
    await run.ctx.sleep(pauseMs)
    waitedMs += pauseMs
  }
}

/** An environment that is out of reach for a while has not failed; only the time-out ends the waiting. */
async function lookAt(operation: Followed): Promise<OperationState> {
  try {
    return await operation.environment.fetchOperation(operation.asyncOperationId)
  } catch (error) {
    if (error instanceof DroverError && (error.isRetryable || operation.mustNotLose === true)) return { state: 'waiting' }
    throw error
  }
}
