import type { EnvironmentRecord, ForeignImport, ProtectionProposal, ProtectionVerdict } from '#domain/drift'
import { judgeProtection } from '#domain/drift'
import type { Environment, LayerPolicy, ObservedRole, Unseen } from '#domain/environment'
import { laneOf, layerPolicyOf } from '#domain/environment'
import type { Instant, Result } from '#domain/kernel'
import { accept, DroverError, toId } from '#domain/kernel'
import type { OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { loadForeignImports } from './foreign-imports.ts'
import { loadProposal } from './proposals.ts'

/** Who and what may change an environment, read now. */
export interface ProtectionView {
  readonly environment: Environment
  readonly layerPolicy: LayerPolicy
  /** Undefined when it cannot be read. */
  readonly isBlocked: boolean | undefined
  readonly verdict: ProtectionVerdict
  /** What Drover last switched the block to. */
  readonly switched: EnvironmentRecord['protection']
  /** Waits for a second person. */
  readonly proposal: ProtectionProposal | undefined
  readonly powerfulRoles: readonly ObservedRole[]
  /** Features in use that the block is known to break (PET-11). */
  readonly breaks: readonly { readonly feature: string; readonly evidence: string }[]
  /** Newest first, of the last observation. */
  readonly foreignImports: readonly ForeignImport[]
  /** When the environment was last observed; undefined: never, and so no import can have been found. */
  readonly observedAt: Instant | undefined
  readonly unseen: readonly Unseen[]
}

export async function loadProtection(deps: EngineDependencies, environmentId: string): Promise<Result<ProtectionView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const found = findEnvironment(current.value.configuration, toId(environmentId))
  if (!found.ok) return found
  const environment = found.value
  const lane = laneOf(environment)
  const target = deps.environments.open(environment)
  const isBlocked = await target.fetchUnmanagedBlock()
  const { roles, breaks, unseen } = await readWhatMayChangeIt(target)
  const switched = (await deps.readModel.load<EnvironmentRecord>('environment', lane))?.protection
  const proposal = await loadProposal(deps, lane)
  const { foreignImports, observedAt } = await loadForeignImports(deps, environment)
  return accept({
    environment,
    layerPolicy: layerPolicyOf(environment),
    isBlocked,
    verdict: judgeProtection({ environment, isBlocked, switchedTo: switched?.isOn }),
    switched,
    // One that was made under another configuration waits for nobody any more.
    proposal: proposal?.configurationVersion === current.value.version ? proposal : undefined,
    powerfulRoles: roles,
    breaks,
    foreignImports,
    observedAt,
    unseen,
  })
}

/** With the least rights some of it cannot be read; that is said and hides nothing else. */
async function readWhatMayChangeIt(
  target: OpenEnvironment,
): Promise<Pick<ProtectionView, 'breaks' | 'unseen'> & { readonly roles: readonly ObservedRole[] }> {
  const powerful = await orUnseen<{ readonly roles: readonly ObservedRole[] }>(
    'who may change the environment',
    () => target.fetchPowerfulRoles(),
    { roles: [] },
  )
  const broken = await orUnseen<Pick<Awaited<ReturnType<OpenEnvironment['findWhatBlockBreaks']>>, 'found'>>(
    'what the block breaks',
    () => target.findWhatBlockBreaks(),
    { found: [] },
  )
  return { roles: powerful.roles, breaks: broken.found, unseen: [...powerful.unseen, ...broken.unseen] }
}

async function orUnseen<T>(
  what: string,
  read: () => Promise<T & { readonly unseen: readonly Unseen[] }>,
  none: T,
): Promise<T & { readonly unseen: readonly Unseen[] }> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof DroverError && error.code === 'dataverse.forbidden') return { ...none, unseen: [{ what, why: error.message }] }
    throw error
  }
}
