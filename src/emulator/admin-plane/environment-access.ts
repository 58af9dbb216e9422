import { ODataError } from '../errors.ts'
import type { Caller } from '../operations/operation.ts'
import type { EnvironmentStore } from '../store/store.ts'
import { recordOf } from './environment-record.ts'
import { activeOperation } from './lifecycle.ts'

/**
 * Throws when an environment is closed to a caller: while it is made, copied or restored, before its first user has been brought in,
 * and in administration mode to all but System Administrators and System Customizers. The statuses are known, the texts are not (U).
 */
export function requireOpen(tenant: EnvironmentStore, environment: string, caller: Pick<Caller, 'rights'>, now: Date): void {
  const { record, operation } = tenant.remembered(`access ${environment}`, () =>
    tenant.read((tx) => {
      const known = recordOf(tx, environment)
      return { record: known, operation: activeOperation(tx, known.id, now) }
    }),
  )
  if (operation !== undefined && now.getTime() < operation.endsAt && ['Create', 'Copy', 'Restore'].includes(operation.type)) {
    throw new ODataError(403, '0x80072560', `The environment is not ready: the operation '${operation.type}' runs.`)
  }
  if (record.opensAt !== undefined && now < new Date(record.opensAt)) throw notMember()
  if (!record.isAdminMode || caller.rights === undefined) return
  const mayEnter = caller.rights.builtIn.some((role) => role === 'System Administrator' || role === 'System Customizer')
  if (!mayEnter) throw new ODataError(403, '', 'This environment is in administration mode. Only administrators may sign in.')
}

function notMember(): ODataError {
  return new ODataError(403, '0x80072560', 'The user is not a member of the organization.')
}
