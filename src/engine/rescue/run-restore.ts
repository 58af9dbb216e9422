import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import { partiesTable } from '#domain/plan'
import type { DurableContext, DurableDefinition, FileContent, OpenEnvironment, RefusedRow, Row, RowsWritten } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import type { NewRescueEvent, RescueRecord, RescuedLayer, RestoredTable } from './events.ts'
import { rescueStream } from './events.ts'
import { isOfTable } from './of-table.ts'
import { restoreLayer } from './restore-layer.ts'
import { readSavedContents } from './saved-contents.ts'
import { readSavedRows } from './saved-rows.ts'

export const restoreWork = 'restore-rescue'

export interface RestoreInput {
  readonly rescueId: string
  readonly restoreId: string
}

/** Bytes of a content between two looks at the lease (ours). */
const leaseEvery = 4 * 1024 * 1024

/** So many refused rows are named; the others are counted. */
const examplesAtMost = 20

/**
 * Writes rows back, table by table: first the rows of all tables, then their files and images, then what points from one to another, so that their order does not matter. Each
 * part is a recorded step that may be done again: rows go under their own ids.
 */
export function restoreDefinition(deps: WorkerDependencies): DurableDefinition<RestoreInput> {
  return {
    name: restoreWork,
    async run(ctx, input) {
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input))
        await deps.fence.hold(laneOf(facts.environment), input.restoreId, async (lease) => {
          const target = deps.environments.open(facts.environment)
          const run = { deps, ctx, input, facts, target, checkLease: () => lease.check() }
          await (facts.layer === null ? restoreAll(run) : bringLayerBack(run, facts.layer))
        })
        await ctx.step('finish', () => recordRestore(deps, input, { type: 'restore-ended', data: { restoreId: input.restoreId } }, 'ended'))
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('A restore broke', { ...input, error: errorMessage(error) })
        const data = { restoreId: input.restoreId, code: errorCode(error), message: errorMessage(error) }
        await ctx.step('record-error', () => recordRestore(deps, input, { type: 'restore-errored', data }, 'ended'))
      }
    },
  }
}

/** Appends a fact of a restore; a repeated key is a no-op. Tells whether it was new. */
export async function recordRestore(
  deps: Pick<WorkerDependencies, 'ledger'>,
  { rescueId, restoreId }: RestoreInput,
  event: NewRescueEvent,
  key: string,
): Promise<boolean> {
  const appended = await deps.ledger.append({
    stream: rescueStream(rescueId),
    expectedVersion: undefined,
    actor: 'drover',
    events: [{ ...event, key: `${restoreId}:${key}` }],
  })
  return appended.length > 0
}

interface RestoreFacts {
  readonly environment: Environment
  /** Null where rows are restored. */
  readonly layer: RescuedLayer | null
  readonly items: RescueRecord['rescue']['items']
}

interface RestoreRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly input: RestoreInput
  readonly facts: RestoreFacts
  readonly target: OpenEnvironment
  checkLease(): Promise<void>
}

async function loadFacts(deps: WorkerDependencies, { rescueId, restoreId }: RestoreInput): Promise<RestoreFacts> {
  const record = await deps.readModel.load<RescueRecord>('rescue', rescueId)
  const restore = record?.restores.find(({ id }) => id === restoreId)
  if (record === undefined || restore === undefined)
    throw new DroverError('rescue.unknown', `The ledger holds no restore ${restoreId} of ${rescueId}.`)
  const { configuration } = orThrow(await requireConfiguration(deps))
  const environment = orThrow(findEnvironment(configuration, record.environmentId))
  const { tables } = restore
  return {
    environment,
    layer: record.layer ?? null,
    items: record.rescue.items.filter((item) => tables === undefined || tables.some((table) => isOfTable(item, table))),
  }
}

async function bringLayerBack({ deps, ctx, input, facts, target, checkLease }: RestoreRun, layer: RescuedLayer): Promise<void> {
  await restoreLayer({
    ...{ deps, ctx, target, layer, checkLease, restoreId: input.restoreId },
    environmentName: facts.environment.name,
    pace: deps.paceOf(facts.environment),
    record: (event, key) => recordRestore(deps, input, event, key),
  })
}

async function restoreAll(run: RestoreRun): Promise<void> {
  // States come with the links, and what is completed takes no files any more.
  for (const part of ['values', 'contents', 'links'] as const) {
    for (const [index, item] of inOrder(run.facts.items)) {
      if ((item.contents === true) !== (part === 'contents')) continue
      await run.ctx.step(`restore-${part}-${index}`, async () => {
        const done = await restoreItem(run, part, item)
        const event = { type: 'restore-progressed', data: { restoreId: run.input.restoreId, done } } as const
        await recordRestore(run.deps, run.input, event, `${part}-${index}`)
      })
    }
  }
}

/** Party lists go before the states of their activities, which may take none once they are completed. */
function inOrder(items: RestoreFacts['items']): readonly (readonly [number, RestoreFacts['items'][number]])[] {
  const isList = ({ table }: RestoreFacts['items'][number]): boolean => table === partiesTable
  const entries = [...items.entries()]
  return [...entries.filter(([, item]) => isList(item)), ...entries.filter(([, item]) => !isList(item))]
}

async function restoreItem(run: RestoreRun, part: RestoredTable['part'], item: RestoreFacts['items'][number]): Promise<RestoredTable> {
  const { table, columns, digest, regarding } = item
  const { written, kept, refused } = (await isJoinLost(run, item))
    ? await refuseJoins(run, part, item)
    : part === 'contents'
      ? await run.target.writeContents({ table, columns, contents: contentsUnderLease(run, readSavedContents(run.deps.rescues, digest)) })
      : await run.target.writeRows({ table, columns, regarding, part, rows: underLease(run, readSavedRows(run.deps.rescues, digest)) })
  const hangsOn = regarding === undefined ? {} : { regarding }
  return { table, ...hangsOn, part, written, kept, refused: refused.length, examples: refused.slice(0, examplesAtMost) }
}

/** What joined rows of a table to others, was made by hand, say, and is not there any more. */
async function isJoinLost(run: RestoreRun, { table, columns, regarding, relationship }: RestoreFacts['items'][number]): Promise<boolean> {
  if (regarding === undefined || relationship === undefined) return false
  return !(await run.target.fetchShape({ table, columns, regarding })).isThere
}

/** The rescue keeps them: restored again once that is there, they come back. */
async function refuseJoins(
  run: RestoreRun,
  part: RestoredTable['part'],
  { digest, relationship = '' }: RestoreFacts['items'][number],
): Promise<RowsWritten> {
  const refused: RefusedRow[] = []
  if (part !== 'links') return { written: 0, kept: 0, refused }
  for await (const page of readSavedRows(run.deps.rescues, digest))
    for (const row of page) refused.push({ id: Object.values(row).join(' + '), message: `the relationship ${relationship} is not there` })
  return { written: 0, kept: 0, refused }
}

/** A worker that lost its connection must not go on writing. */
async function* underLease(run: RestoreRun, pages: AsyncIterable<readonly Row[]>): AsyncIterable<readonly Row[]> {
  for await (const page of pages) {
    await run.checkLease()
    yield page
  }
}

async function* contentsUnderLease(run: RestoreRun, contents: AsyncIterable<FileContent>): AsyncIterable<FileContent> {
  for await (const content of contents) yield { ...content, bytes: bytesUnderLease(run, content.bytes) }
}

async function* bytesUnderLease(run: RestoreRun, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let sinceCheck = leaseEvery
  for await (const piece of bytes) {
    if (sinceCheck >= leaseEvery) {
      await run.checkLease()
      sinceCheck = 0
    }
    sinceCheck += piece.length
    yield piece
  }
}
