import { decideSeed } from '#domain/data'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { Comparison, Filling, HumanStep } from '#domain/rebuild'
import { dataStep } from '#domain/rebuild'
import { findPlaces } from '../data/seed-commands.ts'
import type { DataRequest, DataWork, NewDataEvent } from '../data/seed-record.ts'
import { dataStream } from '../data/seed-record.ts'
import { fillWithin, recordData } from '../data/seed-run.ts'
import { named } from './bring-settings.ts'
import type { RebuildRun } from './rebuild-run.ts'

/** What became of one filling. */
type Filled =
  | { readonly state: 'done'; readonly comparison: Comparison }
  /** Somebody has to agree first, or the work that began at their word is not through. */
  | { readonly state: 'waiting'; readonly step: HumanStep }

export interface FilledAgain {
  readonly comparisons: readonly Comparison[]
  readonly steps: readonly HumanStep[]
}

/**
 * Fills the new environment as the old one was filled: by the same rules, the same seed and the same tables. Made-up rows come out as they were;
 * rows of a pet are read and masked once more, which waits for the word of an owner of its data.
 */
export async function fillAgain(run: RebuildRun): Promise<FilledAgain> {
  const comparisons: Comparison[] = []
  const steps: HumanStep[] = []
  for (const [at, filling] of (run.rebuild.order.fillings ?? []).entries()) {
    const filled = await fillOne(run, filling, at + 1)
    if (filled.state === 'done') comparisons.push(filled.comparison)
    else steps.push(filled.step)
  }
  return { comparisons, steps }
}

async function fillOne(run: RebuildRun, filling: Filling, number: number): Promise<Filled> {
  if (filling.refused !== undefined) return { state: 'done', comparison: told(filling, [filling.refused]) }
  const asked = await run.ctx.step(`ask-rows-${number}`, () => ask(run, filling, number))
  if (asked.state === 'refused') return { state: 'done', comparison: told(filling, [asked.why]) }
  const { request } = asked
  if (request.needsWord) {
    const work = await run.ctx.step(`look-rows-${number}`, () => load(run, request.id))
    return work.status.state === 'ended' ? ended(run, filling, number, request.id) : { state: 'waiting', step: stepFor(filling, work) }
  }
  if (asked.state !== 'ended') await fill(run, request, number)
  return ended(run, filling, number, request.id)
}

type Asked = { readonly state: 'ended' | 'open'; readonly request: DataRequest } | { readonly state: 'refused'; readonly why: string }

/** Asks for it under an id that the rebuild gives it, once; after one that went wrong, or that was refused, under the next one. */
async function ask(run: RebuildRun, filling: Filling, number: number): Promise<Asked> {
  const { deps, rebuild } = run
  const old = await load(run, filling.id)
  const places = await findPlaces(deps, old.request)
  if (!places.ok) return { state: 'refused', why: places.refusal.message }
  const may = decideSeed({ ...places.value, actor: rebuild.by })
  if (!may.ok) return { state: 'refused', why: may.refusal.message }
  for (let tries = 1; ; tries++) {
    const id = `${rebuild.id}-rows-${number}${tries === 1 ? '' : `.${tries}`}`
    const there = await deps.readModel.load<DataWork>('data', id)
    if (there !== undefined && (there.status.state === 'errored' || there.status.state === 'rejected')) continue
    const request: DataRequest = { ...old.request, id, needsWord: may.value === 'wait', rebuildId: rebuild.id }
    if (there !== undefined) return { state: there.status.state === 'ended' ? 'ended' : 'open', request: there.request }
    const events: NewDataEvent[] = [{ type: 'data-requested', data: { request }, key: 'requested' }]
    // Whoever is asked for a word sees what became of each column.
    if (request.needsWord) events.push({ type: 'data-planned', data: { plan: old.plan, notes: [] }, key: 'foreseen' })
    await deps.ledger.append({ stream: dataStream(id), expectedVersion: undefined, actor: rebuild.by, events })
    return { state: 'open', request }
  }
}

/** Under the fence that the rebuild holds: work of its own would wait for it for ever. */
async function fill(run: RebuildRun, request: DataRequest, number: number): Promise<void> {
  const { deps, ctx } = run
  const input = { id: request.id }
  const own = named(ctx, `rows-${number}`)
  try {
    await fillWithin({ deps, ctx: own, input, request, checkLease: () => run.checkLease() })
    await own.step('finish', () => recordData(deps, input, { type: 'data-ended', data: {} }, 'ended'))
  } catch (error) {
    const data = { code: errorCode(error), message: errorMessage(error) }
    await own.step('record-error', () => recordData(deps, input, { type: 'data-errored', data }, 'ended'))
    throw error
  }
}

/** What was refused, and what arrived that should not have, makes the environment another one than the old one was. */
async function ended(run: RebuildRun, filling: Filling, number: number, id: string): Promise<Filled> {
  const { done, scan } = await run.ctx.step(`compare-rows-${number}`, () => load(run, id))
  const refused = done.filter((part) => part.refused > 0).map((part) => `${part.table}: ${part.refused} rows were refused (${id}).`)
  const found = scan === undefined || scan.found === 0 ? [] : [`${scan.found} values arrived that should not have (${id}).`]
  const rows = done.filter(({ part }) => part === 'values').reduce((sum, part) => sum + part.written + part.kept, 0)
  const wrong = [...refused, ...found]
  if (wrong.length > 0) return { state: 'done', comparison: told(filling, wrong) }
  const from = filling.from === undefined ? 'made up' : `masked, of ${filling.from}`
  const note = `${rows} rows ${from}, as ${filling.id} brought them (${id}).`
  return { state: 'done', comparison: { solution: subjectOf(filling), isEqual: true, notes: [note] } }
}

function stepFor(filling: Filling, { request, status }: DataWork): HumanStep {
  if (status.state === 'waiting') return dataStep(filling.from ?? '', request.id)
  const what = `Wait until ${request.id} is through (\`drover data show ${request.id}\`), then resume the rebuild.`
  return { who: 'Whoever resumes the rebuild', where: 'Drover', what }
}

async function load(run: RebuildRun, id: string): Promise<DataWork> {
  const work = await run.deps.readModel.load<DataWork>('data', id)
  if (work === undefined) throw new DroverError('data.unknown', `The ledger holds no ${id}.`)
  return work
}

function told(filling: Filling, notes: readonly string[]): Comparison {
  return { solution: subjectOf(filling), isEqual: false, notes }
}

function subjectOf({ tables }: Filling): string {
  return `rows of ${tables.join(', ')}`
}
