import { z } from 'zod'
import type { FlowState } from '#domain/environment'
import { DroverError, errorCode } from '#domain/kernel'
import type { SandboxAccess } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import { fetchBindings } from './inspection.ts'

const flowRow = z.object({ name: z.string(), statecode: z.number() })
const referenceRow = z.object({ connectionreferenceid: z.string() })
const anyRow = z.looseObject({})
const flowStates: readonly FlowState[] = ['off', 'on', 'suspended']

/**
 * Rows that matter after a restore, by the logical name of their table: those that are in force (statecode 0), steps of plug-ins that somebody
 * made (customizationlevel 1), jobs that have not ended (asyncoperation statecode below 3). Columns: public table reference, unverified live.
 */
const counted: readonly { readonly table: string; readonly set: string; readonly filter?: string }[] = [
  { table: 'mailbox', set: 'mailboxes', filter: 'statecode eq 0' },
  { table: 'emailserverprofile', set: 'emailserverprofiles', filter: 'statecode eq 0' },
  { table: 'sharepointsite', set: 'sharepointsites', filter: 'statecode eq 0' },
  { table: 'serviceendpoint', set: 'serviceendpoints' },
  { table: 'sdkmessageprocessingstep', set: 'sdkmessageprocessingsteps', filter: 'statecode eq 0 and customizationlevel eq 1' },
  { table: 'connector', set: 'connectors' },
  { table: 'canvasapp', set: 'canvasapps' },
  { table: 'asyncoperation', set: 'asyncoperations', filter: 'statecode lt 3' },
]

/** More than so many are not counted on: that there are many is all that anybody needs to know. */
const countedAtMost = 5000

/** Reads what a restored environment must be kept from doing, and binds its connection references. */
export function createSandboxAccess(client: DataverseClient): SandboxAccess {
  return {
    async fetchRestoredContent() {
      const [flows, bindings, counts] = await Promise.all([
        client.list('ReadRows', 'workflows?$filter=category%20eq%205&$select=name,statecode', flowRow),
        fetchBindings(client),
        Promise.all(counted.map(async ({ table, set, filter }) => [table, await count(client, set, filter)] as const)),
      ])
      return {
        flows: flows.map(({ name, statecode }) => ({ name, state: flowStates[statecode] ?? 'off' })),
        bindings,
        counts: Object.fromEntries(counts),
      }
    },
    async bindConnection({ logicalName, connectionId }) {
      const named = encodeURIComponent(`connectionreferencelogicalname eq '${logicalName.replaceAll("'", "''")}'`)
      const [found] = await client.list('ReadRows', `connectionreferences?$filter=${named}&$select=connectionreferenceid`, referenceRow)
      if (found === undefined) {
        throw new DroverError('dataverse.not-found', `${client.environment.name} has no connection reference ${logicalName}.`, {
          hint: 'Take it out of the settings, or bring the solution that has it.',
        })
      }
      const path = `connectionreferences(${found.connectionreferenceid})`
      await client.send({ operation: 'UpdateRow', path, body: { connectionid: connectionId } })
    },
  }
}

/** Undefined: it could not be seen. An environment that has no such table has nothing of it. */
async function count(client: DataverseClient, set: string, filter: string | undefined): Promise<number | undefined> {
  const reply = z.object({ value: z.array(anyRow), '@odata.count': z.number().optional() })
  const where = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`
  try {
    const answer = await client.call({ operation: 'ReadRows', path: `${set}?$count=true&$top=1${where}`, reply })
    return Math.min(countedAtMost, answer['@odata.count'] ?? answer.value.length)
  } catch (error) {
    if (errorCode(error) === 'dataverse.not-found') return 0
    if (error instanceof DroverError && !error.isRetryable) return undefined
    throw error
  }
}
