import type { Emulator } from '../http/emulator.ts'
import type { PlacedRow } from '../store/store.ts'
import type { Backup } from './backups.ts'
import { listBackups, readBackup } from './backups.ts'
import type { EnvironmentRecord, EnvironmentSku } from './environment-record.ts'
import { isManagedEnvironment } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { changeEnvironment, listEnvironments, requireIdleEnvironment } from './environments.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import type { Body } from './request-body.ts'
import { objectOf, textOf } from './request-body.ts'
import type { Settling } from './settled-rows.ts'
import { settledRows } from './settled-rows.ts'

/** What is wrong with a request, by the name of its member: the ValidationResponse of the Power Platform API. */
export class ValidationRefusal extends Error {
  readonly code: string
  readonly field: string

  constructor(code: string, field: string, message: string) {
    super(message)
    this.name = 'ValidationRefusal'
    this.code = code
    this.field = field
  }
}

/** Kinds of environments that a backup of a kind may be restored into (release-facts §8); never production or default. */
const targets: Readonly<Record<EnvironmentSku, readonly EnvironmentSku[]>> = {
  Production: ['Sandbox'],
  Sandbox: ['Sandbox'],
  Developer: ['Sandbox', 'Developer'],
  Trial: [],
  Default: [],
}

export interface RestorePlan {
  readonly source: EnvironmentRecord
  readonly backup: Backup
  readonly target: EnvironmentRecord
}

/** Judges a restore. Throws {@link ValidationRefusal}. */
export function planRestore(call: AdminCall, target: EnvironmentRecord, body: Body): RestorePlan {
  const source = sourceOf(call, body)
  requireTarget(source, target, targets[source.sku])
  const asked = textOf(body, 'restorePointDateTime') ?? ''
  const at = Date.parse(asked)
  if (!/(Z|[+-]\d\d:\d\d)$/i.test(asked) || Number.isNaN(at)) {
    throw new ValidationRefusal('InvalidRestorePoint', 'restorePointDateTime', 'The restore point must be a date and time with an offset.')
  }
  return { source, target, backup: backupAt(call.emulator, source, at) }
}

// Any moment of the last days can be named at the service, which also keeps backups of its own; here only those of manual backups.
function backupAt(emulator: Emulator, source: EnvironmentRecord, at: number): Backup {
  const now = emulator.now()
  const backups = emulator.store.tenant().read((tx) => listBackups(tx, source.id, now))
  const found = backups.find((backup) => Math.abs(backup.takenAt - at) < 1000)
  if (found === undefined) {
    const text = `No backup of the environment ${source.id} was taken then. This local Dataverse restores manual backups only.`
    throw new ValidationRefusal('RestorePointNotFound', 'restorePointDateTime', text)
  }
  if (now.getTime() >= found.usableAt) return found
  const text = 'The backup is not available yet: it takes 10 to 15 minutes until a manual backup can be restored.'
  throw new ValidationRefusal('BackupNotReady', 'restorePointDateTime', text)
}

/** Puts a backup in the place of all that the target has. */
export async function restore(call: AdminCall, plan: RestorePlan, body: Body): Promise<LifecycleOperation> {
  const rows = call.emulator.store.tenant().read((tx) => readBackup(tx, plan.backup))
  return overwrite(call, { type: 'Restore', target: renamed(plan.target, body['restoreOptions']), rows, copyType: 'FullCopy' })
}

/** What the options of a restore or copy say of the target itself. */
function renamed(target: EnvironmentRecord, options: unknown): EnvironmentRecord {
  const given = objectOf(options)
  return {
    ...target,
    displayName: textOf(given, 'environmentNameToOverride') ?? target.displayName,
    securityGroupId: textOf(given, 'securityGroupIdToOverride') ?? target.securityGroupId,
  }
}

export interface CopyPlan {
  readonly source: EnvironmentRecord
  readonly target: EnvironmentRecord
  readonly copyType: Settling['copyType']
}

/** Judges a copy. Throws {@link ValidationRefusal}. */
export function planCopy(call: AdminCall, target: EnvironmentRecord, body: Body): CopyPlan {
  const source = sourceOf(call, body)
  const copyType = (['FullCopy', 'MinimalCopy'] as const).find((known) => known === body['copyType'])
  if (copyType === undefined) throw new ValidationRefusal('InvalidCopyType', 'copyType', 'The copyType must be MinimalCopy or FullCopy.')
  if (source.id === target.id)
    throw new ValidationRefusal('InvalidSource', 'sourceEnvironmentId', 'An environment cannot be copied onto itself.')
  const isCopied = source.sku !== 'Default' && source.sku !== 'Trial'
  requireTarget(source, target, isCopied ? ['Sandbox', 'Developer'] : [])
  return { source, target, copyType }
}

export async function copy(call: AdminCall, plan: CopyPlan, body: Body): Promise<LifecycleOperation> {
  const { emulator } = call
  requireIdleEnvironment(call, plan.source)
  const target = renamed(plan.target, body['copyOptions'])
  return overwrite(call, { type: 'Copy', target, rows: emulator.store.rows(plan.source.name), copyType: plan.copyType })
}

/** The environments that backups of one may be restored into. */
export function restoreCandidates(call: AdminCall, source: EnvironmentRecord): readonly EnvironmentRecord[] {
  return listEnvironments(call).filter((target) => refusalOf(source, target, targets[source.sku]) === undefined)
}

interface Overwriting {
  readonly type: 'Copy' | 'Restore'
  readonly target: EnvironmentRecord
  readonly rows: Iterable<PlacedRow>
  readonly copyType: Settling['copyType']
}

async function overwrite(call: AdminCall, { type, target, rows, copyType }: Overwriting): Promise<LifecycleOperation> {
  const { emulator } = call
  requireIdleEnvironment(call, target)
  // Closes the target to everybody first. release-facts §8: after both, administration mode on and background operations off.
  const operation = await changeEnvironment(call, type, { ...target, isAdminMode: true, hasBackgroundOperations: false })
  const env = emulator.store.environment(target.name)
  const settling = env.read((tx) => ({
    organization: tx.list('organization')[0],
    connections: tx.range('~connection', {}).map((stored) => ({ ...stored, table: '~connection' })),
    copyType,
    guid: emulator.guid,
  }))
  await emulator.store.replace(target.name, { rows: settledRows(rows, settling), blobs: [] })
  return operation
}

function sourceOf(call: AdminCall, body: Body): EnvironmentRecord {
  const id = textOf(body, 'sourceEnvironmentId') ?? ''
  const found = listEnvironments(call).find((record) => record.id === id.toLowerCase())
  if (found !== undefined) return found
  throw new ValidationRefusal('EnvironmentNotFound', 'sourceEnvironmentId', `The environment '${id}' could not be found.`)
}

function requireTarget(source: EnvironmentRecord, target: EnvironmentRecord, allowed: readonly EnvironmentSku[]): void {
  const refusal = refusalOf(source, target, allowed)
  if (refusal !== undefined) throw refusal
}

function refusalOf(
  source: EnvironmentRecord,
  target: EnvironmentRecord,
  allowed: readonly EnvironmentSku[],
): ValidationRefusal | undefined {
  const refuse = (code: string, text: string): ValidationRefusal => new ValidationRefusal(code, 'targetEnvironmentId', text)
  if (!allowed.includes(target.sku)) {
    return refuse('InvalidEnvironmentSku', `An environment of type ${source.sku} cannot be put into one of type ${target.sku}.`)
  }
  if (source.location !== target.location) {
    return refuse('InvalidLocation', `The environments are in different regions: ${source.location} and ${target.location}.`)
  }
  if (isManagedEnvironment(source) === isManagedEnvironment(target)) return undefined
  return refuse(
    'InvalidGovernance',
    'A Managed Environment can be put into a Managed Environment only, and any other into no Managed Environment.',
  )
}

/** The body of a refusal. */
export function validationView(refusal: ValidationRefusal): Record<string, unknown> {
  return { errorDetail: { code: refusal.code, fieldErrors: { [refusal.field]: { errorMessages: [refusal.message] } } } }
}
