import type { Environment, SecretRef } from '#domain/environment'
import type { Clock, Environments, Log, OpenEnvironment } from '#engine/ports'
import type { SignIn } from './client.ts'
import { createClient, createSignIn } from './client.ts'
import { createAccessControl } from './access/index.ts'
import { createConfigurationData } from './configuration-data/index.ts'
import { createCustomization } from './customization/index.ts'
import type { Governor } from './governor.ts'
import { createGovernor } from './governor.ts'
import { createInspection } from './inspection.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import { createComponentInspection } from './observation/index.ts'
import { createProvisioning } from './provisioning.ts'
import { createDataTables } from './rows/data-tables.ts'
import { createRowAccess } from './rows/index.ts'
import { createSandboxAccess } from './sandbox-access.ts'
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

/** Opens Dataverse environments over the Web API v9.2; an environment keeps its sign-in as long as its settings stay the same. */
export function createEnvironments(dependencies: DataverseDependencies): Environments {
  const signIns = new Map<string, SignIn>()
  const governors = new Map<string, Governor>()
  // Whatever else is said of an environment, the service counts by address and identity.
  function governorOf({ url, credentials }: Environment): Governor {
    const key = `${url.replace(/\/+$/, '').toLowerCase()} ${credentials.clientId.toLowerCase()}`
    const governor = governors.get(key) ?? createGovernor({ ...defaultLimits, ...dependencies.limits })
    governors.set(key, governor)
    return governor
  }
  function signInTo(environment: Environment): SignIn {
    const key = JSON.stringify(environment)
    const signIn = signIns.get(key) ?? createSignIn(environment, dependencies, governorOf(environment))
    signIns.set(key, signIn)
    return signIn
  }
  return { open: (environment, secrets = []) => openEnvironment(signInTo(environment), secrets) }
}

function openEnvironment(signIn: SignIn, secrets: readonly SecretRef[]): OpenEnvironment {
  const client = createClient(signIn, secrets)
  return {
    ...createSolutionExport(client),
    ...createSolutionImport(client, signIn.dependencies),
    ...createInspection(client, signIn.dependencies, secrets),
    ...createComponentInspection(client, signIn.dependencies.clock),
    ...createRowAccess(client, signIn.dependencies.clock),
    ...createDataTables(client),
    ...createSandboxAccess(client),
    ...createProvisioning(client),
    ...createConfigurationData(client),
    ...createAccessControl(client),
    ...createCustomization(client),
  }
}
