import type { Digest, PersonId } from '#domain/kernel'
import { canonicalJson, refuse, toId } from '#domain/kernel'
import type { Configuration, ConfigurationChange } from '#domain/pipeline'
import { fillConfiguration } from '#domain/pipeline'
import type { EngineDependencies } from './dependencies.ts'
import type { LedgeredConfiguration } from './directory/personal-details.ts'
import { joinDetails, keepDetails } from './directory/personal-details.ts'
import type { ConfigurationProposal } from './engine.ts'

/** What the ledger keeps of a proposal; its digest is over exactly this configuration, in which commitments stand for who people are. */
interface Proposed {
  readonly digest: Digest
  readonly configuration: LedgeredConfiguration
  readonly changes: readonly ConfigurationChange[]
  readonly basedOn: number
}

/** Records what needs a second person, under the digest of exactly this configuration, and tells how it comes into force. */
export async function proposeConfiguration(
  deps: Pick<EngineDependencies, 'ledger' | 'hashing' | 'directory' | 'ids'>,
  proposal: Omit<Proposed, 'digest' | 'configuration'> & { readonly configuration: Configuration; readonly actor: PersonId },
): Promise<ReturnType<typeof refuse>> {
  const { actor, ...given } = proposal
  const content = { ...given, configuration: await keepDetails(deps, given.configuration) }
  const digest = toId<Digest>(`sha256:${deps.hashing.sha256(canonicalJson(content.configuration))}`)
  const data: Proposed = { digest, ...content }
  await deps.ledger.append({
    stream: streamOf(digest),
    expectedVersion: undefined,
    actor,
    events: [{ type: 'configuration-proposed', data, key: `${content.basedOn}/${actor}` }],
  })
  const sensitive = content.changes.filter((change) => change.authority === 'two-people')
  return refuse(
    'configuration.needs-second-person',
    'The configuration is not in force yet: it contains changes that need a second platform-admin. It is recorded as a proposal.',
    `Have another platform-admin look at it with \`drover config proposal ${digest}\` and run \`drover config confirm ${digest}\`.`,
    [{ subject: 'proposal', message: digest }, ...sensitive.map((change) => ({ subject: change.subject, message: change.text }))],
  )
}

type Means = Pick<EngineDependencies, 'ledger' | 'directory' | 'hashing'>

/** The proposals of exactly this configuration, newest first. */
export async function listProposals(deps: Means, digest: Digest): Promise<readonly ConfigurationProposal[]> {
  const events = await deps.ledger.read(streamOf(digest))
  const proposals = events.map(async (event) => {
    const { configuration, changes, basedOn } = event.data as Proposed // only proposeConfiguration writes to these streams
    const proposedBy = toId<PersonId>(event.actor)
    return {
      digest,
      proposedBy,
      proposedAt: event.at,
      basedOn,
      changes,
      configuration: await joinDetails(deps, fillConfiguration(configuration)),
    }
  })
  return (await Promise.all(proposals)).reverse()
}

/** The newest proposal of exactly this configuration. */
export async function loadProposal(deps: Means, digest: Digest): Promise<ConfigurationProposal | undefined> {
  return (await listProposals(deps, digest))[0]
}

export function unknownProposal(digest: Digest): ReturnType<typeof refuse> {
  return refuse(
    'proposal.unknown',
    `Nobody proposed the configuration ${digest}.`,
    'Name the digest that `drover config apply` told, or propose it again.',
  )
}

function streamOf(digest: Digest): string {
  return `proposal/${digest}`
}
