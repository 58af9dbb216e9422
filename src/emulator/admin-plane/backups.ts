import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { EnvironmentContent, PlacedRow, ReadTransaction, Transaction } from '../store/store.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { retentionDays } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { requireIdleEnvironment } from './environments.ts'
import type { Body } from './request-body.ts'
import { requiredText } from './request-body.ts'

/** A manual backup: a label and a moment that a restore can name (release-facts §8). */
export interface Backup {
  readonly id: string
  /** Environment id. */
  readonly environmentId: string
  readonly label: string
  readonly createdBy: string
  /** Milliseconds since 1970: the moment that it stands for, from when it can be restored, and until when it is kept. */
  readonly takenAt: number
  readonly usableAt: number
  readonly expiresAt: number
}

const table = 'backup'
const readyMs = 12 * 60_000
const dayMs = 24 * 3_600_000

/** Takes a backup: the rows as they are now, beside the tenant's own; files are shared with the environment. */
export async function takeBackup(call: AdminCall, record: EnvironmentRecord, body: Body): Promise<Backup> {
  const { emulator, by } = call
  const label = requiredText(body, 'label')
  requireIdleEnvironment(call, record)
  if (record.sku !== 'Production' && record.sku !== 'Sandbox') {
    throw new ODataError(400, 'InvalidEnvironmentSku', `Backup cannot be performed on environment of type ${record.sku}.`)
  }
  const days = emulator.store.environment(record.name).read((tx) => retentionDays(record, tx.list('solution')))
  const takenAt = Math.floor(emulator.now().getTime() / 1000) * 1000
  const { clock } = emulator
  const backup = {
    id: emulator.guid(),
    environmentId: record.id,
    label,
    createdBy: by.name,
    takenAt,
    usableAt: takenAt + clock.scaled(readyMs),
    expiresAt: takenAt + clock.scaled(days * dayMs),
  }
  await emulator.store.tenant().write((tx) => {
    for (const old of listAll(tx)) if (old.expiresAt < takenAt) removeBackup(tx, old)
    tx.put(table, backup.id, backup)
    let index = 0
    for (const row of emulator.store.rows(record.name)) tx.put(contentOf(backup), String(index++).padStart(10, '0'), { ...row })
  })
  return backup
}

/** Those that have not expired. */
export function listBackups(tenant: ReadTransaction, environmentId: string, now: Date): readonly Backup[] {
  return listAll(tenant).filter((backup) => backup.environmentId === environmentId && now.getTime() < backup.expiresAt)
}

/** Throws 404. */
export function requireBackup(tenant: ReadTransaction, environmentId: string, given: { readonly id: string; readonly now: Date }): Backup {
  const found = listBackups(tenant, environmentId, given.now).find((backup) => backup.id === given.id.toLowerCase())
  if (found === undefined) throw new ODataError(404, 'BackupNotFound', `The environment '${environmentId}' has no backup '${given.id}'.`)
  return found
}

export function removeBackup(tenant: Transaction, backup: Backup): void {
  tenant.remove(table, backup.id)
  for (const { id } of tenant.range(contentOf(backup), {})) tenant.remove(contentOf(backup), id)
}

/** Backups that were to be kept for longer than so many days are not any more: what a change of kind does at once (release-facts §0). */
export function shortenBackups(tenant: Transaction, environmentId: string, life: { readonly days: number; readonly clock: Clock }): void {
  for (const backup of listAll(tenant)) {
    const expiresAt = backup.takenAt + life.clock.scaled(life.days * dayMs)
    if (backup.environmentId === environmentId && expiresAt < backup.expiresAt) tenant.put(table, backup.id, { ...backup, expiresAt })
  }
}

export function removeBackupsOf(tenant: Transaction, environmentId: string): void {
  for (const backup of listAll(tenant)) if (backup.environmentId === environmentId) removeBackup(tenant, backup)
}

/** The rows of a backup. */
export function readBackup(tenant: ReadTransaction, backup: Backup): EnvironmentContent['rows'] {
  // Rows of this table are written by takeBackup only.
  return tenant.list(contentOf(backup)) as readonly unknown[] as readonly PlacedRow[]
}

export function backupView(backup: Backup): Record<string, unknown> {
  return {
    id: backup.id,
    label: backup.label,
    backupPointDateTime: new Date(backup.takenAt).toISOString(),
    backupExpiryDateTime: new Date(backup.expiresAt).toISOString(),
    createdBy: { displayName: backup.createdBy },
  }
}

function listAll(tenant: ReadTransaction): readonly Backup[] {
  return tenant.list(table) as readonly unknown[] as readonly Backup[]
}

function contentOf(backup: Backup): string {
  return `backup ${backup.id}`
}
