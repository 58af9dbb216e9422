import { dataversePrincipal, putSecret } from '../kinds/vault.ts'
import type { ControlApi, ControlReply, ControlRequest } from './control-request.ts'
import { badRequest, done, flag, readBody, text } from './control-request.ts'

/**
 * `PUT /_emulator/secrets {path, value, readers: [object ids], isReadByDataverse?}`: a secret of a simulated key vault, and who holds the
 * role Key Vault Secrets User on it; Dataverse does unless told otherwise.
 */
export async function answerSecrets(api: ControlApi, request: ControlRequest): Promise<ControlReply | undefined> {
  if (request.method !== 'PUT' || request.segments.length > 1) return undefined
  const body = await readBody(request)
  const { readers } = body
  if (!Array.isArray(readers)) throw badRequest("The member 'readers' must be a list of object ids.")
  const isReadByDataverse = body['isReadByDataverse'] === undefined || flag(body, 'isReadByDataverse')
  const all = [...readers.map(String), ...(isReadByDataverse ? [dataversePrincipal] : [])]
  await api.store.tenant().write((tx) => putSecret(tx, { path: text(body, 'path'), value: text(body, 'value'), readers: all }))
  return done
}
