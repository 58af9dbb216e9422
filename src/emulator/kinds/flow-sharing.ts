import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

const table = 'principalobjectaccess'

/** Read, write, append, append to, delete and share: which rights a co-owner holds is unverified (U). */
const coOwnerRights = 1 + 2 + 4 + 16 + 65_536 + 262_144

/** Who owned a cloud flow stays its co-owner when it is given to somebody else (facts-2 §3.4). */
export function keepCoOwner(
  tx: Transaction,
  flow: Row,
  given: { readonly owner: string; readonly at: string; readonly guid: () => string },
): void {
  const old = flow.ownerid
  const flowId = String(flow.workflowid)
  if (typeof old !== 'string' || old === given.owner) return
  const shares = sharesOf(tx, flowId)
  for (const share of shares.filter((row) => row.principalid === given.owner)) tx.remove(table, String(share.principalobjectaccessid))
  if (shares.some((row) => row.principalid === old)) return
  const id = given.guid()
  putRow(tx, table, id, {
    principalobjectaccessid: id,
    objectid: flowId,
    objecttypecode: 'workflow',
    principalid: old,
    principaltypecode: 'systemuser',
    accessrightsmask: coOwnerRights,
    inheritedaccessrightsmask: 0,
    changedon: given.at,
  })
}

export function removeShares(tx: Transaction, flowId: string): void {
  for (const row of sharesOf(tx, flowId)) tx.remove(table, String(row.principalobjectaccessid))
}

function sharesOf(tx: ReadTransaction, flowId: string): readonly Row[] {
  return tx.list(table).filter((row) => row.objectid === flowId)
}
