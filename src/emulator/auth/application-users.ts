import { ODataError } from '../errors.ts'
import type { Caller } from '../operations/operation.ts'
import { putRow } from '../store/rows.ts'
import type { EnvironmentStore, ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { Identity } from './bearer.ts'
import type { ClientRegistration, PersonRegistration } from './registration.ts'
import { assignRole } from './role-assignments.ts'
import { furnishRoles, rightsOf, roleNamed } from './security-roles.ts'

/** Who is to become a user: an application when it has a client id, else a person. */
export interface NewUser {
  readonly objectId: string
  readonly name: string
  readonly clientId?: string
  readonly userPrincipalName?: string
}

const admission = '~admission'

/** Who is registered at start is no user of an environment that somebody else makes. */
export function closeAdmission(tx: Transaction): void {
  tx.put(admission, 'registered', { isOpen: false })
}

interface Make {
  guid(): string
  now(): Date
}

/** The caller behind a valid token. Throws 403 when it is no enabled user of the environment. */
export function findCaller(env: EnvironmentStore, identity: Identity): Caller {
  const known = env.remembered(`caller ${identity.objectId}`, () => env.read((tx) => callerOf(tx, findUser(tx, identity.objectId))))
  if (known !== undefined) return known
  throw new ODataError(403, '0x80072560', 'The user is not a member of the organization.')
}

/** The caller that a row of systemuser is; undefined for a user that is switched off. */
export function callerOf(tx: ReadTransaction, row: Row | undefined): Caller | undefined {
  if (row === undefined || row['isdisabled'] === true) return undefined
  const rights = rightsOf(tx, row)
  const objectId = String(row['azureactivedirectoryobjectid'])
  return { userId: String(row['systemuserid']), objectId, name: String(row['fullname'] ?? ''), roles: rights.roleNames, rights }
}

export function findUser(tx: ReadTransaction, objectId: string): Row | undefined {
  return tx.list('systemuser').find((row) => String(row['azureactivedirectoryobjectid']).toLowerCase() === objectId.toLowerCase())
}

/** Makes who is registered in the tenant from the start a user: applications as System Administrator, people with the roles they are given. */
export function admitRegistered(
  tx: Transaction,
  registered: { readonly clients: readonly ClientRegistration[]; readonly people: readonly PersonRegistration[] },
  make: Make,
): void {
  // In an environment of a time before roles its users could do everything, and have to stay able to.
  const isNew = furnishRoles(tx, make)
  if (tx.get(admission, 'registered')?.['isOpen'] === false) return
  for (const client of registered.clients) {
    if (client.isPublic !== true) admit(tx, { user: client, roles: ['System Administrator'], isNew }, make)
  }
  for (const person of registered.people) admit(tx, { user: person, roles: person.roles ?? [], isNew }, make)
}

interface Admission {
  readonly user: NewUser
  readonly roles: readonly string[]
  /** True when the environment had no roles until now. */
  readonly isNew: boolean
}

function admit(tx: Transaction, given: Admission, make: Make): void {
  // Who is there already keeps the roles that it has by now.
  if (!given.isNew && findUser(tx, given.user.objectId) !== undefined) return
  const id = provisionUser(tx, given.user, make)
  for (const name of given.roles) {
    const role = roleNamed(tx, name)
    if (role !== undefined) assignRole(tx, { table: 'systemuser', id }, String(role['roleid']))
  }
}

/** Makes a user without any security role, as addAppUser does; nothing when it is one already. Returns the systemuserid. */
export function provisionUser(tx: Transaction, user: NewUser, make: Make): string {
  const known = findUser(tx, user.objectId)
  if (known !== undefined) return String(known['systemuserid'])
  const id = make.guid()
  const at = `${make.now().toISOString().slice(0, 19)}Z`
  putRow(tx, 'systemuser', id, {
    systemuserid: id,
    fullname: user.name,
    domainname: user.clientId === undefined ? (user.userPrincipalName ?? user.name) : `${user.clientId}@application.local`,
    internalemailaddress: user.userPrincipalName ?? null,
    applicationid: user.clientId ?? null,
    azureactivedirectoryobjectid: user.objectId,
    isdisabled: false,
    accessmode: user.clientId === undefined ? 0 : 4,
    businessunitid: businessUnit(tx),
    createdon: at,
    modifiedon: at,
  })
  return id
}

function businessUnit(tx: ReadTransaction): unknown {
  return tx.list('businessunit')[0]?.['businessunitid'] ?? null
}
