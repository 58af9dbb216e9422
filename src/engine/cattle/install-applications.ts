import type { ApplicationPackage, InstalledSolution } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { NeededApplications } from '#domain/rebuild'
import { isSameName } from '#domain/settings'
import { startOnce } from '../start-once.ts'
import type { AdministrationRun } from './make-anew.ts'
import { askUntilSettled, followLifecycle, unreachable, waitUntil } from './make-anew.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { administrationRun, noteStep } from './rebuild-run.ts'

/** What is to be installed; `isUnderWay`: it was begun already, and only its end is waited for. */
interface Chosen {
  readonly uniqueName: string
  readonly displayName: string
  readonly isUnderWay: boolean
}

/**
 * Installs the applications by which solutions come that others here need. What cannot be installed is noted with its reason, and its
 * solutions are then asked of a person with everything else.
 */
export async function installApplications(run: RebuildRun): Promise<void> {
  const needed = run.rebuild.order.applications
  const platformId = run.rebuild.newPlatformId
  if (needed === undefined || platformId === undefined) return
  const work = administrationRun(run)
  const chosen = await run.ctx.step('look-applications', () => choose(run, { work, needed, platformId }))
  for (const application of chosen) {
    const failure = await install(work, { application, platformId })
    const { uniqueName, displayName } = application
    const note = failure === null ? `${displayName} is installed.` : `${displayName} could not be installed: ${failure}`
    await run.ctx.step(`note-application-${uniqueName}`, () => run.append([noteStep(run, `application ${uniqueName}`, note)]))
  }
}

/** By the name of a solution that is lacking; where none has it, what the old environment had. */
async function choose(
  run: RebuildRun,
  of: { readonly work: AdministrationRun; readonly needed: NeededApplications; readonly platformId: string },
): Promise<readonly Chosen[]> {
  try {
    const { solutions } = await run.deps.environments.open(run.environment).observe({ solution: '', connectionIds: [] })
    const packages = await of.work.administration.listApplications(of.platformId)
    const named = (name: string): ApplicationPackage | undefined => packages.find(({ uniqueName }) => isSameName(uniqueName, name))
    const lacking = of.needed.solutions.filter((name) => !isThere(solutions, name) || named(name)?.state === 'installing')
    const own = lacking.flatMap((name) => named(name) ?? [])
    const had = own.length === lacking.length ? [] : of.needed.had.flatMap((name) => named(name) ?? [])
    const all = [...own, ...had].filter(({ state }) => state !== 'installed')
    return [...new Set(all)].map(({ uniqueName, displayName, state }) => ({ uniqueName, displayName, isUnderWay: state === 'installing' }))
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable) throw error
    const note = `Which applications can be installed is not known: ${errorMessage(error)}`
    await run.append([noteStep(run, 'applications', note)])
    return []
  }
}

function isThere(solutions: readonly Pick<InstalledSolution, 'uniqueName'>[], name: string): boolean {
  return solutions.some(({ uniqueName }) => isSameName(uniqueName, name))
}

/** Null, or why it is not installed. */
async function install(work: AdministrationRun, of: { readonly application: Chosen; readonly platformId: string }): Promise<string | null> {
  const { application } = of
  const label = `application-${application.uniqueName}`
  try {
    const statusUrl = application.isUnderWay ? null : await start(work, of)
    await followLifecycle(work, label, statusUrl)
    if (statusUrl !== null) return null
    // Nothing names its operation: the list of applications tells its end.
    const end = await waitUntil(work, `${label}-there`, async () => {
      const state = await stateOf(work, of)
      return state === 'installed' || state === 'failed' ? state : undefined
    })
    return end === 'installed' ? null : 'the platform says that it failed.'
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable || error.code === 'rebuild.no-end') throw error
    return errorMessage(error)
  }
}

async function stateOf(
  work: AdministrationRun,
  of: { readonly application: Chosen; readonly platformId: string },
): Promise<ApplicationPackage['state'] | undefined> {
  const all = await work.administration.listApplications(of.platformId)
  return all.find(({ uniqueName }) => isSameName(uniqueName, of.application.uniqueName))?.state
}

async function start(work: AdministrationRun, of: { readonly application: Chosen; readonly platformId: string }): Promise<string | null> {
  const { uniqueName, displayName } = of.application
  const what = { what: 'install', id: uniqueName }
  const key = `install-${uniqueName.toLowerCase()}`
  const started = await startOnce(work, {
    label: key,
    mark: (attempt) => work.record(`${key}-sent-${attempt}`, { ...what, state: 'sent' }),
    send: async () => ({ asyncOperationId: (await work.administration.installApplication(of.platformId, uniqueName)).statusUrl ?? '' }),
    ask: () =>
      askUntilSettled(work, async () => {
        const state = await stateOf(work, of)
        if (state === 'installed') return { seen: 'finished' }
        return state === 'installing' ? { seen: 'running' } : undefined
      }),
    recordNotArrived: async (attempt) => void (await work.record(`${key}-not-arrived-${attempt}`, { ...what, state: 'not-arrived' })),
    unclear: (why) => `Whether ${displayName} is being installed cannot be told: ${why}.`,
    neverArrived: (tries) => unreachable(`It did not take the installation of ${displayName} in ${tries} tries.`),
    turnedAwayTooLong: (seconds, message) => unreachable(`It turned the installation of ${displayName} away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') throw unreachable(started.message)
  return started.asyncOperationId === '' ? null : started.asyncOperationId
}
