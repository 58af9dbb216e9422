import type { EnvironmentId, PersonId } from '#domain/kernel'
import type { MadeAddress } from '#domain/rebuild'
import { loadWritten, putInForce, requireWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'

/**
 * Brings the addresses that the platform gave to an environment which Drover made into force, in a version of its own. No person typed them,
 * so no second one has to look at them (decision 21). Repeated, it changes nothing.
 */
export async function registerAddress(
  deps: EngineDependencies,
  of: { readonly environmentId: EnvironmentId; readonly address: MadeAddress; readonly actor: PersonId },
): Promise<void> {
  for (;;) {
    const { configuration, version } = orThrow(await requireWritten(deps))
    const environment = orThrow(findEnvironment(configuration, of.environmentId))
    if (environment.url === of.address.url && environment.connectivityUrl === of.address.connectivityUrl) return
    const environments = configuration.environments.map((each) => (each.id === of.environmentId ? { ...each, ...of.address } : each))
    const changes = [
      `environment ${environment.name}: Made anew by Drover; the platform gave it the address ${of.address.url} instead of ${environment.url}.`,
    ]
    const applied = await putInForce(deps, {
      configuration: { ...configuration, environments },
      actor: of.actor,
      changes,
      basedOn: version,
    })
    if (applied.ok) return
    // Somebody applied another version in between: theirs is the base now, unless nothing moved.
    if ((await loadWritten(deps))?.version === version) orThrow(applied)
  }
}
