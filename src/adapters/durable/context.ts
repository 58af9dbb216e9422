import { DBOS } from '@dbos-inc/dbos-sdk'
import { DroverError, errorMessage } from '#domain/kernel'
import type { DurableContext } from '#engine/ports'

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

export function createContext(onStep: OnStep | undefined): DurableContext {
  return {
    step: async <T>(name: string, fn: () => Promise<T>) => {
      const outcome = await DBOS.runStep(() => run(name, fn, onStep), { name })
      if (!outcome.ok) throw revive(outcome.error)
      // Recorded by this very step, so it has the type that fn returned, as JSON.
      return outcome.value as T
    },
    sleep: (ms) => DBOS.sleep(ms),
    now: async () => new Date(await DBOS.now()).toISOString(),
    id: () => DBOS.randomUUID(),
  }
}

async function run(name: string, fn: () => Promise<unknown>, onStep: OnStep | undefined): Promise<Outcome> {
  await onStep?.(name, 'before')
  const outcome = await attempt(fn)
  await onStep?.(name, 'after')
  return outcome
}

async function attempt(fn: () => Promise<unknown>): Promise<Outcome> {
  try {
    const value = await fn()
    // The first run must see what a replay will see.
    return { ok: true, value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) }
  } catch (error) {
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
