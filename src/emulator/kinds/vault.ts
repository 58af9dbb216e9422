import { ODataError } from '../errors.ts'
import type { EnvironmentStore, ReadTransaction, Transaction } from '../store/store.ts'

/** A secret of the simulated key vaults of the tenant; who may read it are Entra object ids, or Dataverse's own application id. */
export interface VaultSecret {
  /** /subscriptions/…/providers/Microsoft.KeyVault/vaults/<vault>/secrets/<name> */
  readonly path: string
  readonly value: string
  readonly readers: readonly string[]
}

/** Type of an environment variable whose value is the path of a secret. */
export const secretType = 100_000_005

/** Application id of Dataverse, which needs the role Key Vault Secrets User beside the person who saves (facts-2 §4). */
export const dataversePrincipal = '00000007-0000-0000-c000-000000000000'

const table = '~vaultsecret'

export function putSecret(tenant: Transaction, secret: VaultSecret): void {
  tenant.put(table, secret.path.toLowerCase(), { ...secret })
}

/** The secret as Dataverse reads it; undefined when there is none or Dataverse may not. */
export function readSecret(tenant: ReadTransaction, path: string): string | undefined {
  const secret = find(tenant, path)
  return secret !== undefined && mayRead(secret, dataversePrincipal) ? secret.value : undefined
}

/** Why a value of a secret variable cannot be saved (facts-2 §4); undefined when it can. */
export function secretProblem(tenant: ReadTransaction, path: string, objectId: string): string | undefined {
  const secret = find(tenant, path)
  if (secret !== undefined && mayRead(secret, objectId) && mayRead(secret, dataversePrincipal)) return undefined
  return `This variable didn't save properly. User is not authorized to read secrets from '${path}' resource.`
}

/** Throws when a secret variable would get a value that its writer or Dataverse may not read. The code is unverified (U). */
export function checkSecret(tenant: EnvironmentStore, value: { readonly type: unknown; readonly value: string }, objectId: string): void {
  if (Number(value.type) !== secretType) return
  const problem = tenant.read((tx) => secretProblem(tx, value.value, objectId))
  if (problem !== undefined) throw new ODataError(400, '0x80040216', problem)
}

function find(tenant: ReadTransaction, path: string): VaultSecret | undefined {
  // Rows of this table are written by putSecret only.
  return tenant.get(table, path.toLowerCase()) as VaultSecret | undefined
}

function mayRead(secret: VaultSecret, principal: string): boolean {
  return secret.readers.some((reader) => reader.toLowerCase() === principal.toLowerCase())
}
