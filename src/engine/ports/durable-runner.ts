/** Inside a durable function only `ctx` may touch the world, or a replay breaks. */
export interface DurableContext {
  /** Runs `fn` and records its JSON result; after a crash a recorded step is not run again. The step in flight runs at least once. */
  step<T>(name: string, fn: () => Promise<T>): Promise<T>
  /** Survives a restart. */
  sleep(ms: number): Promise<void>
  /** Recorded, so that a replay sees the same instant. */
  now(): Promise<string>
  /** Recorded, so that a replay sees the same id. */
  id(): Promise<string>
}

export interface DurableDefinition<Input> {
  readonly name: string
  run(ctx: DurableContext, input: Input): Promise<void>
}

/** Starts work; a server or CLI has only this side. */
export interface DurableStarter {
  /** Idempotent by `id`. Work with the same `queueKey` runs one at a time, in order. */
  start(work: { readonly name: string; readonly id: string; readonly queueKey: string; readonly input: unknown }): Promise<void>
  /** Whether work was started, and whether the runner is done with it, however it ended. */
  state(id: string): Promise<WorkState>
}

export type WorkState = 'unknown' | 'running' | 'ended'

/**
 * A lease on an environment, checked before each request that changes it, so that a worker that lost its connection cannot act.
 * `hold` runs `fn` while the lease is held; `check` inside throws `fence.lost` when it no longer is.
 */
export interface Fence {
  hold<T>(key: string, holder: string, fn: (lease: { check(): Promise<void> }) => Promise<T>): Promise<T>
}
