import { DBOS } from '@dbos-inc/dbos-sdk'
import { DroverError, errorMessage } from '#domain/kernel'
import type { DurableContext, Log } from '#engine/ports'

/** Called around the work of a step that was not recorded yet: before it, and after it but before its result is recorded. */
export type OnStep = (name: string, phase: 'before' | 'after') => void | Promise<void>

/** A recorded step: failures are recorded as data, so that a replay throws the same error of the same class. */
type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: RecordedError }

interface RecordedError {
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly isRetryable: boolean
}

export function createContext(log: Log, onStep: OnStep | undefined): DurableContext {
  return {
    step: async <T>(name: string, fn: () => Promise<T>) => {
      const outcome = await DBOS.runStep(
        async () => {
          await onStep?.(name, 'before')
          const result = await attempt(fn, (error) => log.warn('A step failed.', { work: DBOS.workflowID, step: name, error }))
          await onStep?.(name, 'after')
          return result
        },
        { name },
      )
      if (!outcome.ok) throw revive(outcome.error)
      // Recorded by this very step, so it has the type that fn returned, as JSON.
      return outcome.value as T
    },
    sleep: (ms) => DBOS.sleep(ms),
    now: async () => new Date(await DBOS.now()).toISOString(),
    id: () => DBOS.randomUUID(),
  }
}

async function attempt(fn: () => Promise<unknown>, onFailure: (error: unknown) => void): Promise<Outcome> {
  try {
    const value = await fn()
    // The first run must see what a replay will see.
    return { ok: true, value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) }
  } catch (error) {
    // The record keeps no stack and no cause.
    onFailure(error)
    return { ok: false, error: record(error) }
  }
}

function record(error: unknown): RecordedError {
  if (!(error instanceof DroverError)) return { code: undefined, message: errorMessage(error), hint: undefined, isRetryable: false }
  return { code: error.code, message: error.message, hint: error.hint, isRetryable: error.isRetryable }
}

function revive({ code, message, hint, isRetryable }: RecordedError): Error {
  if (code === undefined) return new Error(message)
  return new DroverError(code, message, { isRetryable, ...(hint === undefined ? {} : { hint }) })
}
