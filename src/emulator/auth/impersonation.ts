import type { IncomingHttpHeaders } from 'node:http'
import { ODataError } from '../errors.ts'
import type { Caller, OperationContext } from '../operations/operation.ts'
import type { EnvironmentStore, Row, Transaction } from '../store/store.ts'
import { callerOf, findUser } from './application-users.ts'
import { requireGeneralPrivilege } from './privileges.ts'

/**
 * The context of a request that acts for another user: header CallerObjectId (Entra object id) or MSCRMCallerID (systemuserid)
 * (web-api C). It needs prvActOnBehalfOfAnotherUser; what both may do is allowed, and rows show both users.
 */
export function actingContext<C extends OperationContext>(ctx: C, headers: IncomingHttpHeaders): C {
  const objectId = headers['callerobjectid']
  const userId = headers['mscrmcallerid']
  if (typeof objectId !== 'string' && typeof userId !== 'string') return ctx
  // A part of a batch whose whole acts for a user already.
  if (ctx.caller.acting !== undefined) return ctx
  requireGeneralPrivilege(ctx.caller, 'prvActOnBehalfOfAnotherUser')
  const found = ctx.env.read((tx) =>
    callerOf(tx, typeof objectId === 'string' ? findUser(tx, objectId) : tx.get('systemuser', String(userId).toLowerCase())),
  )
  if (found === undefined) throw unknownUser(String(objectId ?? userId))
  const caller: Caller = { ...found, acting: ctx.caller }
  return { ...ctx, caller, env: onBehalf(ctx.env, { user: found.userId, by: ctx.caller.userId }) }
}

function unknownUser(id: string): ODataError {
  return new ODataError(403, '0x80072560', `The user is not a member of the organization. Impersonated user: ${id}.`)
}

interface Acting {
  readonly user: string
  readonly by: string
}

/** The environment whose written rows name who really sent the request beside who they are written for. */
function onBehalf(env: EnvironmentStore, acting: Acting): EnvironmentStore {
  return {
    ...env,
    write: (work) => env.write((tx) => work(stamping(tx, acting))),
    join: (work) => env.join((joined) => work(onBehalf(joined, acting))),
  }
}

function stamping(tx: Transaction, acting: Acting): Transaction {
  return {
    ...tx,
    put(table, id, row, definition) {
      tx.put(table, id, stamped(row, acting, tx.get(table, id) === undefined), definition)
    },
  }
}

function stamped(row: Row, { user, by }: Acting, isNew: boolean): Row {
  const created = isNew && row['createdby'] === user ? { createdonbehalfby: by } : {}
  return { ...row, ...created, ...(row['modifiedby'] === user ? { modifiedonbehalfby: by } : {}) }
}
