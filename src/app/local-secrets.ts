import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from './workspace.ts'

/** The identities that local environments know: who deploys, and who makes. */
export const localTenant = '11111111-1111-4111-8111-111111111111'
export const deployerClient = {
  clientId: '22222222-2222-4222-8222-222222222222',
  objectId: '22222222-0000-4222-8222-222222222222',
  name: 'Drover deployment',
}
export const makerClient = {
  clientId: '33333333-3333-4333-8333-333333333333',
  objectId: '33333333-0000-4333-8333-333333333333',
  name: 'Makers in Dev',
}

export type LocalSecret = 'deployer' | 'maker' | 'emulator-admin'

export function localSecretFile(workspace: Workspace, name: LocalSecret): string {
  return join(workspace.secrets, `local-${name}`)
}

/** A random secret of this workspace, made when first asked for; the file is readable by its owner only. */
export async function loadLocalSecret(workspace: Workspace, name: LocalSecret): Promise<string> {
  const file = localSecretFile(workspace, name)
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch {
    await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
    return (await readFile(file, 'utf8')).trim()
  }
}
