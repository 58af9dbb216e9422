import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SignJWT, errors, jwtVerify } from 'jose'
import { DroverError, toId } from '#domain/kernel'
import type { PersonId } from '#domain/kernel'
import type { Clock } from '#engine/ports'

export interface Identity {
  issue(personId: PersonId, options: { readonly expiresInSeconds: number }): Promise<string>
  /** Throws `auth.token-missing`, `auth.token-expired` or `auth.token-invalid`. */
  verify(token: string | undefined): Promise<PersonId>
}

const issuer = 'drover'
const audience = 'drover-api'
const keyLength = 32

/** Signs and checks the API tokens of one workspace; the key is made once, at random, readable by its owner only. */
export function createIdentity(options: { readonly keyFile: string; readonly clock?: Clock }): Identity {
  let key: Promise<Uint8Array> | undefined
  function loadKey(): Promise<Uint8Array> {
    key ??= loadOrCreateKey(options.keyFile).catch((error: unknown) => {
      key = undefined
      throw error
    })
    return key
  }
  function now(): Date {
    return options.clock === undefined ? new Date() : new Date(options.clock.now())
  }
  return {
    async issue(personId, { expiresInSeconds }) {
      const issuedAt = Math.floor(now().getTime() / 1000)
      return new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(personId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresInSeconds)
        .sign(await loadKey())
    },
    async verify(token) {
      if (token === undefined || token.trim() === '') throw missing()
      return verifyToken(token.trim(), await loadKey(), now())
    },
  }
}

async function verifyToken(token: string, key: Uint8Array, currentDate: Date): Promise<PersonId> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer,
      audience,
      currentDate,
      requiredClaims: ['sub', 'exp'],
    })
    return toId<PersonId>(payload.sub ?? '')
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw expired(cause)
    throw invalid(cause)
  }
}

function missing(): DroverError {
  return new DroverError('auth.token-missing', 'The request carries no token.', {
    hint: 'Get one with `drover token issue --person <id>` and send it as `Authorization: Bearer …` (the CLI reads DROVER_TOKEN).',
  })
}

function expired(cause: Error): DroverError {
  return new DroverError('auth.token-expired', 'The token has expired.', {
    hint: 'Get a new one with `drover token issue --person <id>`.',
    cause,
  })
}

function invalid(cause: unknown): DroverError {
  return new DroverError('auth.token-invalid', 'The token is not one that this workspace has issued.', {
    hint: 'Check that it was copied whole and that it was made in the workspace of this server; otherwise get a new one with `drover token issue --person <id>`.',
    cause,
  })
}

async function loadOrCreateKey(keyFile: string): Promise<Uint8Array> {
  const existing = await readKey(keyFile)
  if (existing !== undefined) return existing
  await mkdir(dirname(keyFile), { recursive: true })
  await createKey(keyFile)
  const created = await readKey(keyFile)
  if (created !== undefined) return created
  throw new DroverError('auth.key-unreadable', `The signing key ${keyFile} vanished while it was being made.`, { isRetryable: true })
}

async function readKey(keyFile: string): Promise<Uint8Array | undefined> {
  const text = await readFile(keyFile, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new DroverError('auth.key-unreadable', `The signing key ${keyFile} cannot be read.`, {
      hint: 'Give the user that runs Drover the right to read it.',
      cause,
    })
  })
  if (text === undefined) return undefined
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length === keyLength) return key
  throw new DroverError('auth.key-unreadable', `The signing key ${keyFile} is damaged.`, {
    hint: 'Delete it: a new one is made at the next start, and every token issued before becomes invalid.',
  })
}

/** Appears whole or not at all, and the first of several processes wins, because `link` refuses to replace. */
async function createKey(keyFile: string): Promise<void> {
  const draft = `${keyFile}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(keyLength).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, keyFile)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
}
