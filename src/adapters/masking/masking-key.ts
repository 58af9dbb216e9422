import { createSecretKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DroverError } from '#domain/kernel'

const keyLength = 32

/** The key that values are masked under: made with the first use, and the first of several processes wins, because `link` refuses to replace. */
export async function masterKey(keyFile: string): Promise<KeyObject> {
  return (await readKey(keyFile)) ?? createKey(keyFile)
}

async function readKey(keyFile: string): Promise<KeyObject | undefined> {
  let text: string
  try {
    text = await readFile(keyFile, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new DroverError('masking.key-unreadable', `The key ${keyFile} that data is masked under cannot be read.`, {
      hint: 'Give the user that runs Drover the right to read it.',
      cause,
    })
  }
  const bytes = Buffer.from(text.trim(), 'base64url')
  if (bytes.length === keyLength) return createSecretKey(bytes)
  throw new DroverError('masking.key-unreadable', `The key ${keyFile} that data is masked under is damaged.`, {
    hint: 'Restore it from the backup of the workspace, or delete it: then the same values get other fakes from now on.',
  })
}

async function createKey(keyFile: string): Promise<KeyObject> {
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  const draft = `${keyFile}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(keyLength).toString('base64url'))
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
  const key = await readKey(keyFile)
  if (key !== undefined) return key
  throw new DroverError('masking.key-unreadable', `The key ${keyFile} vanished while it was being made.`, { isRetryable: true })
}
