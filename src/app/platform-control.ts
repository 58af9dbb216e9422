import type { DependencyEnd } from '#domain/solution'
import { createEmulatorControl } from './emulator-control.ts'
import { loadLocalSecret } from './local-secrets.ts'
import type { RunningDrover } from './start-up.ts'

/** What a rehearsal sets up in local environments; none of it exists in the service. */
export interface PlatformControl {
  mountSolution(environment: string, solution: { readonly uniqueName: string; readonly version: string }): Promise<void>
  putConnection(environment: string, connection: LocalConnection): Promise<void>
  /** These components count as being there unmanaged, as where a package was exported. */
  assumeUnmanaged(environment: string, components: readonly Partial<DependencyEnd>[]): Promise<void>
  /** Empties an environment, as new. */
  reset(environment: string): Promise<void>
}

export interface LocalConnection {
  readonly id: string
  readonly connectorId: string
  readonly displayName: string
  readonly ownerName: string
  /** Entra object ids that the owner shared it with. */
  readonly sharedWith: readonly string[]
}

/** Opens the emulator's own control address with the workspace's secret. */
export async function openPlatformControl(drover: Pick<RunningDrover, 'platformUrl' | 'workspace'>): Promise<PlatformControl> {
  const secret = await loadLocalSecret(drover.workspace, 'emulator-admin')
  const control = createEmulatorControl(drover.platformUrl, secret)
  const send = async (method: string, path: string, body: object): Promise<void> => void (await control.send(method, path, body))
  return {
    mountSolution: (environment, solution) => send('POST', `/environments/${environment}/solutions`, solution),
    putConnection: (environment, connection) => send('PUT', `/environments/${environment}/connections/${connection.id}`, connection),
    assumeUnmanaged: (environment, components) => send('POST', `/environments/${environment}/assumptions`, { components }),
    reset: (environment) => send('POST', `/environments/${environment}/reset`, {}),
  }
}
