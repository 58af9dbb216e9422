import type { AdministeredEnvironment, Environment, EnvironmentSpec } from '#domain/environment'
import { laneOf, refuseKindOfPet, refusePetOfTenant } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { refuseAddressOfPet, refuseForPets } from '#domain/rebuild'
import type { DurableContext, EnvironmentAdministration, LifecycleOperation } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { orThrow } from '../or-throw.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'

/** What work on whole environments works with; the ledger stream is the caller's. */
export interface AdministrationRun {
  readonly deps: Pick<WorkerDependencies, 'clock' | 'pause'>
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly administration: EnvironmentAdministration
  checkLease(): Promise<void>
  /** Appends under this key that something is about to be sent, or what is known of it; false when it was there already. */
  record(key: string, data: { readonly what: string; readonly state: string; readonly id?: string }): Promise<boolean>
}

/**
 * Deletes one environment, by its id at the platform, and waits until it is gone. `mustBe` is asked right before each request: whatever
 * was decided, no pet is deleted, and nothing whose address has become another's.
 */
export async function deleteEnvironment(
  run: AdministrationRun,
  of: { readonly platformId: string; mustBe(there: AdministeredEnvironment): Promise<void> },
): Promise<void> {
  const { platformId } = of
  const fetch = () => run.administration.fetchEnvironment(platformId)
  if (!(await run.ctx.step('look-before-delete', async () => (await fetch()) !== undefined))) return
  const started = await startOnce(run, {
    label: 'delete-environment',
    mark: (attempt) => run.record(`delete-sent-${attempt}`, { what: 'delete', state: 'sent', id: platformId }),
    async send() {
      const there = await fetch()
      if (there === undefined) return { asyncOperationId: '' }
      await of.mustBe(there)
      return { asyncOperationId: (await run.administration.deleteEnvironment(platformId)).statusUrl ?? '' }
    },
    // The same id again deletes nothing else; turned away as busy, it is being deleted.
    ask: async () => ((await seen(fetch)) ? { seen: 'absent' } : { seen: 'finished' }),
    recordNotArrived: async (attempt) =>
      void (await run.record(`delete-not-arrived-${attempt}`, { what: 'delete', state: 'not-arrived', id: platformId })),
    unclear: (why) => `Whether the environment ${platformId} is being deleted cannot be told: ${why}.`,
    neverArrived: (tries) => unreachable(`It did not take the deletion of ${platformId} in ${tries} tries.`),
    turnedAwayTooLong: (seconds, message) => unreachable(`It turned the deletion of ${platformId} away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') throw unreachable(started.message)
  await followLifecycle(run, 'delete', started.asyncOperationId === '' ? null : started.asyncOperationId)
  await waitUntil(run, 'gone', async () => ((await fetch()) === undefined ? true : undefined))
}

/**
 * Creates one environment and waits until it has an address. It is made under a name of its own, by which it is found when the answer to its
 * creation was lost; its domain name keeps a second one from coming to be.
 */
export async function createEnvironment(
  run: AdministrationRun,
  of: { readonly spec: EnvironmentSpec; readonly madeAs: string },
): Promise<{ readonly platformId: string; readonly url: string }> {
  const { spec, madeAs } = of
  const find = async () => (await run.administration.listEnvironments()).find(({ displayName }) => displayName === madeAs)
  const isThere = await run.ctx.step('look-before-create', async () => (await find()) !== undefined)
  const statusUrl = isThere ? null : await startCreation(run, { spec: { ...spec, displayName: madeAs }, find })
  await followLifecycle(run, 'create', statusUrl)
  return waitUntil(run, 'made', async () => {
    const made = await find()
    return made?.url === undefined ? undefined : { platformId: made.platformId, url: made.url }
  })
}

async function startCreation(
  run: AdministrationRun,
  { spec, find }: { readonly spec: EnvironmentSpec; find(): Promise<AdministeredEnvironment | undefined> },
): Promise<string | null> {
  const what = { what: 'create', id: spec.displayName }
  const started = await startOnce(run, {
    label: 'create-environment',
    mark: (attempt) => run.record(`create-sent-${attempt}`, { ...what, state: 'sent' }),
    send: async () => ({ asyncOperationId: (await run.administration.createEnvironment(spec)).statusUrl ?? '' }),
    ask: () => askUntilSettled(run, async () => ((await find()) === undefined ? undefined : { seen: 'running' })),
    recordNotArrived: async (attempt) => void (await run.record(`create-not-arrived-${attempt}`, { ...what, state: 'not-arrived' })),
    unclear: (why) => `Whether ${spec.displayName} is being made cannot be told: ${why}.`,
    neverArrived: (tries) => unreachable(`It did not take the creation of ${spec.displayName} in ${tries} tries.`),
    turnedAwayTooLong: (seconds, message) => unreachable(`It turned the creation of ${spec.displayName} away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') throw unreachable(started.message)
  return started.asyncOperationId === '' ? null : started.asyncOperationId
}

/** Looks for what was sent until it shows, or long enough that it would have. */
export async function askUntilSettled(run: AdministrationRun, look: () => Promise<SeenWork | undefined>): Promise<SeenWork> {
  const settledAt = Date.parse(run.deps.clock.now()) + run.pace.settleMs
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined) return seen
      if (Date.parse(run.deps.clock.now()) >= settledAt) return { seen: 'absent' }
    } catch (error) {
      if (Date.parse(run.deps.clock.now()) >= settledAt) return { seen: 'no-answer', why: errorMessage(error) }
    }
    await run.deps.pause(run.pace.pollMs)
  }
}

/** Makes a setting of a whole environment what it should be, unless it is so already. Repeated, it does no harm. */
export async function settle(
  run: AdministrationRun,
  of: { readonly label: string; isSo(): Promise<boolean>; change(): Promise<LifecycleOperation> },
): Promise<void> {
  const statusUrl = await run.ctx.step(`settle-${of.label}`, async () => {
    if (await of.isSo()) return null
    await run.checkLease()
    for (let waitedMs = 0; ; waitedMs += run.pace.pollMs) {
      try {
        return (await of.change()).statusUrl ?? null
      } catch (error) {
        if (!(error instanceof DroverError) || !error.isRetryable || waitedMs > run.pace.turnedAwayMs) throw error
        await run.deps.pause(run.pace.pollMs)
      }
    }
  })
  await followLifecycle(run, of.label, statusUrl)
}

/** The identity of Drover becomes a user of a new organisation some time after that was made: until then it is turned away (web-api F.1). */
export async function waitForAnswer(
  run: AdministrationRun,
  of: { readonly platformId: string; readonly clientId: string; look(): Promise<unknown> },
): Promise<void> {
  let admitted = false
  await waitUntil(run, 'answers', async () => {
    const answer = await attempt(of.look)
    if (answer === undefined) return true
    if (!admitted) admitted = (await attempt(() => run.administration.addApplicationUser(of.platformId, of.clientId))) === undefined
    return undefined
  })
}

/** What went wrong, or undefined. */
async function attempt(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return errorMessage(error)
  }
}

async function seen<T>(look: () => Promise<T | undefined>): Promise<boolean> {
  return (await look()) !== undefined
}

/** Looks at work of the platform until it ends; what it says of its failure is thrown. */
export async function followLifecycle(run: AdministrationRun, label: string, statusUrl: string | null): Promise<void> {
  if (statusUrl === null) return
  const end = await waitUntil(run, `follow-${label}`, async () => {
    const state = await run.administration.fetchLifecycle({ statusUrl })
    return state.state === 'running' ? undefined : state
  })
  if (end.state === 'failed') {
    throw new DroverError('rebuild.platform-failed', `The platform gave up (${label}): ${end.message}`, {
      hint: 'Look at the history of the environment in the admin center, then resume.',
    })
  }
}

/** Looks, each look recorded, until there is something; an administration that is out of reach for a while has not failed. */
export async function waitUntil<T>(run: AdministrationRun, label: string, look: () => Promise<T | undefined>): Promise<T> {
  const { pollMs, operationTimeoutMs } = run.pace
  for (let waitedMs = 0, count = 0; ; waitedMs += pollMs, count++) {
    const found = await run.ctx.step<{ readonly value: T } | null>(`${label}-${count}`, async () => {
      try {
        const value = await look()
        return value === undefined ? null : { value }
      } catch (error) {
        if (error instanceof DroverError && error.isRetryable) return null
        throw error
      }
    })
    if (found !== null) return found.value
    if (waitedMs >= operationTimeoutMs) {
      throw new DroverError('rebuild.no-end', `Waiting (${label}) showed no end in ${Math.round(operationTimeoutMs / 1000)} s.`, {
        hint: 'Look at the environment in the admin center, then resume.',
      })
    }
    await run.ctx.sleep(pollMs)
  }
}

/** Whatever is configured now, and whatever it was when people said yes: no pet by address or by its id in the tenant, and only the place that was meant. */
export async function requireCattle(
  run: Pick<AdministrationRun, 'administration'>,
  of: { readonly configuration: Configuration; readonly environment: Environment; readonly there: AdministeredEnvironment },
): Promise<void> {
  const { configuration, environment, there } = of
  const { environments: configured } = configuration
  orThrow(refuseForPets(configuration, environment, 'delete'))
  orThrow(refuseKindOfPet(environment.name, there))
  if (there.url === undefined) throw moved(environment, 'shows no address now, so that it cannot be told which one it is')
  orThrow(refuseAddressOfPet(configuration, there.url, environment.name))
  if (laneOf({ url: there.url }) !== laneOf(environment)) throw moved(environment, `has the address ${there.url} now`)
  orThrow(refusePetOfTenant({ environment, there, listed: await run.administration.listEnvironments(), configured }))
}

function moved({ name, url }: Environment, how: string): DroverError {
  return new DroverError('rebuild.moved', `What was to be deleted as ${name} (${url}) ${how}; it was not deleted.`, {
    hint: 'Somebody changed it: look at it in the admin center, and ask again.',
  })
}

export function unreachable(message: string): DroverError {
  return new DroverError('rebuild.unreachable', `The administration of the tenant: ${message}`, {
    hint: 'Look at the environments of the tenant, then resume: it looks before it sends anything again.',
    isRetryable: true,
  })
}
