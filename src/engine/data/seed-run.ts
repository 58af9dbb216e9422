import type { MaskedTable, MaskingTable } from '#domain/data'
import { dataOwnerOfRequest, planMasking, refuseWithoutWord } from '#domain/data'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { DurableContext, DurableDefinition, Masks, OpenEnvironment, Row } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'
import { orThrow } from '../or-throw.ts'
import type { CopyFacts, SourceFacts } from './copy-rows.ts'
import { readMasked, readPairs, readSourceFacts } from './copy-rows.ts'
import type { Needles } from './scan-needles.ts'
import { createNeedles } from './scan-needles.ts'
import { scanTarget } from './scan-target.ts'
import { dataWork, findPlaces, judgeRequest } from './seed-commands.ts'
import type { DataRequest, DataWork, NewDataEvent, ScanReport, SeededTable } from './seed-record.ts'
import { dataStream, tellPlan } from './seed-record.ts'
import { makeRows } from './seed-synthetic.ts'

export interface DataInput {
  readonly id: string
}

/** So many refused rows are named; the others are counted. */
const examplesAtMost = 20
/** Hashes of values that are held at a time, 30 bytes each at the most; of more, the target is looked through once for each part (ours). */
const needlesAtMost = 8_000_000
const flowsAtMost = 20

/**
 * Fills an environment table by table: first the rows of all tables, then what points from one to another, then looks whether something arrived that
 * should not have. Rows go under their own ids and are the same each time, so each part is a recorded step that may be done again. No value is
 * in a step or in the ledger.
 */
export function dataDefinition(deps: WorkerDependencies): DurableDefinition<DataInput> {
  return {
    name: dataWork,
    async run(ctx, input) {
      try {
        const { request, target } = await ctx.step('load', () => loadFacts(deps, input))
        if (request.kind === 'scan') await scanAlone({ deps, ctx, input, request })
        else
          await deps.fence.hold(laneOf(target), input.id, (lease) =>
            fillWithin({ deps, ctx, input, request, checkLease: () => lease.check() }),
          )
        await ctx.step('finish', () => recordData(deps, input, { type: 'data-ended', data: {} }, 'ended'))
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Filling or scanning broke', { ...input, error: errorMessage(error) })
        const data = { code: errorCode(error), message: errorMessage(error) }
        await ctx.step('record-error', () => recordData(deps, input, { type: 'data-errored', data }, 'ended'))
      }
    },
  }
}

/** Appends a fact; a repeated key is a no-op. */
export async function recordData(
  deps: Pick<WorkerDependencies, 'ledger'>,
  { id }: DataInput,
  event: NewDataEvent,
  key: string,
): Promise<void> {
  await deps.ledger.append({ stream: dataStream(id), expectedVersion: undefined, actor: 'drover', events: [{ ...event, key }] })
}

interface Run {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly input: DataInput
  readonly request: DataRequest
}

export interface FillRun extends Run {
  checkLease(): Promise<void>
}

async function loadFacts(
  deps: WorkerDependencies,
  { id }: DataInput,
): Promise<{ readonly request: DataRequest; readonly target: Environment; readonly source: Environment | undefined }> {
  const work = await deps.readModel.load<DataWork>('data', id)
  if (work === undefined) throw new DroverError('data.unknown', `The ledger holds no ${id}.`)
  const { request, requestedBy } = work
  const { people, target, source } = orThrow(await findPlaces(deps, request))
  // What was allowed when it was asked for may be forbidden by the configuration in force.
  const asked = orThrow(judgeRequest(request.kind)({ target, source, people, actor: requestedBy }))
  const environment = dataOwnerOfRequest({ target, source })
  const unheard = refuseWithoutWord({ asked, verdict: work.decision?.verdict, environment })
  if (unheard !== undefined) orThrow(unheard)
  return { request, target, source }
}

/** Reads, masks, writes and looks, for whoever holds the fence of the target; neither its beginning nor its end is recorded here. */
export async function fillWithin(run: FillRun): Promise<void> {
  const { deps, ctx, input, request } = run
  const places = await loadFacts(deps, input)
  const target = deps.environments.open(places.target)
  const source = places.source === undefined ? target : deps.environments.open(places.source)
  const masked = await planFrom(source, request)
  await ctx.step('plan', async () => {
    const data = { plan: tellPlan(masked), notes: await tellNotes(request, target, await target.fetchMaskingTables(request.tables)) }
    await recordData(deps, input, { type: 'data-planned', data }, 'planned')
  })
  const masks = await deps.masking.open(request.seed)
  const copy: CopyFacts = { request, source, masked, masks }
  const facts = once(() => readSourceFacts(copy, newNeedles(deps, masks, request)))
  for (const part of ['values', 'links'] as const) {
    for (const [index, table] of masked.entries()) {
      const rows = (): AsyncIterable<readonly Row[]> => rowsOf(copy, table, facts)
      await writePart(run, target, { name: `${part}-${index}`, table: table.table.table, part, rows })
    }
  }
  const joins = request.synthetic === undefined ? await ctx.step('joins', () => source.listJoins(request.tables)) : []
  for (const [index, join] of joins.entries()) {
    const rows = (): AsyncIterable<readonly Row[]> => pairsOf(copy, join, facts)
    await writePart(run, target, { name: `joins-${index}`, table: join, part: 'links', rows })
  }
  await ctx.step('scan', async () =>
    recordScan(run, await scanAll({ run, target, source: places.source === undefined ? undefined : source, masks })),
  )
}

async function* rowsOf(copy: CopyFacts, table: MaskedTable, facts: () => Promise<SourceFacts>): AsyncIterable<readonly Row[]> {
  const { request, masks, masked } = copy
  if (request.synthetic !== undefined) yield* makeRows({ masks, locale: request.rules.locale, masked, table, count: request.synthetic })
  else yield* readMasked(copy, table, await facts())
}

async function* pairsOf(copy: CopyFacts, join: string, facts: () => Promise<SourceFacts>): AsyncIterable<readonly Row[]> {
  yield* readPairs(copy, join, await facts())
}

async function writePart(
  run: FillRun,
  target: OpenEnvironment,
  of: { readonly name: string; readonly table: string; readonly part: SeededTable['part']; rows(): AsyncIterable<readonly Row[]> },
): Promise<void> {
  const { name, table, part } = of
  await run.ctx.step(name, async () => {
    const { written, kept, refused } = await target.writeRows({ table, columns: undefined, part, rows: underLease(run, of.rows()) })
    const done: SeededTable = { table, part, written, kept, refused: refused.length, examples: refused.slice(0, examplesAtMost) }
    await recordData(run.deps, run.input, { type: 'data-written', data: { done } }, name)
  })
}

/** A worker that lost its connection must not go on writing. */
async function* underLease(run: FillRun, pages: AsyncIterable<readonly Row[]>): AsyncIterable<readonly Row[]> {
  for await (const page of pages) {
    await run.checkLease()
    yield page
  }
}

async function scanAlone(run: Run): Promise<void> {
  const { deps, input, request } = run
  await run.ctx.step('scan', async () => {
    const places = await loadFacts(deps, input)
    const target = deps.environments.open(places.target)
    const source = places.source === undefined ? undefined : deps.environments.open(places.source)
    await recordScan(run, await scanAll({ run, target, source, masks: await deps.masking.open(request.seed) }))
  })
}

async function recordScan({ deps, input }: Run, scan: ScanReport): Promise<void> {
  await recordData(deps, input, { type: 'data-scanned', data: { scan } }, 'scanned')
}

/** The target is looked through once for as many protected values as fit into memory at a time. */
async function scanAll(of: {
  readonly run: Run
  readonly target: OpenEnvironment
  readonly source: OpenEnvironment | undefined
  readonly masks: Masks
}): Promise<ScanReport> {
  const { run, target, source, masks } = of
  const { request } = run
  const tables = await target.fetchMaskingTables(request.tables)
  const masked = orThrow(planMasking({ rules: narrow(request), tables, wanted: request.tables, isForLooking: true }))
  if (source === undefined) return scanTarget({ target, masked, needles: undefined })
  let total: ScanReport | undefined
  for await (const needles of readNeedles(run, source, masks)) {
    const report = await scanTarget({ target, masked, needles })
    total = total === undefined ? report : addReports(total, report)
  }
  return total ?? scanTarget({ target, masked, needles: undefined })
}

async function* readNeedles({ deps, request }: Run, source: OpenEnvironment, masks: Masks): AsyncIterable<Needles> {
  let needles = newNeedles(deps, masks, request)
  let hasAny = false
  for (const table of await planFrom(source, request)) {
    let left = request.rows ?? Infinity
    for await (const page of source.readRows({ table: table.table.table, columns: undefined })) {
      for (const row of page) {
        if (left-- <= 0) break
        needles.protect(table, row)
        hasAny = true
        if (!needles.isFull) continue
        yield needles
        needles = newNeedles(deps, masks, request)
        // What did not fit any more of this row is looked for with the next ones.
        needles.protect(table, row)
      }
      if (left <= 0) break
    }
  }
  if (hasAny) yield needles
}

function addReports(one: ScanReport, other: ScanReport): ScanReport {
  return {
    ...one,
    sought: one.sought + other.sought,
    found: one.found + other.found,
    findings: [...one.findings, ...other.findings].slice(0, 100),
  }
}

/** Hashes under a seed of their own, which is forgotten with them. */
function newNeedles(deps: WorkerDependencies, masks: Masks, { rules }: DataRequest): Needles {
  const random = deps.ids.guid().replaceAll('-', '')
  return createNeedles({
    seed: { low: Number.parseInt(random.slice(0, 8), 16) | 0, high: Number.parseInt(random.slice(16, 24), 16) | 0 },
    atMost: needlesAtMost,
    isOrdinary: (word) => masks.isOrdinary(rules.locale, word),
  })
}

async function planFrom(environment: OpenEnvironment, request: DataRequest): Promise<readonly MaskedTable[]> {
  const tables = await environment.fetchMaskingTables(request.tables)
  return orThrow(planMasking({ rules: narrow(request), tables, wanted: request.tables }))
}

/** Rules of tables that are not wanted need not fit. */
function narrow({ rules, tables }: DataRequest): DataRequest['rules'] {
  return { ...rules, tables: Object.fromEntries(Object.entries(rules.tables).filter(([table]) => tables.includes(table))) }
}

/** Rows that are written set off what listens to them: that is said, and what is on is the target's own choice (release-facts §9). */
async function tellNotes(request: DataRequest, target: OpenEnvironment, tables: readonly MaskingTable[]): Promise<readonly string[]> {
  const { flows } = await target.observe({ solution: '', connectionIds: [] })
  const on = flows.filter(({ state }) => state === 'on').map(({ name }) => name)
  const off = flows.filter(({ state }) => state !== 'on').map(({ name }) => name)
  const files = tables.flatMap(({ table, columns }) =>
    columns.filter(({ type }) => type === 'File' || type === 'Image').map(({ name }) => `${table}.${name}`),
  )
  return [
    'Plug-ins of these tables run as rows are written.',
    ...(on.length === 0 ? [] : [`Flows that are on run when they listen to these tables: ${listed(on)}.`]),
    ...(off.length === 0 ? [] : [`Flows that are off stay off: ${listed(off)}.`]),
    ...(files.length === 0 || request.synthetic !== undefined ? [] : [`Files and images are not copied: ${files.join(', ')}.`]),
  ]
}

function listed(names: readonly string[]): string {
  const more = names.length - flowsAtMost
  return `${names.slice(0, flowsAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Done when it is first asked for, and never again by this process. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined
  return () => (begun ??= work())
}
