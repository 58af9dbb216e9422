import type { Row } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchMe, makerOf } from './current-rows.ts'
import type { TableDefinition } from './definitions.ts'
import type { Writer } from './row-writers.ts'
import { isMadeBy, isSuccess, leftAlone } from './row-writers.ts'

/** Bits of `accessrightsmask` (enumeration AccessRights in the reference of the Web API). */
const rights = [
  ['ReadAccess', 1],
  ['WriteAccess', 2],
  ['AppendAccess', 4],
  ['AppendToAccess', 16],
  ['CreateAccess', 32],
  ['DeleteAccess', 65_536],
  ['ShareAccess', 262_144],
  ['AssignAccess', 524_288],
] as const

/** Shares rows again that were made anew by us with those who had them; with whom a row is shared that never went is its people's say. */
export async function shareWriter(client: DataverseClient, definition: TableDefinition): Promise<Writer> {
  const me = await fetchMe(client)
  return {
    idOf: (row) => String(row['objectid']),
    looksAt: makerOf(definition),
    definition,
    decide(row, now) {
      if (now !== undefined && !isMadeBy(now, me)) return leftAlone
      return { request: { method: 'POST', path: 'GrantAccess', body: grantOf(definition, row) }, parts: [], leaves: false }
    },
    isDone: isSuccess,
  }
}

function grantOf({ table, primaryId }: TableDefinition, row: Row): Readonly<Record<string, unknown>> {
  const principal = String(row['principaltypecode'])
  const mask = Number(row['accessrightsmask'])
  return {
    Target: { '@odata.type': `Microsoft.Dynamics.CRM.${table}`, [primaryId]: row['objectid'] },
    PrincipalAccess: {
      Principal: { '@odata.type': `Microsoft.Dynamics.CRM.${principal}`, [`${principal}id`]: row['principalid'] },
      AccessMask: rights.flatMap(([name, bit]) => ((mask & bit) === 0 ? [] : [name])).join(','),
    },
  }
}
