import type { AccessControl } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchAccess } from './fetch-access.ts'
import { assignTeam, makeGroupTeam, shareFlow } from './give-access.ts'

/** Reads and gives access to groups over the Web API [release-facts 3]. */
export function createAccessControl(client: DataverseClient): AccessControl {
  return {
    fetchAccess: (wanted) => fetchAccess(client, wanted),
    makeGroupTeam: (team) => makeGroupTeam(client, team),
    assignTeam: (of) => assignTeam(client, of),
    shareFlow: (of) => shareFlow(client, of),
  }
}
