import { readFile, stat } from 'node:fs/promises'
import { resolve as resolvePath } from 'node:path'
import type { SecretRef } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { Log } from '#engine/ports'

export interface Secrets {
  /** The value now; never kept. Throws `secret.absent` or `secret.unreadable`, naming the reference and never the value. */
  resolve(ref: SecretRef): Promise<string>
}

/** Secrets in environment variables and in files; relative file paths start at `baseFolder`. */
export function createSecrets(from: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly baseFolder: string
  readonly log?: Log
}): Secrets {
  return {
    async resolve(ref) {
      if (ref.kind === 'environment') return resolveVariable(from.env, ref.variable)
      return resolveFile(resolvePath(from.baseFolder, ref.path), ref.path, from.log)
    },
  }
}

function resolveVariable(env: Readonly<Record<string, string | undefined>>, variable: string): string {
  const value = env[variable]
  if (value !== undefined && value !== '') return value
  throw new DroverError(
    'secret.absent',
    `The environment variable ${variable}, which should hold a secret, is ${value === '' ? 'empty' : 'not set'}.`,
    {
      hint: `Set ${variable} for the process that runs Drover, then try again.`,
    },
  )
}

async function resolveFile(path: string, name: string, log: Log | undefined): Promise<string> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(cause, name, path)
  })
  const value = withoutFinalLineBreak(content)
  if (value === '') {
    throw new DroverError('secret.absent', `The secret file ${name} is empty (${path}).`, {
      hint: 'Write the secret into it, then try again.',
    })
  }
  await warnWhenOthersMayRead(path, name, log)
  return value
}

function unreadable(cause: unknown, name: string, path: string): DroverError {
  const isAbsent = cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
  if (isAbsent) {
    return new DroverError('secret.absent', `The secret file ${name} does not exist (${path}).`, {
      hint: 'Create it with the secret as its only content and mode 0600, then try again.',
      cause,
    })
  }
  return new DroverError('secret.unreadable', `The secret file ${name} cannot be read (${path}).`, {
    hint: 'Give the user that runs Drover the right to read it.',
    cause,
  })
}

/** Editors and `echo` end a file with a line break that is no part of the secret. */
function withoutFinalLineBreak(content: string): string {
  if (content.endsWith('\r\n')) return content.slice(0, -2)
  return content.endsWith('\n') ? content.slice(0, -1) : content
}

async function warnWhenOthersMayRead(path: string, name: string, log: Log | undefined): Promise<void> {
  if (log === undefined || process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  log.warn(`The secret file ${name} can be read by other users. Run: chmod 600 ${path}`, { file: path, mode: (mode & 0o777).toString(8) })
}
