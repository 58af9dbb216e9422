import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DroverError } from '#domain/kernel'
import type { PublicKey, Signing } from '#engine/ports'

/** Signs with the key of one workspace, which is made at random when it is first needed and is readable by its owner only. */
export function createSigning(options: { readonly keyFile: string }): Signing {
  const nextFile = `${options.keyFile}.next`
  // Read each time: another process of the workspace may have changed it.
  const load = () => loadOrCreateKey(options.keyFile)
  return {
    sign: async (text) => {
      const key = await load()
      return { keyId: publicHalf(key).keyId, signature: signWith(key, text) }
    },
    publicKey: async () => publicHalf(await load()),
    prepareNext: async () => publicHalf(await loadOrCreateKey(nextFile)),
    signAsNext: async (text) => signWith(await loadOrCreateKey(nextFile), text),
    adoptNext: (keyId) => adopt({ keyFile: options.keyFile, nextFile, keyId }),
    keyIdOf,
    verify: verifySignature,
  }
}

function signWith(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64')
}

/** `rename` leaves the one key or the other, whenever power fails. */
async function adopt({ keyFile, nextFile, keyId }: { readonly keyFile: string; readonly nextFile: string; readonly keyId: string }) {
  if (publicHalf(await loadOrCreateKey(keyFile)).keyId === keyId) return
  const next = await readKey(nextFile)
  if (next === undefined || publicHalf(next).keyId !== keyId) {
    // Another process may have been faster.
    if (publicHalf(await loadOrCreateKey(keyFile)).keyId === keyId) return
    throw new DroverError(
      'signing.key-missing',
      `The ledger was told that key ${keyId.slice(0, 12)} signs from now on, and ${nextFile} does not hold it.`,
      {
        hint: 'Restore keys/ from the newest backup of the workspace.',
      },
    )
  }
  await rename(nextFile, keyFile)
}

export function verifySignature(signed: { readonly publicKey: string; readonly text: string; readonly signature: string }): boolean {
  // Only the one way of writing a signature counts: Buffer passes over what is no base64.
  const signature = Buffer.from(signed.signature, 'base64')
  if (signature.toString('base64') !== signed.signature) return false
  const key = readPublicKey(signed.publicKey)
  return key !== undefined && verify(null, Buffer.from(signed.text), key, signature)
}

/** Undefined when the text is no Ed25519 public key in PEM. */
export function keyIdOf(pem: string): string | undefined {
  const key = readPublicKey(pem)
  return key === undefined ? undefined : publicHalf(key).keyId
}

function readPublicKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

function publicHalf(key: KeyObject): PublicKey {
  const half = key.type === 'public' ? key : createPublicKey(key)
  const der = half.export({ type: 'spki', format: 'der' })
  return { keyId: createHash('sha256').update(der).digest('hex'), pem: half.export({ type: 'spki', format: 'pem' }).toString() }
}

async function loadOrCreateKey(keyFile: string): Promise<KeyObject> {
  const existing = await readKey(keyFile)
  if (existing !== undefined) return existing
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  await createKey(keyFile)
  const created = await readKey(keyFile)
  if (created !== undefined) return created
  throw new DroverError('signing.key-unreadable', `The signing key ${keyFile} vanished while it was being made.`, { isRetryable: true })
}

async function readKey(keyFile: string): Promise<KeyObject | undefined> {
  let pem: string
  try {
    pem = await readFile(keyFile, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new DroverError('signing.key-unreadable', `The signing key ${keyFile} cannot be read.`, {
      hint: 'Give the user that runs Drover the right to read it.',
      cause,
    })
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Said below, without what is in the file.
  }
  throw new DroverError('signing.key-unreadable', `The signing key ${keyFile} is damaged.`, {
    hint: 'Restore it from the backup of the workspace. With a new one that nobody announced, what was signed before is verified with the old public key alone.',
  })
}

/** Appears whole or not at all, and the first of several processes wins, because `link` refuses to replace. */
async function createKey(keyFile: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const draft = `${keyFile}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, keyFile)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
}
