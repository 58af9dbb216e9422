import type { Environment } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { DroverError, errorCode, errorMessage, toId } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { SandboxPolicy } from '#domain/policy'
import type { PointInTime, RestoredSandbox } from '#domain/recovery'
import { makeChecklist, nameOfRestored, refuseSandbox } from '#domain/recovery'
import type { AdministeredEnvironment } from '#domain/environment'
import type { EnvironmentAdministration, LifecycleOperation, OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import type { SeenWork, Started } from '../start-once.ts'
import { startOnce } from '../start-once.ts'
import { isThere, leaveNote } from './restore-note.ts'
import { seePair } from './sandbox-seen.ts'
import type { RecoveryRun } from './sandbox-run.ts'
import { measure, recordRecovery } from './sandbox-stream.ts'

export type RestoreEnd =
  | { readonly end: 'done'; readonly restored: RestoredSandbox }
  | { readonly end: 'failed' | 'indeterminate'; readonly note: string }

/**
 * Restores the pet into its sandbox and leaves it closed: administration mode on, background operations off, open to the people of the pet
 * alone. The restore carries a name of its own for the sandbox, which tells after a lost answer or a kill that it arrived, so that it is never
 * sent twice; whether it then succeeded is told by a note that was left among the rows before.
 */
export async function runSandboxRestore(run: RecoveryRun, point: PointInTime): Promise<RestoreEnd> {
  const facts = await run.ctx.step('restore-look', () => look(run))
  const administration = run.deps.administrations.open(facts.pet)
  const ended = await measure(run, 'restore', async () => {
    const value = await restore(run, { facts, administration, point })
    return { value, note: value.end === 'done' ? `${facts.pet.name} as it was at ${point.at} is in ${facts.sandbox.name}.` : value.note }
  })
  if (ended.end !== 'done') return ended
  const restored = await measure(run, 'close', async () => {
    const closed = await close(run, { facts, administration })
    const value = await settle(run, facts, closed)
    const open = value.checklist.filter(({ state }) => state !== 'nothing').length
    return { value, note: `Closed to all but administrators, background operations off; ${open} things to see to.` }
  })
  await run.ctx.step('record-restored', () =>
    recordRecovery(run.deps, run.workId, { type: 'sandbox-restored', data: { restored }, key: 'sandbox-restored' }),
  )
  return { end: 'done', restored }
}

interface RestoreFacts {
  readonly pet: Environment
  readonly sandbox: Environment
  readonly petPlatformId: string
  readonly sandboxPlatformId: string
  /** Of the pet. */
  readonly securityGroupId: string | null
  readonly policy: SandboxPolicy
  /** Connection references → connection, by the settings of the stages that lead into the sandbox. */
  readonly bindings: Readonly<Record<string, string>>
}

interface Restoring {
  readonly facts: RestoreFacts
  readonly administration: EnvironmentAdministration
}

/** Judged again by what is in force and by what the tenant shows now: much can change while people decide. */
async function look(run: RecoveryRun): Promise<RestoreFacts> {
  const { deps, order } = run
  const current = orThrow(await requireConfiguration(deps))
  const { configuration } = current
  const pet = orThrow(findEnvironment(configuration, order.environmentId))
  const sandbox = orThrow(findEnvironment(configuration, order.sandboxId))
  orThrow(refuseSandbox({ pet, sandbox }, configuration.environments))
  const seen = orThrow(await seePair(deps.administrations.open(pet), { pet, sandbox, current }))
  const stages = configuration.pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => ({ pipeline: pipeline.id, stage })))
  const leading = stages.filter(({ stage }) => stage.environment === sandbox.id)
  const bindings = configuration.solutions.flatMap((solution) =>
    leading.flatMap(({ pipeline, stage }) =>
      pipeline === solution.pipeline ? Object.entries(solution.settings[stage.id]?.connectionReferences ?? {}) : [],
    ),
  )
  return {
    ...{ pet, sandbox, petPlatformId: seen.pet.platformId, sandboxPlatformId: seen.sandbox.platformId },
    securityGroupId: seen.pet.securityGroupId ?? null,
    policy: applyOverride(deps.policy, configuration.policy).sandboxes,
    bindings: Object.fromEntries(bindings),
  }
}

async function restore(
  run: RecoveryRun,
  { facts, administration, point }: Restoring & { readonly point: PointInTime },
): Promise<{ readonly end: 'done' } | { readonly end: 'failed' | 'indeterminate'; readonly note: string }> {
  const sandbox = run.deps.environments.open(facts.sandbox)
  const noteId = await leaveNote(run, sandbox)
  const started = await send(run, { facts, administration, point })
  if (started.outcome === 'unclear') return { end: 'indeterminate', note: started.message }
  const statusUrl = started.asyncOperationId ?? undefined
  const followed = await follow(run, 'restore', { administration, operation: { statusUrl }, facts })
  if (followed !== undefined) return followed
  // Where nothing could be followed, and for what calls itself succeeded alike: the name that came with the restore is there, or it never ran.
  const isNamed = await run.ctx.step('restore-read-back', () => hasArrived(administration, facts, run.workId))
  if (!isNamed) {
    const note = `Whether ${facts.sandbox.name} holds the restored ${facts.pet.name} cannot be told: it does not have the name that came with the restore.`
    return { end: 'indeterminate', note }
  }
  // The platform itself told how it ended.
  if (statusUrl !== undefined && statusUrl !== '') return { end: 'done' }
  return judgeByNote(run, { facts, sandbox, noteId })
}

/** How a restore ended whose answer was lost: a name can be given by one that failed afterwards; only rows tell that they were replaced. */
async function judgeByNote(
  run: RecoveryRun,
  of: { readonly facts: RestoreFacts; readonly sandbox: OpenEnvironment; readonly noteId: string | null },
): Promise<{ readonly end: 'done' } | { readonly end: 'failed' | 'indeterminate'; readonly note: string }> {
  const { facts, sandbox, noteId } = of
  const lost = `The answer to the restore of ${facts.pet.name} into ${facts.sandbox.name} was lost`
  if (noteId === null) {
    const note = `${lost}, and no note could be left there before: look in the admin center whether it succeeded, then ask for it again.`
    return { end: 'indeterminate', note }
  }
  const isStillThere = await untilItAnswers(run, { label: 'note', look: () => isThere(sandbox, noteId) })
  if (!isStillThere) return { end: 'done' }
  return { end: 'failed', note: `${lost}, and it did not succeed: what was there before still is. Ask for it again.` }
}

async function send(run: RecoveryRun, { facts, administration, point }: Restoring & { readonly point: PointInTime }): Promise<Started> {
  const { deps, workId } = run
  const { pet, sandbox, securityGroupId } = facts
  return startOnce(run, {
    label: 'restore-send',
    mark: (attempt) => mark(run, attempt, 'sent'),
    async send() {
      try {
        if (await hasArrived(administration, facts, workId)) return { asyncOperationId: '' }
        await requireSameSandbox(run, facts)
        const { statusUrl } = await administration.restore({
          from: facts.petPlatformId,
          to: facts.sandboxPlatformId,
          at: point.at,
          skipAudit: true,
          displayName: nameOfRestored(pet, workId),
          ...(securityGroupId === null ? {} : { securityGroupId }),
        })
        return { asyncOperationId: statusUrl ?? '' }
      } catch (error) {
        throw isNotUsableYet(error) ? notUsableYet(pet, error) : error
      }
    },
    ask: () => ask({ deps, pace: run.pace, workId }, { facts, administration }),
    recordNotArrived: async (attempt) => void (await mark(run, attempt, 'not-arrived')),
    unclear: (why) => `What became of restoring ${pet.name} into ${sandbox.name} cannot be told: ${why}. It is not sent again.`,
    neverArrived: (tries) =>
      new DroverError('recovery.unreachable', `The administration took no restore of ${pet.name} in ${tries} tries; nothing was begun.`, {
        hint: 'Check that the tenant can be reached, then ask for it again.',
        isRetryable: true,
      }),
    turnedAwayTooLong: (seconds, message) =>
      new DroverError('recovery.turned-away', `The platform turned the restore of ${pet.name} away for ${seconds} s: ${message}`, {
        hint: 'Wait until what it names has ended, then ask for it again.',
        isRetryable: true,
      }),
  })
}

/** Hours may lie between the look and the request, where the platform turned it away or a worker was killed: what was a sandbox may be a pet by now. */
async function requireSameSandbox(run: RecoveryRun, facts: RestoreFacts): Promise<void> {
  await run.checkLease()
  const now = await look(run)
  if (now.sandboxPlatformId === facts.sandboxPlatformId && now.petPlatformId === facts.petPlatformId) return
  throw new DroverError('recovery.moved', `${facts.sandbox.name} or ${facts.pet.name} is another environment now; nothing was restored.`, {
    hint: 'Somebody changed an address: look at drover.yaml and at the admin center, then ask for it again.',
  })
}

function mark({ deps, workId }: RecoveryRun, attempt: number, state: 'sent' | 'not-arrived'): Promise<boolean> {
  return recordRecovery(deps, workId, {
    type: 'recovery-sent',
    data: { what: 'restore', attempt, state },
    key: `restore-${state}-${attempt}`,
  })
}

/**
 * Looks for the name that came with the restore until it is there or the settle window has passed. Where it shows later than that, the next
 * restore is turned away while the first is at work, and the name is looked for again before another is sent.
 */
async function ask(
  { deps, pace, workId }: Pick<RecoveryRun, 'deps' | 'pace' | 'workId'>,
  { facts, administration }: Restoring,
): Promise<SeenWork> {
  const settledAt = Date.parse(deps.clock.now()) + pace.settleMs
  for (;;) {
    const seen = await askOnce(administration, facts, workId)
    if (seen.seen !== 'absent' || Date.parse(deps.clock.now()) >= settledAt) return seen
    await deps.pause(pace.pollMs)
  }
}

async function askOnce(administration: EnvironmentAdministration, facts: RestoreFacts, workId: string): Promise<SeenWork> {
  try {
    return { seen: (await hasArrived(administration, facts, workId)) ? 'running' : 'absent' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

async function hasArrived(administration: EnvironmentAdministration, facts: RestoreFacts, workId: string): Promise<boolean> {
  const now = await administration.fetchEnvironment(facts.sandboxPlatformId)
  return now?.displayName === nameOfRestored(facts.pet, workId)
}

/** The service has no code of its own for it in the sources; local environments say BackupNotReady (release-facts §8: 10 to 15 minutes). */
function isNotUsableYet(error: unknown): boolean {
  return errorCode(error) === 'administration.refused' && /BackupNotReady|not available yet/i.test(errorMessage(error))
}

function notUsableYet(pet: Environment, error: unknown): DroverError {
  return new DroverError('recovery.point-not-usable', `The restore point of ${pet.name} cannot be used yet: ${errorMessage(error)}`, {
    hint: 'A manual backup can be restored 10 to 15 minutes after it was taken.',
    isRetryable: true,
    cause: error,
  })
}

/** Longest pause between two looks at work that may take a day. */
const longestLookMs = 60_000

/** Undefined: it has ended well, as far as can be told. */
async function follow(
  run: RecoveryRun,
  label: string,
  of: Restoring & { readonly operation: LifecycleOperation },
): Promise<{ readonly end: 'failed' | 'indeterminate'; readonly note: string } | undefined> {
  const { facts, administration, operation } = of
  const longestMs = facts.policy.restoreHours.value * 3_600_000
  for (let waitedMs = 0, looked = 0; ; looked++) {
    const seen = await run.ctx.step(`follow-${label}-${looked}`, () => lookAt(administration, facts, operation))
    if (seen.state === 'ended') return undefined
    if (seen.state === 'failed') return { end: 'failed', note: `The platform gave the restore of ${facts.pet.name} up: ${seen.message}` }
    if (waitedMs >= longestMs)
      return { end: 'indeterminate', note: `The restore showed no end in ${facts.policy.restoreHours.value} hours.` }
    const pauseMs = Math.min(longestLookMs, Math.max(run.pace.pollMs, waitedMs / 10))
    await run.ctx.sleep(pauseMs)
    waitedMs += pauseMs
  }
}

type Look = { readonly state: 'running' } | { readonly state: 'ended' } | { readonly state: 'failed'; readonly message: string }

/** An operation whose address was lost with the answer is followed by whether the sandbox may be changed again. */
async function lookAt(administration: EnvironmentAdministration, facts: RestoreFacts, { statusUrl }: LifecycleOperation): Promise<Look> {
  try {
    if (statusUrl === undefined || statusUrl === '') {
      await administration.changeEnvironment(facts.sandboxPlatformId, { hasBackgroundOperations: false })
      return { state: 'ended' }
    }
    const seen = await administration.fetchLifecycle({ statusUrl })
    if (seen.state === 'failed') return { state: 'failed', message: seen.message }
    return { state: seen.state === 'running' ? 'running' : 'ended' }
  } catch (error) {
    if (error instanceof DroverError && error.isRetryable) return { state: 'running' }
    throw error
  }
}

/** The end that every restore must have, asked for until it is there: what is as wanted is not asked for again. */
async function close(run: RecoveryRun, { facts, administration }: Restoring): Promise<AdministeredEnvironment> {
  const { sandboxPlatformId, securityGroupId, sandbox } = facts
  for (let asked = 0; ; asked++) {
    const now = await run.ctx.step(`close-look-${asked}`, () =>
      administration.fetchEnvironment(sandboxPlatformId).then((seen) => seen ?? null),
    )
    if (now === null)
      throw new DroverError('recovery.sandbox-gone', `${sandbox.name} is gone from the tenant.`, { hint: 'Make a new one.' })
    const isRestricted = securityGroupId === null || now.securityGroupId === securityGroupId
    if (now.isInAdministrationMode && !now.hasBackgroundOperations && isRestricted) return now
    if (asked >= closesAtMost) {
      throw new DroverError('recovery.not-closed', `${sandbox.name} does not stay closed as it must: look at it at once.`, {
        hint: 'Turn administration mode on and background operations off in the admin center, and set the security group of the pet.',
      })
    }
    const wanted = {
      isInAdministrationMode: true,
      hasBackgroundOperations: false,
      ...(securityGroupId === null ? {} : { securityGroupId }),
    }
    const operation = await run.ctx.step(`close-${asked}`, () =>
      unlessBusy(() => administration.changeEnvironment(sandboxPlatformId, wanted)),
    )
    if (operation.statusUrl !== null)
      await follow(run, `close-${asked}`, { facts, administration, operation: { statusUrl: operation.statusUrl } })
    else await run.ctx.sleep(run.pace.retryMs)
  }
}

/** Times that closing is asked for before a person has to look. */
const closesAtMost = 10

async function unlessBusy(send: () => Promise<LifecycleOperation>): Promise<{ readonly statusUrl: string | null }> {
  try {
    return { statusUrl: (await send()).statusUrl ?? null }
  } catch (error) {
    if (error instanceof DroverError && error.isRetryable) return { statusUrl: null }
    throw error
  }
}

/** Binds what the settings bind, and lists what is left to do. */
async function settle(run: RecoveryRun, facts: RestoreFacts, closed: AdministeredEnvironment): Promise<RestoredSandbox> {
  const { sandbox, pet, bindings, policy } = facts
  const target = run.deps.environments.open(sandbox)
  const content = await untilItAnswers(run, { label: 'answers', look: () => target.fetchRestoredContent() })
  const wanted = content.bindings.flatMap(({ logicalName }) => {
    const connectionId = bindings[logicalName]
    return connectionId === undefined ? [] : [{ logicalName, connectionId }]
  })
  const refused = await run.ctx.step('bind-connections', async () => {
    const names: string[] = []
    for (const reference of wanted) {
      await run.checkLease()
      await target.bindConnection(reference).catch((error: unknown) => {
        if (error instanceof DroverError && error.isRetryable) throw error
        names.push(`${reference.logicalName} (${errorMessage(error)})`)
      })
    }
    return names
  })
  const left = content.bindings
    .filter(({ logicalName, connectionId }) => connectionId === undefined && bindings[logicalName] === undefined)
    .map(({ logicalName }) => logicalName)
  const unbound = [...left, ...refused]
  const keptMs = policy.keptDays.value * 24 * 3_600_000
  const byPolicy = new Date(Date.parse(await run.ctx.now()) + keptMs).toISOString()
  const endsAt =
    sandbox.endsAt !== undefined && Date.parse(sandbox.endsAt) < Date.parse(byPolicy) ? sandbox.endsAt : toId<Instant>(byPolicy)
  return {
    endsAt,
    isInAdministrationMode: closed.isInAdministrationMode,
    hasBackgroundOperations: closed.hasBackgroundOperations,
    securityGroupId: closed.securityGroupId,
    unbound,
    checklist: makeChecklist(pet, content, unbound),
  }
}

/** A restored environment answers 403 until its users are in (web-api F.1); so long it is asked again. */
async function untilItAnswers<T>(
  run: RecoveryRun,
  { label, look }: { readonly label: string; readonly look: () => Promise<T> },
): Promise<T> {
  for (let waitedMs = 0, asked = 0; ; asked++) {
    const seen = await run.ctx.step(`${label}-${asked}`, async () => {
      try {
        return { content: await look() }
      } catch (error) {
        const mayCome = error instanceof DroverError && (error.isRetryable || error.code === 'dataverse.forbidden')
        if (!mayCome || waitedMs >= run.pace.turnedAwayMs) throw error
        return { content: null }
      }
    })
    if (seen.content !== null) return seen.content
    const pauseMs = Math.min(longestLookMs, Math.max(run.pace.pollMs, waitedMs / 4))
    await run.ctx.sleep(pauseMs)
    waitedMs += pauseMs
  }
}
