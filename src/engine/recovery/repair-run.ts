import { addHours } from '#domain/approval'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { RescueItem } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Policy } from '#domain/policy'
import type { RecoveryDeed, RepairCounts, RepairWritten, RowStanding } from '#domain/recovery'
import { countRow, nothingCompared, refuseSandbox, standRow } from '#domain/recovery'
import type { OpenEnvironment, Row } from '#engine/ports'
import { rowVersion } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import type { NewRescueEvent } from '../rescue/events.ts'
import { rescueStream } from '../rescue/events.ts'
import { restoreWork } from '../rescue/run-restore.ts'
import type { SavedObject } from '../rescue/saved-rows.ts'
import { readSavedRows, saveRows } from '../rescue/saved-rows.ts'
import type { RecoveryOutcome, RecoveryRun } from './sandbox-run.ts'
import { measure, recordRecovery } from './sandbox-stream.ts'

export type RepairDeed = Extract<RecoveryDeed, { readonly kind: 'repair' }>

/**
 * Holds the rows of a sandbox against those of its pet, saves what the pet lacks, and has that written by the restore of a rescue, which
 * overwrites nothing. Where values may be written over, what stands there is saved before. Nothing of a row gets into the ledger but ids.
 */
export async function runRepair(run: RecoveryRun, deed: RepairDeed): Promise<RecoveryOutcome> {
  const facts = await run.ctx.step('repair-look', () => look(run))
  const repair: Repair = {
    ...{ run, deed, facts, pet: run.deps.environments.open(facts.pet), sandbox: run.deps.environments.open(facts.sandbox) },
  }
  const counts = await measure(run, 'compare', async () => {
    const value = await run.ctx.step('compare', () => count(repair))
    return { value, note: inWords(value) }
  })
  await run.ctx.step('record-compared', () =>
    recordRecovery(run.deps, run.workId, { type: 'rows-compared', data: { counts }, key: 'rows-compared' }),
  )
  const writes = counts.missing + counts.emptied + (deed.isOverwriting ? counts.differing : 0)
  if (deed.isDryRun || writes === 0) return { state: 'done', note: `${inWords(counts)} Nothing was written.` }
  const written = await measure(run, 'write', async () => {
    const value = await write(repair, counts)
    return { value, note: writtenInWords(value) }
  })
  return { state: 'done', note: `${inWords(counts)} ${writtenInWords(written)}` }
}

interface RepairFacts {
  readonly pet: Environment
  readonly sandbox: Environment
  readonly keptDays: number
}

interface Repair {
  readonly run: RecoveryRun
  readonly deed: RepairDeed
  readonly facts: RepairFacts
  readonly pet: OpenEnvironment
  readonly sandbox: OpenEnvironment
}

async function look({ deps, order }: RecoveryRun): Promise<RepairFacts> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const pet = orThrow(findEnvironment(configuration, order.environmentId))
  const sandbox = orThrow(findEnvironment(configuration, order.sandboxId))
  orThrow(refuseSandbox({ pet, sandbox }, configuration.environments))
  return { pet, sandbox, keptDays: keptDaysOf(applyOverride(deps.policy, configuration.policy), configuration, pet) }
}

/** What is rescued of a pet is kept as long as the strictest solution asks that goes there. */
function keptDaysOf(policy: Policy, { solutions, pipelines }: Configuration, pet: Environment): number {
  const leading = pipelines.filter(({ stages }) => stages.some(({ environment }) => environment === pet.id)).map(({ id }) => id)
  const days = solutions.filter(({ pipeline }) => leading.includes(pipeline)).map(({ tier }) => policy.tiers[tier].rescueKeptDays.value)
  return Math.max(policy.sandboxes.keptDays.value, ...days)
}

/** A row of the sandbox beside that of the pet. */
interface Pair {
  readonly saved: Row
  readonly now: Row | undefined
  readonly id: string
  readonly standing: RowStanding
}

/** Page by page, so that neither side is ever held whole. */
async function* comparePages({ deed, sandbox, pet }: Repair): AsyncIterable<readonly Pair[]> {
  const { table, columns, changedSince } = deed
  // Whole rows, whatever is compared: a row that is gone comes back whole, and one with none of these values is seen as well.
  for await (const page of sandbox.readRows({ table, columns: undefined })) {
    if (page.length === 0) continue
    const idColumn = idColumnOf(page, table)
    const ids = page.map((row) => String(row[idColumn]))
    const there = await pet.readRowsById({ table, columns, ids })
    const byId = new Map(there.map((row) => [String(row[idColumn]).toLowerCase(), row]))
    yield page.map((saved) => {
      const id = String(saved[idColumn])
      const now = byId.get(id.toLowerCase())
      return { saved, now, id, standing: standRow(saved, now, { columns, changedSince }) }
    })
  }
}

/** A row begins with its id (RowAccess); activities have one of another name than their table. */
function idColumnOf([row]: readonly Row[], table: string): string {
  return Object.keys(row ?? {})[0] ?? `${table}id`
}

async function count(repair: Repair): Promise<RepairCounts> {
  let counts = nothingCompared
  for await (const pairs of comparePages(repair)) for (const { id, standing } of pairs) counts = countRow(counts, id, standing)
  return counts
}

async function write(repair: Repair, counts: RepairCounts): Promise<RepairWritten> {
  const { run, deed } = repair
  const { ctx, workId } = run
  const names = Object.keys(counts.columns)
  const wanted: { readonly what: string; readonly item: RescueItem; readonly pick: Pick }[] = []
  const { table } = deed
  if (counts.missing > 0) wanted.push({ what: 'missing', item: { table, columns: undefined }, pick: missingRow })
  if (counts.emptied > 0) wanted.push({ what: 'emptied', item: { table, columns: names }, pick: emptyValues })
  const saved: SavedObject[] = []
  for (const { what, item, pick } of wanted) saved.push(await ctx.step(`save-${what}`, () => save(repair, { what, item, pick })))
  const rescueId = rescueIdOf(workId)
  if (saved.length > 0) {
    await ctx.step('record-rescue', () =>
      recordRescue(repair, { id: rescueId, saved, holds: `what ${repair.facts.sandbox.name} has and it lacks` }),
    )
  }
  const over = deed.isOverwriting && counts.differing > 0 ? await overwrite(repair, names) : nothingOver
  const restoreId = saved.length > 0 ? await ctx.step('start-restore', () => startRestore(repair, rescueId)) : undefined
  const written: RepairWritten = { rescueId, restoreId, ...over }
  await ctx.step('record-written', () => recordRecovery(run.deps, workId, { type: 'rows-written', data: { written }, key: 'rows-written' }))
  return written
}

const nothingOver = { beforeId: undefined, overwritten: 0, kept: 0, refused: 0 }

/** What is kept of a pair: a row, or nothing. */
type Pick = (pair: Pair) => Row | undefined

const missingRow: Pick = ({ saved, standing }) => (standing.kind === 'missing' ? saved : undefined)
const emptyValues: Pick = (pair) => (pair.standing.kind === 'other' ? onlyColumns(pair, pair.saved, pair.standing.empty) : undefined)
/** What stands there, with what shall: written over only while the row is of the version that was saved. */
const bothValues: Pick = (pair) => {
  if (pair.standing.kind !== 'other') return undefined
  const { differing } = pair.standing
  const present = onlyColumns(pair, pair.now ?? {}, differing)
  return present && { ...present, [rowVersion]: pair.now?.[rowVersion], [wantedRow]: onlyColumns(pair, pair.saved, differing) }
}

/** Member of a saved row under which what shall stand there travels; no column has such a name. */
const wantedRow = '@wanted'

function toWanted(row: Row): Row {
  // Written by bothValues alone.
  return { ...(row[wantedRow] as Row), [rowVersion]: row[rowVersion] }
}

function onlyColumns({ saved, id }: Pair, from: Row, columns: readonly string[]): Row | undefined {
  if (columns.length === 0) return undefined
  const idColumn = Object.keys(saved)[0] ?? ''
  return { [idColumn]: id, ...Object.fromEntries(columns.map((name) => [name, from[name]])) }
}

/** Streams what is picked into the store under a name of this work: done again after a kill, nothing of the first try is left. */
async function save(
  repair: Repair,
  { what, item, pick }: { readonly what: string; readonly item: RescueItem; readonly pick: Pick },
): Promise<SavedObject> {
  const { run } = repair
  async function* rows(): AsyncIterable<readonly Row[]> {
    for await (const pairs of comparePages(repair)) {
      await run.checkLease()
      yield pairs.map(pick).filter((row) => row !== undefined)
    }
  }
  return saveRows({ rescues: run.deps.rescues, target: { readRows: rows } }, { name: `${run.workId}/${what}`, item })
}

/**
 * Saves what stands there and what shall stand there in one look at each row, then writes over those that are still as they were seen. What
 * stood there stays as a rescue of its own.
 */
async function overwrite(repair: Repair, columns: readonly string[]) {
  const { run, deed, facts, pet } = repair
  const item = { table: deed.table, columns }
  const before = await run.ctx.step('save-before', () => save(repair, { what: 'before', item, pick: bothValues }))
  const beforeId = `${rescueIdOf(run.workId)}-before`
  const holds = `what stood there before ${facts.sandbox.name} was written over it`
  await run.ctx.step('record-before', () => recordRescue(repair, { id: beforeId, saved: [before], holds }))
  const { written, kept, refused } = await run.deps.fence.hold(laneOf(facts.pet), `${run.workId}-overwrite`, (lease) =>
    run.ctx.step('overwrite', async () => {
      const rows = underLease(readSavedRows(run.deps.rescues, before.digest), () => lease.check())
      const result = await pet.overwriteRows({ table: deed.table, rows })
      return { written: result.written, kept: result.kept, refused: result.refused.length }
    }),
  )
  return { beforeId, overwritten: written, kept, refused }
}

async function* underLease(pages: AsyncIterable<readonly Row[]>, check: () => Promise<void>): AsyncIterable<readonly Row[]> {
  for await (const page of pages) {
    await check()
    yield page.map(toWanted)
  }
}

async function recordRescue(
  { run, facts }: Repair,
  { id, saved, holds }: { readonly id: string; readonly saved: readonly SavedObject[]; readonly holds: string },
): Promise<void> {
  const savedAt = run.deps.clock.now()
  const keepUntil: Instant = addHours(savedAt, facts.keptDays * 24)
  const items = saved.map(({ item, rows, digest, size }) => ({ ...item, rows, digest, size }))
  const data = { rescue: { id, savedAt, keepUntil, items }, environmentId: facts.pet.id, repair: { recoveryId: run.workId, holds } }
  const event: NewRescueEvent = { type: 'rescue-taken', data, key: 'taken' }
  await run.deps.ledger.append({ stream: rescueStream(id), expectedVersion: undefined, actor: 'drover', events: [event] })
}

/** In the ledger first: a sweep starts what was not started. */
async function startRestore({ run, facts }: Repair, rescueId: string): Promise<string> {
  const { deps, order, workId } = run
  const restoreId = `restore-${workId}`
  const data = { restoreId, by: toId<typeof order.by>(order.by), reason: order.reason }
  const event: NewRescueEvent = { type: 'restore-started', data, key: restoreId }
  await deps.ledger.append({ stream: rescueStream(rescueId), expectedVersion: undefined, actor: order.by, events: [event] })
  await deps.starter.start({ name: restoreWork, id: restoreId, queueKey: laneOf(facts.pet), input: { rescueId, restoreId } })
  return restoreId
}

function rescueIdOf(workId: string): string {
  return `rescue-${workId.replace(/^rcv-/, '')}`
}

function inWords(counts: RepairCounts): string {
  const { compared, missing, emptied, differing, untouched } = counts
  const left = untouched === 0 ? '' : ` ${untouched} were left out, since nobody changed them since then.`
  return `${compared} rows compared: ${missing} are gone, ${emptied} have values that are empty now, ${differing} have other values.${left}`
}

function writtenInWords({ rescueId, restoreId, beforeId, overwritten, kept, refused }: RepairWritten): string {
  const filled = restoreId === undefined ? '' : ` What is gone or empty is written by ${restoreId}: drover rescue show ${rescueId}.`
  if (beforeId === undefined) return filled.trim()
  const rest = [kept === 0 ? '' : `, ${kept} left as somebody changed them meanwhile`, refused === 0 ? '' : `, ${refused} refused`].join('')
  return `${overwritten} rows were written over${rest}; what stood there is kept as ${beforeId}.${filled}`
}
