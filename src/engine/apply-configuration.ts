import type { PersonId, Result } from '#domain/kernel'
import { accept, DroverError, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { decideConfiguration } from '#domain/policy'
import type { EngineDependencies } from './dependencies.ts'
import type { ConfigurationVersion } from './engine.ts'

export const configurationStream = 'configuration'

/** Makes a proposal the configuration in force: ledgered, immutable, with who, the difference and the authority that it took. */
export async function applyConfiguration(
  deps: EngineDependencies,
  command: { readonly configuration: Configuration; readonly actor: PersonId; readonly confirmedBy?: PersonId },
): Promise<Result<ConfigurationVersion>> {
  const current = await loadConfiguration(deps)
  const decision = decideConfiguration({
    before: current?.configuration,
    after: command.configuration,
    actor: command.actor,
    policy: deps.policy,
    ...(command.confirmedBy === undefined ? {} : { confirmedBy: command.confirmedBy }),
  })
  if (!decision.ok) return decision
  const stream = await deps.ledger.read(configurationStream)
  const newest = stream.at(-1)
  if ((newest?.sequence ?? 0) !== (current?.version ?? 0)) {
    return refuse(
      'configuration.moved-on',
      'The configuration changed while this proposal was being read.',
      'Apply it again to see the difference against the newest version.',
    )
  }
  const changes = decision.value.changes.map((change) => change.text)
  const appended = await deps.ledger.append({
    stream: configurationStream,
    expectedVersion: stream.length,
    actor: command.actor,
    events: [
      { type: 'configuration-applied', data: { configuration: command.configuration, changes, confirmedBy: command.confirmedBy ?? null } },
    ],
  })
  const event = appended[0]
  if (event === undefined) throw new DroverError('ledger.lost-append', 'The ledger did not return the configuration event it was given.')
  return accept({ version: event.sequence, appliedAt: event.at, appliedBy: event.actor, changes, configuration: command.configuration })
}

export async function loadConfiguration(deps: Pick<EngineDependencies, 'readModel'>): Promise<ConfigurationVersion | undefined> {
  return deps.readModel.load<ConfigurationVersion>('configuration', 'current')
}

/** The configuration in force, or the refusal that tells how to apply one. */
export async function requireConfiguration(deps: Pick<EngineDependencies, 'readModel'>): Promise<Result<ConfigurationVersion>> {
  const current = await loadConfiguration(deps)
  if (current !== undefined) return accept(current)
  return refuse(
    'configuration.none',
    'No configuration has been applied yet.',
    'Write a drover.yaml and run `drover config apply drover.yaml`.',
  )
}
