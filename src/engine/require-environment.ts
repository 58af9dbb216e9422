import type { Environment } from '#domain/environment'
import type { EnvironmentId, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { requireConfiguration } from './apply-configuration.ts'
import type { EngineDependencies } from './dependencies.ts'
import { findEnvironment } from './find.ts'

/** An environment, and the configuration in force that declares it. */
export async function requireEnvironment(
  deps: Pick<EngineDependencies, 'readModel' | 'clock'>,
  id: EnvironmentId,
): Promise<Result<{ readonly configuration: Configuration; readonly environment: Environment }>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const found = findEnvironment(configuration, id)
  return found.ok ? accept({ configuration, environment: found.value }) : found
}
