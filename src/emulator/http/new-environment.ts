import { putRow } from '../store/rows.ts'
import type { EnvironmentStore } from '../store/store.ts'

/** Who the platform itself acts as; jobs are created by it on behalf of the caller (facts-2 §1.3). */
const systemUserId = '00000000-0000-0000-0000-000000000001'

/** Gives a new environment what every environment has before anybody signs in: an organisation, its root business unit, the SYSTEM user. */
export async function furnishEnvironment(env: EnvironmentStore, make: { guid(): string; now(): Date }): Promise<void> {
  const isFurnished = env.read(
    (tx) => tx.list('organization').length > 0 && tx.list('businessunit').length > 0 && tx.get('systemuser', systemUserId) !== undefined,
  )
  if (isFurnished) return
  const at = make.now().toISOString()
  await env.write((tx) => {
    const organizationid = tx.list('organization')[0]?.['organizationid'] ?? make.guid()
    if (tx.list('organization').length === 0) {
      putRow(tx, 'organization', String(organizationid), {
        organizationid,
        name: env.name,
        languagecode: 1033,
        schemanameprefix: 'new',
        orgdborgsettings: '<OrgSettings></OrgSettings>',
        createdon: at,
        modifiedon: at,
      })
    }
    const businessunitid = tx.list('businessunit')[0]?.['businessunitid'] ?? make.guid()
    if (tx.list('businessunit').length === 0) {
      putRow(tx, 'businessunit', String(businessunitid), {
        businessunitid,
        name: env.name,
        isdisabled: false,
        organizationid,
        createdon: at,
        modifiedon: at,
      })
    }
    if (tx.get('systemuser', systemUserId) === undefined) {
      const user = {
        systemuserid: systemUserId,
        fullname: 'SYSTEM',
        domainname: '',
        isdisabled: true,
        accessmode: 3,
        businessunitid,
        createdon: at,
        modifiedon: at,
      }
      putRow(tx, 'systemuser', systemUserId, user)
    }
  })
}
