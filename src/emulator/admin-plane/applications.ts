import { ODataError } from '../errors.ts'
import type { Clock } from '../clock.ts'
import { findSolution } from '../layers/solutions.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'

/** An application that the tenant may install: platform solutions under one name. */
export interface Application {
  readonly uniqueName: string
  readonly displayName: string
  readonly version: string
  readonly solutions: readonly { readonly uniqueName: string; readonly version: string }[]
  /** What installing it fails with; absent: it succeeds. */
  readonly fault?: string
}

/** One installation. What it brings is there when it is accepted; its state passes with the clock. */
export interface Installation {
  readonly id: string
  readonly environmentId: string
  readonly uniqueName: string
  /** Milliseconds since 1970. */
  readonly startsAt: number
  readonly endsAt: number
  readonly fault?: string
}

const catalogue = 'application'
const installations = 'applicationinstallation'
/** Milliseconds of the service's time that an installation takes (unverified; those of Dynamics 365 apps take up to hours). */
const installingMs = 10 * 60_000

export function putApplication(tenant: Transaction, application: Application): void {
  tenant.put(catalogue, application.uniqueName.toLowerCase(), { ...application })
}

export function listCatalogue(tenant: ReadTransaction): readonly Application[] {
  // Rows of this table are written by putApplication only.
  return tenant.list(catalogue) as readonly unknown[] as readonly Application[]
}

export function listInstallations(tenant: ReadTransaction, environmentId: string): readonly Installation[] {
  // Rows of this table are written by beginInstallation only.
  const all = tenant.list(installations) as readonly unknown[] as readonly Installation[]
  return all.filter((one) => one.environmentId === environmentId).sort((a, b) => b.startsAt - a.startsAt)
}

export function forgetInstallations(tenant: Transaction, environmentId: string): void {
  for (const { id } of listInstallations(tenant, environmentId)) tenant.remove(installations, id)
}

/** One at a time for each environment (third-party reports; the code of the refusal is unverified). */
export function beginInstallation(
  tenant: Transaction,
  of: { readonly environmentId: string; readonly application: Application },
  make: { readonly clock: Clock; guid(): string },
): Installation {
  const startsAt = make.clock.now().getTime()
  if (listInstallations(tenant, of.environmentId).some(({ endsAt }) => startsAt < endsAt)) {
    const text = `Another application is being installed into the environment ${of.environmentId}.`
    throw new ODataError(409, 'OperationNotStartable', text)
  }
  const { uniqueName, fault } = of.application
  const installation = {
    ...{ id: make.guid(), environmentId: of.environmentId, uniqueName, startsAt },
    endsAt: startsAt + make.clock.scaled(installingMs),
    ...(fault === undefined ? {} : { fault }),
  }
  tenant.put(installations, installation.id, { ...installation })
  return installation
}

/** As the service names it: `Installed` and `None` are documented, the rest is unverified. */
export function stateIn(
  of: { readonly solutions: ReadTransaction; readonly latest: Installation | undefined; readonly application: Application },
  now: Date,
): string {
  const { latest } = of
  if (latest !== undefined && now.getTime() < latest.endsAt) return 'Installing'
  if (of.application.solutions.every(({ uniqueName }) => findSolution(of.solutions, uniqueName) !== undefined)) return 'Installed'
  return latest?.fault === undefined ? 'None' : 'InstallFailed'
}

export function installationView(installation: Installation, now: Date): Record<string, unknown> {
  const { id, startsAt, endsAt, fault } = installation
  const hasEnded = now.getTime() >= endsAt
  const ending = fault === undefined ? 'Succeeded' : 'Failed'
  return {
    operationId: id,
    status: hasEnded ? ending : 'Running',
    statusMessage: null,
    createdDateTime: new Date(startsAt).toISOString(),
    lastActionDateTime: new Date(Math.min(now.getTime(), endsAt)).toISOString(),
    error: hasEnded && fault !== undefined ? { errorName: 'InstallFailed', errorCode: 0, message: fault, statusCode: 400 } : null,
  }
}
