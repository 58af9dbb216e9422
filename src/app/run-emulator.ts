import { readFile, writeFile } from 'node:fs/promises'
import type { EmulatorOptions, EmulatorReady } from '#cli'
import type { Result } from '#domain/kernel'
import { accept, DroverError, errorMessage } from '#domain/kernel'
import type { FaultsFile, RunningEmulator } from '#emulator'
import { readFaultsFile, startEmulator } from '#emulator'
import { lockFolder } from './folder-lock.ts'
import { emulatorOptions } from './local-platform.ts'
import { deployerClient, localSecretFile, localTenant, makerClient } from './local-secrets.ts'
import { untilAborted } from './until-aborted.ts'
import type { Workspace } from './workspace.ts'
import { openWorkspace } from './workspace.ts'

/** `drover emulator`: the local environments by themselves, until Ctrl-C. */
export async function runEmulator(options: EmulatorOptions, tell: (ready: EmulatorReady) => void): Promise<Result<void>> {
  const faults = options.faults === undefined ? undefined : await readFaults(options.faults)
  const workspace = await openWorkspace(options.data)
  const lock = await lockFolder(workspace.emulatorData, workspace.folder)
  try {
    const usual = await emulatorOptions(workspace, options.port)
    const emulator = await startEmulator({
      ...usual,
      host: options.host,
      environments: options.environments ?? [],
      firstEnvironments: usual.environments,
      clockScale: options.clockScale,
      ...(options.template === undefined ? {} : { template: options.template }),
      ...(options.isLimited ? {} : { limits: 'off' }),
      ...(faults === undefined ? {} : { faults }),
    })
    // For the commands that work on a running emulator.
    await writeFile(workspace.emulatorPort, `${emulator.port}\n`, { mode: 0o600 })
    tell(readyOf(workspace, emulator))
    await untilAborted(options.signal)
    await emulator.close()
  } finally {
    await lock.release()
  }
  return accept(undefined)
}

async function readFaults(path: string): Promise<FaultsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DroverError('file.absent', `${path} cannot be read: ${errorMessage(cause)}`, { hint: 'Check the path.', cause })
  })
  return readFaultsFile(text, path)
}

/** How a client gets a token: by client credentials, with a secret that lies in a file and is never printed. */
function readyOf(workspace: Workspace, emulator: RunningEmulator): EmulatorReady {
  const { url } = emulator
  const describe = (client: typeof makerClient, secret: 'deployer' | 'maker'): EmulatorReady['signIn']['clients'][number] => ({
    name: client.name,
    clientId: client.clientId,
    clientSecretFile: localSecretFile(workspace, secret),
  })
  return {
    url,
    environments: emulator.environments().map((name) => ({ name, url: `${url}/${name}` })),
    signIn: {
      tokenUrl: `${url}/${localTenant}/oauth2/v2.0/token`,
      scope: `${url}/{environment}/.default`,
      clients: [describe(deployerClient, 'deployer'), describe(makerClient, 'maker')],
    },
    control: { url: `${url}/_emulator`, secretFile: localSecretFile(workspace, 'emulator-admin') },
  }
}
