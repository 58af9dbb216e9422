import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DroverError } from '#domain/kernel'

const keyLength = 32

export interface RescueKey {
  readonly bytes: Buffer
  /** Tells which key an object was sealed with, and nothing about it. */
  readonly id: Buffer
}

/** Undefined when there is none. */
export async function readRescueKey(keyFile: string): Promise<RescueKey | undefined> {
  let text: string
  try {
    text = await readFile(keyFile, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new DroverError('rescue.key-unreadable', `The key of rescues ${keyFile} cannot be read.`, {
      hint: 'Give the user that runs Drover the right to read it.',
      cause,
    })
  }
  const bytes = Buffer.from(text.trim(), 'base64url')
  if (bytes.length === keyLength)
    return { bytes, id: createHash('sha256').update('drover rescue key').update(bytes).digest().subarray(0, 8) }
  throw new DroverError('rescue.key-unreadable', `The key of rescues ${keyFile} is damaged.`, {
    hint: 'Restore it from the backup of the workspace: nothing that was rescued with it can be read without it.',
  })
}

/** Appears whole or not at all, and the first of several processes wins, because `link` refuses to replace. */
export async function createRescueKey(keyFile: string): Promise<RescueKey> {
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
  const key = await readRescueKey(keyFile)
  if (key !== undefined) return key
  throw new DroverError('rescue.key-unreadable', `The key of rescues ${keyFile} vanished while it was being made.`, { isRetryable: true })
}
