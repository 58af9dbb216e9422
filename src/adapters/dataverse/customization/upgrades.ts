import { z } from 'zod'
import type { UpgradeDeed } from '#domain/environment'
import { holdingName } from '#domain/environment'
import type { Customization, SeenUpgrade, UpgradeInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { completed } from '../operation-state.ts'
import { fetchInstalledSolution } from '../solutions.ts'

const startReply = z.object({ AsyncOperationId: z.string().min(1) })
const whoAmI = z.object({ UserId: z.string() })
const operationRow = z.object({
  asyncoperationid: z.string(),
  statecode: z.number(),
  _ownerid_value: z.string().nullish(),
  _createdonbehalfby_value: z.string().nullish(),
})

/**
 * Types of operation by the option set [web-api B]; message names after the real row of ImportSolutionAsync, which names its message and has
 * the general type 54 [facts-2 §1.3]. That these two are recorded alike is unverified, so either of the two marks is taken.
 */
const deeds: Readonly<Record<UpgradeDeed, { readonly message: string; readonly type: number }>> = {
  apply: { message: 'DeleteAndPromoteAsync', type: 207 },
  withdraw: { message: 'UninstallSolutionAsync', type: 208 },
}

/** More than an environment can have begun between a start and the question for it: it works on one at a time. */
const newest = 20

/** What is done with an upgrade that waits as `<uniqueName>_Upgrade`; `uniqueName` is always that of the base. */
export function createUpgrades(
  client: DataverseClient,
): Pick<Customization, 'startUpgradeApplication' | 'startUpgradeWithdrawal' | 'startUninstallation'> & UpgradeInspection {
  return {
    startUpgradeApplication: (uniqueName) => start(client, 'DeleteAndPromoteAsync', { UniqueName: uniqueName }),
    startUpgradeWithdrawal: (uniqueName) => start(client, 'UninstallSolutionAsync', { SolutionUniqueName: holdingName(uniqueName) }),
    startUninstallation: (uniqueName) => start(client, 'UninstallSolutionAsync', { SolutionUniqueName: uniqueName }),
    findUpgrade: (uniqueName, deed) => findUpgrade(client, uniqueName, deed),
  }
}

async function start(
  client: DataverseClient,
  operation: 'DeleteAndPromoteAsync' | 'UninstallSolutionAsync',
  body: Readonly<Record<string, string>>,
): Promise<{ readonly asyncOperationId: string }> {
  const reply = await client.call({ operation, path: operation, body, reply: startReply })
  return { asyncOperationId: reply.AsyncOperationId }
}

/** Operations are read before the solutions: one that ends in between is then seen at work beside what it has done, never the other way round. */
async function findUpgrade(client: DataverseClient, uniqueName: string, deed: UpgradeDeed): Promise<SeenUpgrade> {
  const operations = await fetchOwnOperations(client, deed)
  const [base, holding] = await Promise.all([
    fetchInstalledSolution(client, uniqueName),
    fetchInstalledSolution(client, holdingName(uniqueName)),
  ])
  return { base: base?.version, holding: holding?.version, operations }
}

async function fetchOwnOperations(client: DataverseClient, deed: UpgradeDeed): Promise<SeenUpgrade['operations']> {
  const { message, type } = deeds[deed]
  const filter = encodeURIComponent(`messagename eq '${message}' or operationtype eq ${type}`)
  const columns = 'asyncoperationid,statecode,_ownerid_value,_createdonbehalfby_value'
  const path = `asyncoperations?$filter=${filter}&$select=${columns}&$orderby=createdon%20desc&$top=${newest}`
  const rows = await client.list('ReadRows', path, operationRow)
  if (rows.length === 0) return []
  const me = await client.call({ operation: 'WhoAmI', path: 'WhoAmI()', reply: whoAmI })
  return rows
    .filter((row) => (row._createdonbehalfby_value ?? row._ownerid_value) === me.UserId)
    .map((row) => ({ asyncOperationId: row.asyncoperationid, isFinished: row.statecode === completed }))
}
