import type { Environment, InstalledSolution, Rehearsal } from '#domain/environment'
import { activeLayer, laneOf } from '#domain/environment'
import type { Digest, Instant, Version } from '#domain/kernel'
import { DroverError, errorMessage, raiseRevision, toId } from '#domain/kernel'
import { findInstalled } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { RecoveryDeed } from '#domain/recovery'
import { listKnownGood, refuseSandbox } from '#domain/recovery'
import type { Release } from '#domain/release'
import { withVersion } from '#format'
import type { OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { PutPackage } from '../cattle/put-package.ts'
import { putPackage } from '../cattle/put-package.ts'
import { describeArtifact } from '../described-artifacts.ts'
import { recordFacts } from '../drift/stream.ts'
import { findEnvironment } from '../find.ts'
import { canLayersMatter, readComponents } from '../observation/read-components.ts'
import { orThrow } from '../or-throw.ts'
import { loadHistory } from './load-history.ts'
import { runSandboxRestore } from './sandbox-restore.ts'
import type { RecoveryOutcome, RecoveryRun } from './sandbox-run.ts'
import { measure, recordRecovery } from './sandbox-stream.ts'
import { uninstallFromSandbox } from './sandbox-uninstall.ts'

export type RehearsalDeed = Extract<RecoveryDeed, { readonly kind: 'rehearsal' }>

/**
 * Goes a way back on a sandbox, measured, and writes into the record of the pet how it went, whether it succeeded or not: what failed on a
 * sandbox would have failed in production.
 */
export async function runRehearsal(run: RecoveryRun, deed: RehearsalDeed): Promise<RecoveryOutcome> {
  const facts = await run.ctx.step('rehearsal-look', () => look(run, deed))
  const begunAt = toId<Instant>(await run.ctx.now())
  const gone = await goWay(run, deed, facts)
  const finishedAt = toId<Instant>(await run.ctx.now())
  const startedAt = gone.startedAt ?? begunAt
  const rehearsal: Rehearsal = {
    ...{ id: run.workId, solution: facts.solution, environmentId: facts.pet.id, sandboxId: facts.sandbox.id, way: deed.way },
    ...{ from: gone.from, to: gone.to, startedAt, finishedAt, durationMs: Date.parse(finishedAt) - Date.parse(startedAt) },
    ...{ outcome: gone.outcome, notes: gone.notes, by: run.order.by },
  }
  await run.ctx.step('record-rehearsal', () =>
    recordFacts(run.deps.ledger, laneOf(facts.pet), [
      { type: 'recovery-rehearsed', data: { environmentId: facts.pet.id, rehearsal }, key: `${run.workId}:rehearsed` },
    ]),
  )
  const how = gone.outcome === 'succeeded' ? 'was gone' : 'failed'
  return {
    state: gone.outcome === 'succeeded' ? 'done' : 'failed',
    note: `The way ${deed.way} of ${facts.solution} ${how}. ${gone.notes.join(' ')}`,
  }
}

interface RehearsalFacts {
  readonly pet: Environment
  readonly sandbox: Environment
  /** As the ledger writes it. */
  readonly solution: string
  /** What is brought first. */
  readonly from: Brought | null
  /** What runs in the pet; null: nothing of ours. */
  readonly current: Brought | null
  /** What is gone back to; null: nothing of ours ran there before. */
  readonly to: Brought | null
  readonly countingRequests: number
}

interface Brought {
  readonly version: Version
  readonly digest: Digest
}

/** What goes back is what the pet would go back to: from a release that is brought, to what runs there; else to the known good before that. */
async function look({ deps, order }: RecoveryRun, deed: RehearsalDeed): Promise<RehearsalFacts> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const pet = orThrow(findEnvironment(configuration, order.environmentId))
  const sandbox = orThrow(findEnvironment(configuration, order.sandboxId))
  orThrow(refuseSandbox({ pet, sandbox }, configuration.environments))
  const governed = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === deed.solution.toLowerCase())
  const { succeeded } = await loadHistory(deps, { lane: laneOf(pet), solution: deed.solution })
  const from = deed.from === undefined ? undefined : await deps.readModel.load<Release>('release', deed.from)
  const [to] = listKnownGood(succeeded, deed.from ?? succeeded[0]?.contentOf)
  return {
    ...{ pet, sandbox, solution: governed?.uniqueName ?? deed.solution },
    from: from === undefined ? null : { version: from.version, digest: from.managed.digest },
    current: succeeded[0] === undefined ? null : { version: succeeded[0].version, digest: succeeded[0].digest },
    to: to === undefined ? null : { version: to.version, digest: to.digest },
    countingRequests: applyOverride(deps.policy, configuration.policy).care.countingRequests.value,
  }
}

interface Gone {
  readonly outcome: Rehearsal['outcome']
  readonly notes: readonly string[]
  readonly from: Version | undefined
  readonly to: Version | undefined
  /** When the way itself began, after the sandbox was made ready; undefined: it never did. */
  readonly startedAt: Instant | undefined
}

/** A failure that is thrown is a failed rehearsal as well: the record says so before the work ends. */
async function goWay(run: RecoveryRun, deed: RehearsalDeed, facts: RehearsalFacts): Promise<Gone> {
  let known: Pick<Gone, 'from' | 'to' | 'startedAt'> = { from: undefined, to: undefined, startedAt: undefined }
  const failed = (note: string): Gone => ({ ...known, outcome: 'failed', notes: [note] })
  try {
    if (deed.way === 'restore') known = { ...known, startedAt: toId<Instant>(await run.ctx.now()) }
    if (deed.point !== undefined) {
      const restored = await runSandboxRestore(run, deed.point)
      if (restored.end !== 'done') return failed(restored.note)
    }
    const target = run.deps.environments.open(facts.sandbox)
    if (facts.from !== null) {
      const note = await bring(run, facts, { target, label: 'forward', package: facts.from, mode: 'upgrade' })
      if (note.outcome === 'failed') return failed(`What is gone back from could not be brought: ${note.note}`)
    }
    const tables = await run.ctx.step('rehearsal-tables', () => findTables(run, [facts.from, facts.current, facts.to]))
    const before = await run.ctx.step('rehearsal-before', () => see(run, facts, { target, tables }))
    known = { from: before.version ?? undefined, to: undefined, startedAt: known.startedAt ?? toId<Instant>(await run.ctx.now()) }
    const went = await measure(run, 'way', async () => {
      const value = await goBack(run, { deed, facts, target, installed: before.version ?? undefined })
      return { value, note: value.note }
    })
    if (went.outcome === 'failed') return failed(went.note)
    const after = await run.ctx.step('rehearsal-after', () => see(run, facts, { target, tables }))
    known = { ...known, to: after.version ?? undefined }
    const wrong =
      after.version === went.expected ? [] : [`${after.version ?? 'nothing'} is there, and ${went.expected ?? 'nothing'} should be.`]
    return {
      ...known,
      outcome: wrong.length === 0 ? 'succeeded' : 'failed',
      notes: [went.note, ...wrong, ...rowNotes(before, after), ...after.notes],
    }
  } catch (error) {
    // Whoever lost the lease says nothing: another worker goes on.
    if (!(error instanceof DroverError) || error.code.startsWith('fence.')) throw error
    return failed(`${errorMessage(error)}${error.hint === undefined ? '' : ` ${error.hint}`}`)
  }
}

interface Went {
  readonly outcome: 'done' | 'failed'
  readonly note: string
  /** Version that must be there afterwards; null: none. */
  readonly expected: Version | null
}

interface Going {
  readonly deed: RehearsalDeed
  readonly facts: RehearsalFacts
  readonly target: OpenEnvironment
  readonly installed: Version | undefined
}

async function goBack(run: RecoveryRun, { deed, facts, target, installed }: Going): Promise<Went> {
  const { solution, to } = facts
  if (deed.way === 'restore') return { outcome: 'done', note: `${facts.pet.name} was restored.`, expected: installed ?? null }
  if (installed === undefined) return { outcome: 'failed', note: `${facts.sandbox.name} does not have ${solution}.`, expected: null }
  if (deed.way === 'uninstall') {
    const ended = await uninstallFromSandbox(run, { target, sandbox: facts.sandbox, solution })
    return { ...ended, expected: null }
  }
  if (to === null) return { outcome: 'failed', note: `No release ran in ${facts.pet.name} before what is there now.`, expected: null }
  if (deed.way === 'redeploy') return bring(run, facts, { target, label: 'back', package: to, mode: 'update' })
  const version = raiseRevision(installed)
  const digest = await run.ctx.step('repack', async () => {
    const { artifacts } = run.deps
    return artifacts.put(await withVersion(await artifacts.get(to.digest), version))
  })
  return bring(run, facts, { target, label: 'back', package: { version, digest }, mode: 'upgrade' })
}

async function bring(
  run: RecoveryRun,
  { sandbox, solution }: RehearsalFacts,
  of: { readonly target: OpenEnvironment; readonly label: string; readonly package: Brought; readonly mode: PutPackage['mode'] },
): Promise<Went> {
  const parameters = { connectionReferences: [], environmentVariables: [] }
  const put = { label: of.label, solution, ...of.package, mode: of.mode, parameters }
  const ended = await putPackage(
    {
      ...{ deps: run.deps, ctx: run.ctx, pace: run.pace, environment: sandbox, target: of.target },
      checkLease: () => run.checkLease(),
      record: (key, { state }) => {
        // What only ends is no start: a repeated key is enough to tell that.
        const data = { what: `import-${key}`, attempt: 0, state: state === 'not-arrived' ? state : 'sent' } as const
        return recordRecovery(run.deps, run.workId, { type: 'recovery-sent', data, key: `import-${key}` })
      },
    },
    put,
  )
  if (ended.end === 'done') return { outcome: 'done', note: ended.note, expected: of.package.version }
  return { outcome: 'failed', note: ended.end === 'failed' ? inWords(ended.refusal) : ended.message, expected: null }
}

function inWords({
  message,
  reasons,
}: {
  readonly message: string
  readonly reasons: readonly { subject: string; message: string }[]
}): string {
  return [message, ...reasons.map((reason) => `${reason.subject}: ${reason.message}`)].join(' ')
}

/** Logical names of the tables of these packages. */
async function findTables({ deps }: RecoveryRun, packages: readonly (Brought | null)[]): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const each of packages) {
    if (each === null) continue
    const components = await describeArtifact(deps.artifacts, each.digest)
    for (const { kind, key } of components) if (kind === 'Entity') names.add(key.toLowerCase())
  }
  return [...names]
}

interface Seen {
  readonly version: Version | null
  /** By table; null: it could not be counted. */
  readonly rows: Readonly<Record<string, number | null>>
  readonly notes: readonly string[]
}

/** What of the solution is there: version, rows, and layers by hand that would hide it. */
async function see(
  { deps }: RecoveryRun,
  { solution, sandbox, countingRequests }: RehearsalFacts,
  { target, tables }: { readonly target: OpenEnvironment; readonly tables: readonly string[] },
): Promise<Seen> {
  const { solutions } = await target.observe({ solution, connectionIds: [] })
  const installed = findInstalled({ solutions }, solution)
  const questions = tables.map((table) => ({
    ...{ kind: 'rows' as const, component: { kind: 'Entity', key: table, id: '' }, table, column: undefined },
  }))
  const counts = await target.count(questions, { requests: countingRequests })
  const rows = tables.map((table, at): [string, number | null] => {
    const count = counts[at]
    return [table, count === undefined || count.kind === 'unknown' ? null : count.n]
  })
  return {
    version: installed?.version ?? null,
    rows: Object.fromEntries(rows),
    notes: await layerNotes({ deps, target, sandbox, installed }),
  }
}

async function layerNotes(of: {
  readonly deps: RecoveryRun['deps']
  readonly target: OpenEnvironment
  readonly sandbox: Environment
  readonly installed: InstalledSolution | undefined
}): Promise<readonly string[]> {
  const { deps, target, sandbox, installed } = of
  if (installed === undefined) return []
  const lane = laneOf(sandbox)
  const { components, unseen } = await readComponents(deps, { lane, target, solutions: [installed], also: [], layers: canLayersMatter })
  const hidden = components.filter(({ layers }) => layers?.some(({ solution }) => solution === activeLayer) === true)
  const notes = hidden.length === 0 ? [] : [`${hidden.length} components have a layer by hand on top, which hides what came back.`]
  return unseen.length === 0 ? notes : [...notes, `Layers of ${unseen.length} sorts could not be read.`]
}

function rowNotes(before: Seen, after: Seen): readonly string[] {
  return Object.entries(before.rows).map(([table, was]) => {
    const is = after.rows[table] ?? null
    if (was === null && is === null) return `Rows of ${table} could not be counted.`
    const words = (count: number | null): string => (count === null ? 'not there, or not counted' : String(count))
    const lost = was !== null && is !== null && is < was ? ` ${was - is} are gone.` : ''
    return `Rows of ${table}: ${words(was)} before, ${words(is)} after.${lost}`
  })
}
