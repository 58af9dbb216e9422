import { putRow } from '../store/rows.ts'
import type { EnvironmentStore } from '../store/store.ts'

/** Who the platform itself acts as; jobs are created by it on behalf of the caller (facts-2 §1.3). */
const systemUserId = '00000000-0000-0000-0000-000000000001'

/** Gives a new environment its root business unit and the SYSTEM user, which an organisation has before anybody signs in. */
export async function furnishEnvironment(env: EnvironmentStore, make: { guid(): string; now(): Date }): Promise<void> {
  const isFurnished = env.read((tx) => tx.list('businessunit').length > 0 && tx.get('systemuser', systemUserId) !== undefined)
  if (isFurnished) return
  const at = make.now().toISOString()
  await env.write((tx) => {
    const organization = tx.list('organization')[0]
    const organizationid = organization?.['organizationid'] ?? null
    const businessunitid = String(organization?.['~businessunitid'] ?? make.guid())
    const stamps = { createdon: at, modifiedon: at }
    putRow(tx, 'businessunit', businessunitid, { businessunitid, name: env.name, isdisabled: false, organizationid, ...stamps })
    const user = {
      systemuserid: systemUserId,
      fullname: 'SYSTEM',
      domainname: '',
      isdisabled: true,
      accessmode: 3,
      businessunitid,
      ...stamps,
    }
    putRow(tx, 'systemuser', systemUserId, user)
  })
}
