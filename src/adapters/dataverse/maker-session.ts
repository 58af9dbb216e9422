import type { Environment } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseDependencies } from './environments.ts'

/** What the demo does as a maker in a development environment, and nothing else. */
export interface MakerSession {
  /** Imports an unmanaged solution, waits for the end and publishes everything (which is never done outside development). */
  importUnmanaged(file: Uint8Array): Promise<void>
}

export function createMakerSession(environment: Environment, _dependencies: DataverseDependencies): MakerSession {
  throw new DroverError('dataverse.not-available', `The maker session for ${environment.name} is being built.`)
}
