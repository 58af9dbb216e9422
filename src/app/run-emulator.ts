import { startEmulator } from '#emulator'
import type { EmulatorOptions, Progress } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { lockFolder } from './folder-lock.ts'
import { emulatorOptions } from './local-platform.ts'
import { deployerClient, localSecretFile, localTenant, makerClient } from './local-secrets.ts'
import { untilAborted } from './until-aborted.ts'
import type { Workspace } from './workspace.ts'
import { openWorkspace } from './workspace.ts'

/** `drover emulator`: the local environments by themselves, until Ctrl-C. */
export async function runEmulator(options: EmulatorOptions, progress: Progress): Promise<Result<void>> {
  const workspace = await openWorkspace(options.data)
  const lock = await lockFolder(workspace.emulatorData, workspace.folder)
  const emulator = await startEmulator({ ...(await emulatorOptions(workspace, options.port)), host: options.host })
  progress(`local Dataverse environments dev, test and prod at ${emulator.url} (Ctrl-C stops them)`)
  for (const line of describeSignIn(workspace, emulator.url)) progress(line)
  await untilAborted(options.signal)
  await emulator.close()
  await lock.release()
  return accept(undefined)
}

/** How a client gets a token: by client credentials, with a secret that lies in a file and is never printed. */
function describeSignIn(workspace: Workspace, url: string): readonly string[] {
  const describe = (client: typeof makerClient, secret: 'deployer' | 'maker') =>
    `  ${client.name}: client_id ${client.clientId}, client_secret in ${localSecretFile(workspace, secret)}`
  return [
    `sign in with client credentials at ${url}/${localTenant}/oauth2/v2.0/token, scope ${url}/<environment>/.default`,
    describe(deployerClient, 'deployer'),
    describe(makerClient, 'maker'),
  ]
}
