import type { ConfigurationPackage, DecidedRow } from '#domain/data'
import { decideRows, planPasses, referenceKey, resolveOutside, valueText } from '#domain/data'
import { laneOf } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { PlannedData } from '#domain/plan'
import { findDataBlockers } from '#domain/plan'
import { loadConfigurationPackage, readDataFacts } from '../data/configuration-facts.ts'
import { rescueRows } from '../data/configuration-rescue.ts'
import { verifyRows } from '../data/configuration-verify.ts'
import type { RowDecision } from '../data/configuration-write.ts'
import { writePass } from '../data/configuration-write.ts'
import type { LoadingRun, StepEnd } from '../promotion/run.ts'
import { checkVersion, notAsPlanned } from './verify.ts'

/** Rows that are written in one recorded step. */
const rowsInStep = 100

/**
 * Brings the configuration data of the release and reads it back. What becomes of each row is recorded before the first is written, what is
 * overwritten or deleted is saved before that, and every write looks first: whoever goes on after a crash finds rows as they were or as they are to
 * be, and a row that is neither belongs to somebody else by now and is refused.
 */
export async function loadData(run: LoadingRun): Promise<StepEnd> {
  const { data } = run.request.plan
  if (data === undefined) return { end: 'done', note: `${run.environment.name} gets no configuration data.` }
  const decided = await run.ctx.step<Decided>('data-decide', () => decide(run, data))
  if (decided.end === 'failed') return decided
  const { rows } = decided
  const pack = remembered(() => loadResolved(run, decided))
  const saved = await rescueRows(run, rows, pack)
  const byKey = new Map(rows.map((row) => [referenceKey(row), row]))
  const refused: Reason[] = []
  // From what is recorded and from the sealed package alone, so that a replay takes the same steps.
  const passes = await run.ctx.step('data-passes', async () => planPasses(await pack(), rows))
  for (const pass of passes) {
    for (let at = 0; at < pass.rows.length; at += rowsInStep) {
      const part = { ...pass, rows: pass.rows.slice(at, at + rowsInStep) }
      const found = await run.ctx.step(`data-${pass.part}-${pass.table}-${at}`, async () =>
        writePass(run, { pack: await pack(), byKey, part }),
      )
      refused.push(...found)
    }
  }
  if (refused.length > 0) return { end: 'failed', refusal: rowsRefused(run, refused) }
  const wrong = await run.ctx.step('data-verify', async () => verifyRows(run, await pack(), rows))
  if (wrong.length > 0) return { end: 'failed', refusal: notAsLoaded(run, wrong) }
  return { end: 'done', note: `${describe(rows)}${saved}` }
}

type Decided =
  | { readonly end: 'failed'; readonly refusal: Refusal }
  | {
      readonly end: 'load'
      readonly digest: string
      readonly outside: readonly (readonly [string, string])[]
      readonly rows: readonly RowDecision[]
    }

async function decide(run: LoadingRun, planned: PlannedData): Promise<Decided> {
  const { release, target, environment, attemptId, deps } = run
  const observed = await target.observe({ solution: release.solution, connectionIds: [] })
  const problems = checkVersion(run, observed)
  if (problems.length > 0) return { end: 'failed', refusal: notAsPlanned(run, problems) }
  const facts = await readDataFacts(deps, {
    release,
    target,
    lane: laneOf(environment),
    content: [],
    except: attemptId,
    isNew: run.promotionId === undefined,
  })
  if (facts === undefined || facts.digest !== planned.digest) return { end: 'failed', refusal: otherData(run) }
  const decided = decideRows(facts.pack, facts.target)
  const [blocker] = findDataBlockers(facts, decided)
  if (blocker !== undefined) return { end: 'failed', refusal: blocker }
  const approved = new Map(planned.named.map((row) => [referenceKey(row), row.deed]))
  const news = decided.filter(({ deed, ...row }) => (deed === 'overwrite' || deed === 'delete') && approved.get(referenceKey(row)) !== deed)
  if (news.length > 0) return { end: 'failed', refusal: changedMeanwhile(run, news) }
  const rows = decided.map((row): RowDecision => {
    const key = referenceKey(row)
    // What people saw as kept stays, also where a load that was cut off makes it look like ours.
    const deed = approved.get(key) === 'keep' && row.deed !== 'unchanged' ? 'keep' : row.deed
    const there = facts.target.rows.get(key)
    const columns = Object.keys(there?.values ?? {})
    const was = columns.map((name) => [name, hashOf(run, valueText(there?.values[name]))] as const)
    const isWritten = deed === 'change' || deed === 'overwrite'
    return { ...row, deed, etag: there?.etag ?? '', was: isWritten ? Object.fromEntries(was) : {} }
  })
  return { end: 'load', digest: facts.digest, outside: facts.outside, rows }
}

/** Values of rows stand in no step's record. */
function hashOf({ deps }: LoadingRun, text: string): string {
  return text === '' ? '' : deps.hashing.sha256(text).slice(0, 16)
}

async function loadResolved(run: LoadingRun, { digest, outside }: Extract<Decided, { end: 'load' }>): Promise<ConfigurationPackage> {
  return resolveOutside(await loadConfigurationPackage(run.deps, digest), new Map(outside))
}

function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

function describe(rows: readonly DecidedRow[]): string {
  const count = (...deeds: readonly DecidedRow['deed'][]): number => rows.filter(({ deed }) => deeds.includes(deed)).length
  const kept = rows.filter(({ deed }) => deed === 'keep')
  const named = kept.slice(0, 5).map(({ table, id }) => `${table} ${id}`)
  const stays =
    kept.length === 0 ? '' : ` Kept as the target has them: ${named.join(', ')}${kept.length > 5 ? ` and ${kept.length - 5} more` : ''}.`
  return `Configuration data: ${count('create')} rows created, ${count('change', 'overwrite')} changed, ${count('delete')} deleted, ${count('unchanged')} as they were; read back and found so.${stays}`
}

function rowsRefused(run: LoadingRun, reasons: readonly Reason[]): Refusal {
  return refuse(
    'data.refused',
    `${run.request.solution} ${run.request.version} is installed in ${run.environment.name}, which refused ${reasons.length} rows of its configuration data.`,
    'Mend what the reasons name, then resume the promotion: rows that are there are not written again.',
    reasons.slice(0, 50),
  ).refusal
}

function notAsLoaded(run: LoadingRun, reasons: readonly Reason[]): Refusal {
  return refuse(
    'data.not-as-loaded',
    `Rows of the configuration data in ${run.environment.name} are not as they were written.`,
    'Something there changes them as they are saved: a plug-in, a flow or a business rule. Mend it or the package, then resume the promotion.',
    reasons.slice(0, 50),
  ).refusal
}

function changedMeanwhile(run: LoadingRun, rows: readonly DecidedRow[]): Refusal {
  return refuse(
    'data.target-changed',
    `Rows of the configuration data were changed in ${run.environment.name} since the promotion was approved; they are neither overwritten nor deleted unseen.`,
    'Resume the promotion when they are as they were, or request it again: then they are named to whoever approves.',
    rows.map(({ table, id, differs }) => ({
      subject: `${table} ${id}`,
      message: differs.length === 0 ? 'Made there.' : `Changed there: ${differs.join(', ')}.`,
    })),
  ).refusal
}

function otherData(run: LoadingRun): Refusal {
  return refuse(
    'PIP-02',
    `The configuration data of ${run.request.solution} ${run.request.version} is not what was approved; nothing was written.`,
    'Do not use the release. Prepare a new one, and find out who changed what was stored.',
    [],
  ).refusal
}
