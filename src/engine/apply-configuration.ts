import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, DroverError, errorCode, refuse } from '#domain/kernel'
import type { Configuration, ConfigurationChange } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { withTimedGrants } from '#domain/people'
import { applyOverride, decideConfiguration } from '#domain/policy'
import type { EngineDependencies } from './dependencies.ts'
import { keepDetails } from './directory/personal-details.ts'
import { refuseForgotten } from './directory/refuse-forgotten.ts'
import type { ConfigurationVersion } from './engine.ts'
import { loadTimedGrants } from './people/person-stream.ts'
import { proposeConfiguration } from './propose-configuration.ts'

const configurationStream = 'configuration'

/**
 * Makes a proposal the configuration in force: ledgered, immutable, with who, the difference and the authority that it took. What needs a
 * second person is only recorded as a proposal, and the refusal names it.
 */
export async function applyConfiguration(
  deps: EngineDependencies,
  command: { readonly configuration: Configuration; readonly actor: PersonId },
): Promise<Result<ConfigurationVersion>> {
  const { configuration, actor } = command
  const current = await loadWritten(deps)
  const acting = (await loadConfiguration(deps))?.configuration.people
  const decision = decideConfiguration({
    ...{ before: current?.configuration, after: configuration, actor, acting, policy: deps.policy, now: deps.clock.now() },
  })
  if (!decision.ok) return decision
  const forgotten = await refuseForgotten(deps, { before: current?.configuration, after: configuration })
  if (forgotten !== undefined) return forgotten
  const { changes, outcome } = decision.value
  // Nothing new is nothing to record: it would outdate the proposals that wait for a second person.
  if (current !== undefined && changes.length === 0) return accept({ ...current, changes: [] })
  if (outcome === 'propose') return proposeConfiguration(deps, { configuration, actor, changes, basedOn: current?.version ?? 0 })
  return putInForce(deps, { configuration, actor, changes: changes.map(describeChange), basedOn: current?.version ?? 0 })
}

/** In words that stand alone in the ledger: what it is about, and what becomes of it. */
export function describeChange({ subject, text }: ConfigurationChange): string {
  return `${subject}: ${text}`
}

/** Appends the version, unless another one came into force since it was judged. */
export async function putInForce(
  deps: Pick<EngineDependencies, 'ledger' | 'directory' | 'hashing' | 'ids'>,
  version: {
    readonly configuration: Configuration & { readonly rightsAt?: never }
    readonly actor: PersonId
    readonly changes: readonly string[]
    /** The version that it was judged against; 0 before the first. */
    readonly basedOn: number
    readonly proposedBy?: PersonId
  },
): Promise<Result<ConfigurationVersion>> {
  const { actor, basedOn, ...data } = version
  const stream = await deps.ledger.read(configurationStream)
  if ((stream.at(-1)?.sequence ?? 0) !== basedOn) return refuseMovedOn()
  const ledgered = { ...data, configuration: await keepDetails(deps, data.configuration) }
  const events = [{ type: 'configuration-applied', data: ledgered }]
  const append = { stream: configurationStream, expectedVersion: stream.length, actor, events }
  const appended = await deps.ledger.append(append).catch((error: unknown) => {
    if (errorCode(error) === 'ledger.conflict') return undefined
    throw error
  })
  if (appended === undefined) return refuseMovedOn()
  const [event] = appended
  if (event === undefined) throw new DroverError('ledger.lost-append', 'The ledger did not return the configuration event it was given.')
  return accept({ version: event.sequence, appliedAt: event.at, appliedBy: event.actor, ...data })
}

/** A configuration with the roles that people have at one moment: what deeds are judged by, and nothing that could be applied. */
export type JudgedConfiguration = Configuration & { readonly rightsAt: Instant }

type Judged = ConfigurationVersion & { readonly configuration: JudgedConfiguration }
type Reads = Pick<EngineDependencies, 'readModel' | 'clock'>

/** The configuration in force, with roles that are granted until an end for as long as they hold. */
export async function loadConfiguration(deps: Reads): Promise<Judged | undefined> {
  const written = await loadWritten(deps)
  if (written === undefined) return undefined
  const configuration = withTimedGrants(written.configuration, await loadTimedGrants(deps), deps.clock.now())
  // `rightsAt` is a mark for the compiler alone: work that is begun anew with what it recorded must find the same.
  return { ...written, configuration: configuration as JudgedConfiguration }
}

/** The configuration in force as it was applied: what the next one is made from. */
export async function loadWritten(deps: Pick<EngineDependencies, 'readModel'>): Promise<ConfigurationVersion | undefined> {
  return deps.readModel.load<ConfigurationVersion>('configuration', 'current')
}

/** The policy in force: that of this version of Drover, with what the configuration changes of it. */
export async function loadPolicy(deps: Pick<EngineDependencies, 'readModel' | 'policy'>): Promise<Policy> {
  return applyOverride(deps.policy, (await loadWritten(deps))?.configuration.policy)
}

/** The configuration in force with the roles of this moment, or the refusal that tells how to apply one. */
export async function requireConfiguration(deps: Reads): Promise<Result<Judged>> {
  return orNone(await loadConfiguration(deps))
}

/** The configuration in force as it was applied, or the same refusal. */
export async function requireWritten(deps: Pick<EngineDependencies, 'readModel'>): Promise<Result<ConfigurationVersion>> {
  return orNone(await loadWritten(deps))
}

function orNone<T extends ConfigurationVersion>(current: T | undefined): Result<T> {
  if (current !== undefined) return accept(current)
  return refuse(
    'configuration.none',
    'No configuration has been applied yet.',
    'Write a drover.yaml and run `drover config apply drover.yaml`.',
  )
}

function refuseMovedOn(): ReturnType<typeof refuse> {
  return refuse(
    'configuration.moved-on',
    'Another configuration came into force after this proposal was made.',
    'Apply it again to see the difference against the newest version.',
  )
}
