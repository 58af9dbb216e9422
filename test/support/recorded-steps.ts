import { setTimeout as wait } from 'node:timers/promises'
import type { DurableContext, DurableDefinition } from '#engine/ports'

/** Where a process dies: before or after the work of a step, whose record is then not written. */
export type Dying = (step: string, phase: 'before' | 'after') => void

class Killed extends Error {}

/** Throw it where a process is to die. */
export function kill(): never {
  throw new Killed('kill -9')
}

/** Durable work that was started and has not ended. */
export interface StartedWork {
  readonly name: string
  readonly input: unknown
}

export interface RecordedRunner {
  /** As a durable runner takes work to start, and tells of it. */
  readonly starter: { start(work: StartedWork & { readonly id: string }): Promise<void>; state(id: string): Promise<'running' | 'ended'> }
  /** Runs what was started and has not ended; `die` throws where the process is killed, which is then told. */
  work(definitions: readonly unknown[], die?: Dying): Promise<'done' | 'killed'>
}

/** Steps recorded in memory as a durable runner records them: what a killed process had recorded is not done again. */
export function createRecordedRunner(): RecordedRunner {
  const pending = new Map<string, StartedWork>()
  const recorded = new Map<string, Map<string, unknown>>()
  return {
    starter: {
      start: async ({ name, id, input }) => void pending.set(id, { name, input }),
      state: async (id) => (pending.has(id) ? 'running' : 'ended'),
    },
    async work(definitions, die = () => undefined) {
      // Each definition takes an input of its own; what was started under its name has it.
      const known = definitions as readonly DurableDefinition<unknown>[]
      for (const [id, { name, input }] of pending) {
        const steps = recorded.get(id) ?? new Map<string, unknown>()
        recorded.set(id, steps)
        const definition = known.find((each) => each.name === name)
        if (definition === undefined) throw new Error(`nobody runs ${name}`)
        if ((await runRecorded(definition, input, { steps, die })) === 'killed') return 'killed'
        pending.delete(id)
      }
      return 'done'
    },
  }
}

async function runRecorded(
  definition: DurableDefinition<unknown>,
  input: unknown,
  { steps, die }: { readonly steps: Map<string, unknown>; readonly die: Dying },
): Promise<'done' | 'killed'> {
  let isDead = false
  let ids = 0
  const ctx: DurableContext = {
    async step<T>(name: string, fn: () => Promise<T>): Promise<T> {
      if (isDead) throw new Killed('dead already')
      if (steps.has(name)) return steps.get(name) as T // recorded by the same step before
      try {
        die(name, 'before')
        const result = await fn()
        die(name, 'after')
        steps.set(name, JSON.parse(JSON.stringify(result ?? null)))
        return result
      } catch (error) {
        isDead ||= error instanceof Killed
        throw error
      }
    },
    sleep: (ms) => wait(ms),
    now: async () => new Date().toISOString(),
    async id() {
      const name = `id ${++ids}`
      if (!steps.has(name)) steps.set(name, crypto.randomUUID())
      return steps.get(name) as string // set above
    },
  }
  try {
    await definition.run(ctx, input)
  } catch (error) {
    if (!(error instanceof Killed)) throw error
  }
  return isDead ? 'killed' : 'done'
}
