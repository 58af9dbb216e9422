import { createIdentity } from '#adapters/identity'
import type { OfflineCommands } from '#cli'
import type { PersonId } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import { openWorkspace } from './workspace.ts'

/** `drover token issue`: a token of this workspace, signed by its own key. */
export const issueToken: OfflineCommands['issueToken'] = async ({ workspace, person, hours }) => {
  const { tokenKey } = await openWorkspace(workspace)
  const seconds = Math.round(hours * 3600)
  const token = await createIdentity({ keyFile: tokenKey }).issue(toId<PersonId>(person), { expiresInSeconds: seconds })
  return accept({ token, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() })
}
