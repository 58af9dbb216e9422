import type { Environment, SecretRef } from '#domain/environment'
import type { Clock, Environments, Log } from '#engine/ports'
import { createClient } from './client.ts'
import { createInspection } from './inspection.ts'
import type { Limits } from './limits.ts'
import { createSolutionExport } from './solution-export.ts'
import { createSolutionImport } from './solution-import.ts'

/** What talking to Dataverse needs from outside. */
export interface DataverseDependencies {
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof fetch
  readonly limits?: Partial<Limits>
}

type OpenEnvironment = ReturnType<Environments['open']>

/** Opens Dataverse environments over the Web API v9.2; an environment keeps its sign-in as long as its settings stay the same. */
export function createEnvironments(dependencies: DataverseDependencies): Environments {
  const opened = new Map<string, OpenEnvironment>()
  return {
    open(environment) {
      const key = JSON.stringify(environment)
      const known = opened.get(key)
      if (known !== undefined) return known
      const open = openEnvironment(environment, dependencies)
      opened.set(key, open)
      return open
    },
  }
}

function openEnvironment(environment: Environment, dependencies: DataverseDependencies): OpenEnvironment {
  const client = createClient(environment, dependencies)
  return {
    ...createSolutionExport(client),
    ...createSolutionImport(client, dependencies.clock),
    ...createInspection(client, dependencies.clock),
  }
}
