import { forgetPolicies } from '../policies/data-policies.ts'
import type { Transaction } from '../store/store.ts'
import { forgetInstallations } from './applications.ts'
import { removeBackupsOf } from './backups.ts'
import { recordOf, removeRecord } from './environment-record.ts'

/** Removes what the tenant knows of an environment: another of the same name begins as new. */
export function forgetEnvironment(tenant: Transaction, name: string): void {
  const { id } = recordOf(tenant, name)
  removeBackupsOf(tenant, id)
  forgetInstallations(tenant, id)
  removeRecord(tenant, name)
  forgetPolicies(tenant, name)
}
