import { addHours } from '#domain/approval'
import type { Instant } from '#domain/kernel'
import { DroverError, refuse } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import { savedBefore } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { ImportState, Promotion } from '#domain/promotion'
import { attemptsOf, findExcess } from '#domain/promotion'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadStanding } from '../promotion/standing.ts'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import { completeItems } from '../rescue/complete-items.ts'
import { saveContents } from '../rescue/saved-contents.ts'
import type { SavedObject } from '../rescue/saved-rows.ts'
import { saveRows } from '../rescue/saved-rows.ts'

/**
 * Saves what the import, or the application of a staged upgrade, will destroy, before anything is changed. Each table is a recorded step: killed
 * in the middle, that table is saved anew under the same name, and nothing of the first try is left. More than the data owners have let go ends the
 * attempt here, with nothing destroyed; what was empty when it was planned is looked into again, so that what came in since is no less safe.
 */
export async function rescue(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  const items = savedBefore(run.request.plan)
  if (items.length === 0) return { end: 'done', note: `Nothing has to be saved from ${run.environment.name}.` }
  const begun = await run.ctx.step('rescue-look', () => findBegun(run, facts))
  if (begun !== null) return { end: 'done', note: begun }
  // What was planned may be older than the shape of its tables.
  const { items: complete, unread } = await run.ctx.step('rescue-items', () => completeItems(run.target, items))
  const saved: SavedObject[] = []
  try {
    for (const [index, item] of complete.entries()) {
      const object = await run.ctx.step(`rescue-${index}`, async () => {
        await run.checkLease()
        const save = item.contents === true ? saveContents : saveRows
        return save({ rescues: run.deps.rescues, target: run.target }, { name: `${run.attemptId}/${index}`, item })
      })
      saved.push(object)
    }
  } catch (error) {
    await discard(run, saved)
    throw error
  }
  const excess = await run.ctx.step('rescue-compare', () => compare(run, saved))
  if (excess.length > 0) {
    await discard(run, saved)
    return { end: 'failed', refusal: tooMuch(run, excess) }
  }
  const kept = await withoutEmpty(run, saved)
  if (kept.length === 0) return { end: 'done', note: `Nothing is in what goes from ${run.environment.name}.` }
  return run.ctx.step<StepEnd>('rescue-record', () => record(run, kept, unread))
}

/** What was empty when it was planned, and still is, is no rescue. */
async function withoutEmpty(run: AttemptRun, saved: readonly SavedObject[]): Promise<readonly SavedObject[]> {
  const { rescue: planned } = run.request.plan
  const empty = saved.filter(({ item, rows }) => rows === 0 && !planned.some((one) => isOfSame(one, item)))
  if (empty.length > 0) await discard(run, empty, 'rescue-empty')
  return saved.filter((each) => !empty.includes(each))
}

/** Whether both are of one table, or hang on it, and of a column that both name, if they name any. */
function isOfSame(one: RescueItem, other: RescueItem): boolean {
  if ((one.regarding ?? one.table) !== (other.regarding ?? other.table)) return false
  return one.columns === undefined || other.columns === undefined || one.columns.some((name) => other.columns?.includes(name))
}

/** Where destroying has begun, the rows are gone or going: what was saved before it began is what there is. */
async function findBegun(run: AttemptRun, facts: AttemptFacts): Promise<string | null> {
  const promotion = await loadPromotion(run)
  const isImporting = facts.earlierImport !== null && run.migration === undefined
  const isApplying = attemptsOf(promotion).some(
    ({ id, jobs }) =>
      id !== run.attemptId && (isBegun(jobs.upgrade?.deed === 'apply' ? jobs.upgrade : undefined) || isBegun(jobs.uninstall)),
  )
  if (!isImporting && !isApplying && facts.isUpgradeBegun !== true) return null
  const ids = promotion.rescues.map(({ id }) => id).join(', ')
  return ids === ''
    ? 'Nothing was saved: what destroys it had begun before.'
    : `What destroys it had begun before; what was saved then is kept: ${ids}.`
}

function isBegun(job: { readonly state: ImportState } | undefined): boolean {
  return job?.state === 'sent' || job?.state === 'passed'
}

async function compare(run: AttemptRun, saved: readonly SavedObject[]) {
  const promotion = await loadPromotion(run)
  const standing = await loadStanding(run.deps, promotion)
  return findExcess(promotion, saved, { rules: standing.losses, now: run.deps.clock.now() })
}

async function record(run: AttemptRun, saved: readonly SavedObject[], unread: readonly string[]): Promise<StepEnd> {
  const { deps, attemptId, promotionId, request, configuration } = run
  const savedAt = deps.clock.now()
  const days = applyOverride(deps.policy, configuration.policy).tiers[request.tier].rescueKeptDays.value
  const keepUntil: Instant = addHours(savedAt, days * 24)
  const id = rescueIdOf(attemptId)
  const items = saved.map(({ item, rows, digest, size }) => ({ ...item, rows, digest, size }))
  await recordFact(deps.ledger, promotionId, {
    type: 'rescue-saved',
    data: { attemptId, rescue: { id, savedAt, keepUntil, items } },
    key: `${attemptId}:rescue-saved`,
  })
  const of = (wanted: boolean) => saved.filter(({ item }) => (item.contents === true) === wanted)
  const told = [countText(of(false), 'rows', 'tables'), countText(of(true), 'files and images', 'tables')].filter((text) => text !== '')
  const missing = unread.length === 0 ? '' : ` Not saved, because it does not travel with rows: ${unread.join(', ')}.`
  return { end: 'done', note: `${told.join(', ')} saved as ${id}, kept until ${keepUntil.slice(0, 10)}.${missing}` }
}

function countText(saved: readonly SavedObject[], what: string, where: string): string {
  if (saved.length === 0) return ''
  return `${saved.reduce((sum, each) => sum + each.rows, 0).toLocaleString('en-US')} ${what} of ${saved.length} ${where}`
}

/** What no ledger entry names must not stay. Whoever lost the lease deletes nothing: another worker goes on with what these steps have saved. */
async function discard(run: AttemptRun, saved: readonly SavedObject[], label = 'rescue-discard'): Promise<void> {
  await run.ctx.step(label, async () => {
    for (const { digest } of saved) {
      await run.checkLease()
      await run.deps.rescues.remove(digest)
    }
  })
}

/** One attempt saves once. */
function rescueIdOf(attemptId: string): string {
  return `rescue-${attemptId.replace(/^a-/, '')}`
}

function tooMuch(run: AttemptRun, reasons: Awaited<ReturnType<typeof compare>>) {
  const { environment, request } = run
  return refuse(
    'rescue.more-than-acknowledged',
    `In ${environment.name} there is more data than its owners have said may go with ${request.solution} ${request.version}; nothing was destroyed.`,
    'Look at what came in meanwhile, ask for the promotion again, and have the data owners acknowledge what is there now.',
    reasons,
  ).refusal
}

async function loadPromotion(run: AttemptRun): Promise<Promotion> {
  const stream = await loadPromotionStream(run.deps.ledger, run.promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${run.promotionId}.`)
  return stream.promotion
}
