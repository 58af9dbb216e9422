import type { SecretRef } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { Clock, Environments, Log } from '#engine/ports'
import type { Limits } from './limits.ts'

/** What talking to Dataverse needs from outside. */
export interface DataverseDependencies {
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof fetch
  readonly limits?: Partial<Limits>
}

export function createEnvironments(_dependencies: DataverseDependencies): Environments {
  throw new DroverError('dataverse.not-available', 'The Dataverse adapter is being built.')
}
