import type { LedgerEvent } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { NewRecoveryEvent, RecoveryEvent, RecoveryPart, RecoveryWork } from '#domain/recovery'
import { evolveRecovery, recoveryStream } from '#domain/recovery'
import type { DurableContext, Ledger, Projection } from '#engine/ports'

/** One document for each piece of work on a recovery sandbox. */
export const recoveryProjection: Projection = {
  kind: 'recovery',
  id: (event) => (event.stream.startsWith('recovery/') ? event.stream.slice('recovery/'.length) : undefined),
  // The stream is written through NewRecoveryEvent alone.
  fold: (document, event: LedgerEvent) => evolveRecovery(document as RecoveryWork | undefined, event as RecoveryEvent),
  summarise(document) {
    const work = document as RecoveryWork
    const { environmentId, sandboxId, deed } = work
    return { environmentId, sandboxId, kind: deed.kind, state: stateOfRecovery(work) }
  },
}

/** `kept`: what was restored is still in its sandbox, and its time is not over. */
export function stateOfRecovery(work: RecoveryWork): RecoveryWork['state'] | 'kept' {
  const isKept = work.restored !== undefined && work.expiredAt === undefined
  return isKept && work.state !== 'running' ? 'kept' : work.state
}

/** Appends a fact of durable work; a repeated key is a no-op. Tells whether it was new. */
export async function recordRecovery(
  deps: { readonly ledger: Ledger },
  id: string,
  event: NewRecoveryEvent & { readonly key: string },
): Promise<boolean> {
  const appended = await deps.ledger.append({ stream: recoveryStream(id), expectedVersion: undefined, actor: 'drover', events: [event] })
  return appended.length > 0
}

export interface MeasuredRun {
  readonly deps: { readonly ledger: Ledger }
  readonly ctx: DurableContext
  readonly workId: string
}

/** Does one part of the work and records how long it took, by the clock of the durable runner: a pause in which nobody worked counts. */
export async function measure<T>(
  run: MeasuredRun,
  name: string,
  work: () => Promise<{ readonly value: T; readonly note: string }>,
): Promise<T> {
  const startedAt = toId<RecoveryPart['startedAt']>(await run.ctx.now())
  const { value, note } = await work()
  const finishedAt = toId<RecoveryPart['finishedAt']>(await run.ctx.now())
  await run.ctx.step(`part-${name}`, () =>
    recordRecovery(run.deps, run.workId, {
      type: 'recovery-part',
      data: { part: { name, note, startedAt, finishedAt } },
      key: `part-${name}`,
    }),
  )
  return value
}
