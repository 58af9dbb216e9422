import type { Caller } from '../operations/operation.ts'
import type { EnvironmentStore, ReadTransaction, Row, Transaction } from '../store/store.ts'
import { ODataError } from '../errors.ts'
import { putRow } from '../store/rows.ts'
import type { Identity } from './bearer.ts'
import type { ClientRegistration } from './registration.ts'

/** The caller behind a valid token. Throws 403 when it is no enabled user of the environment. */
export function findCaller(env: EnvironmentStore, identity: Identity): Caller {
  const row = env.read((tx) => findUser(tx, identity.objectId))
  if (row === undefined || row['isdisabled'] === true) {
    throw new ODataError(403, '0x80072560', 'The user is not a member of the organization.')
  }
  return { userId: String(row['systemuserid']), objectId: identity.objectId, name: String(row['fullname'] ?? ''), roles: [] }
}

export function findUser(tx: ReadTransaction, objectId: string): Row | undefined {
  return tx.list('systemuser').find((row) => String(row['azureactivedirectoryobjectid']).toLowerCase() === objectId.toLowerCase())
}

/** Makes the client an application user of the environment, as addAppUser does; nothing when it is one already. */
export function provisionUser(
  tx: Transaction,
  client: Omit<ClientRegistration, 'clientSecret'>,
  make: { guid(): string; now(): Date },
): string {
  const known = findUser(tx, client.objectId)
  if (known !== undefined) return String(known['systemuserid'])
  const id = make.guid()
  const at = `${make.now().toISOString().slice(0, 19)}Z`
  putRow(tx, 'systemuser', id, {
    systemuserid: id,
    fullname: client.name,
    domainname: `${client.clientId}@application.local`,
    internalemailaddress: null,
    applicationid: client.clientId,
    azureactivedirectoryobjectid: client.objectId,
    isdisabled: false,
    accessmode: 4,
    businessunitid: businessUnit(tx),
    createdon: at,
    modifiedon: at,
  })
  return id
}

function businessUnit(tx: ReadTransaction): unknown {
  return tx.list('businessunit')[0]?.['businessunitid'] ?? null
}
