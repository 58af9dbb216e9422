import type { LockName } from '../jobs/jobs.ts'
import { lockNames } from '../jobs/jobs.ts'
import { setNewFlowsTakeExportedState } from '../operations/import/flow-states.ts'
import { setManagedUpdateMayFall } from '../operations/import/version-switch.ts'
import { patchRow } from '../store/rows.ts'
import type { EnvironmentStore, Transaction } from '../store/store.ts'
import type { Body, ControlApi } from './control-request.ts'
import { badRequest, flag, notFound, number, optionalText, text } from './control-request.ts'

const switches: Readonly<Record<string, (tx: Transaction, value: boolean) => void>> = {
  managedUpdateMayFall: setManagedUpdateMayFall,
  blockUnmanagedCustomizations: setLockdown,
  newFlowsTakeExportedState: setNewFlowsTakeExportedState,
}

/** `PUT …/switches/{name} {value}` */
export async function setSwitch(env: EnvironmentStore, given: { readonly name: string; readonly body: Body }): Promise<void> {
  const set = switches[given.name]
  if (set === undefined) throw notFound(`There is no switch '${given.name}': there are ${Object.keys(switches).join(', ')}.`)
  const value = flag(given.body, 'value')
  await env.write((tx) => set(tx, value))
}

/** `POST …/writer {holder, seconds, solution?}`: somebody else has the writer's place for so many seconds of the service. */
export async function occupyPlace(api: ControlApi, env: EnvironmentStore, body: Body): Promise<void> {
  const name = text(body, 'holder')
  const holder = lockNames.find((known) => known === name)
  if (holder === undefined) throw badRequest(`There is no holder '${name}': there are ${lockNames.join(', ')}.`)
  await api.jobs.occupy(env, otherHolder(holder, body))
}

function otherHolder(holder: LockName, body: Body): { holder: LockName; ms: number; solution: string } {
  return { holder, ms: number(body, 'seconds') * 1000, solution: optionalText(body, 'solution') ?? 'msdynce_AppCommon' }
}

/** The setting of the organisation row (facts-2 §6.4). */
function setLockdown(tx: Transaction, value: boolean): void {
  const setting = /<IsLockdownOfUnmanagedCustomizationEnabled>[^<]*</
  for (const row of tx.list('organization')) {
    const settings = String(row['orgdborgsettings'] ?? '')
    const written = `<IsLockdownOfUnmanagedCustomizationEnabled>${String(value)}<`
    const orgdborgsettings = setting.test(settings)
      ? settings.replace(setting, written)
      : `<OrgSettings>${written}/IsLockdownOfUnmanagedCustomizationEnabled></OrgSettings>`
    patchRow(tx, 'organization', String(row['organizationid']), { orgdborgsettings })
  }
}
