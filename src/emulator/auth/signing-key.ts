import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CryptoKey, JWK } from 'jose'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'

export interface SigningKey {
  readonly id: string
  readonly privateKey: CryptoKey | Uint8Array
  readonly publicKey: CryptoKey | Uint8Array
  /** The public half, as the tenant's key endpoint shows it. */
  readonly publicJwk: JWK
}

/** The key that the local tenants sign with. It is kept in the data folder, so that tokens outlive a restart, as they do with Entra. */
export async function openSigningKey(dataDir: string): Promise<SigningKey> {
  const path = join(dataDir, 'tenant-signing-key.json')
  const jwk = (await readKey(path)) ?? (await makeKey(dataDir, path))
  const { kty, n, e } = jwk
  if (n === undefined || e === undefined) throw new Error(`${path} holds no RSA key. Delete the file to make a new one.`)
  const publicJwk = { kty: kty ?? 'RSA', n, e }
  const id = await calculateJwkThumbprint(publicJwk)
  return {
    id,
    privateKey: await importJWK(jwk, 'RS256'),
    publicKey: await importJWK(publicJwk, 'RS256'),
    publicJwk: { ...publicJwk, kid: id, use: 'sig', alg: 'RS256' },
  }
}

async function readKey(path: string): Promise<JWK | undefined> {
  try {
    // Written by makeKey below; importJWK checks the members.
    return JSON.parse(await readFile(path, 'utf8')) as JWK
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function makeKey(dataDir: string, path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID() }
  await mkdir(dataDir, { recursive: true })
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600 })
  return jwk
}
