import type { ChangeRequest, ChangeRequestEventData, EnvironmentRecord, NewEnvironmentEvent } from '#domain/drift'
import { openChangeRequests } from '#domain/drift'
import { DroverError, errorMessage } from '#domain/kernel'
import { personName } from '#domain/people'
import type { Configuration, HostedRepository } from '#domain/pipeline'
import { findRepositoryHost, mainBranch } from '#domain/pipeline'
import type { EngineDependencies } from '../dependencies.ts'

type Needs = Pick<EngineDependencies, 'pullRequests' | 'log'>

/**
 * What the host of the source says of change requests that wait: opens the pull request of those that have none, and asks about the others. A host
 * that cannot be asked keeps nobody waiting: the request stands, says why, and is followed again with the next look.
 */
export async function followChangeRequests(
  deps: Needs,
  configuration: Configuration,
  record: Pick<EnvironmentRecord, 'changeRequests'>,
): Promise<readonly NewEnvironmentEvent[]> {
  const repository = findRepositoryHost(configuration.sourceHosts ?? [], configuration.sourceRepository)
  if (repository === undefined || deps.pullRequests === undefined) return []
  const { pullRequests } = deps
  const events: NewEnvironmentEvent[] = []
  for (const request of openChangeRequests(record)) {
    const told = await tell({ pullRequests, configuration, repository }, request).catch((error: unknown) => failureOf(deps, request, error))
    if (told === undefined || isKnown(request, told)) continue
    const { id: requestId, environmentId } = request
    events.push({ type: 'change-request-followed', data: { environmentId, requestId, ...told } })
  }
  return events
}

type Told = Pick<ChangeRequestEventData['change-request-followed'], 'pull' | 'pullFailure'>

async function tell(
  by: {
    readonly pullRequests: NonNullable<Needs['pullRequests']>
    readonly configuration: Configuration
    readonly repository: HostedRepository
  },
  request: ChangeRequest,
): Promise<Told> {
  const { pullRequests, repository } = by
  const url = request.pull?.url ?? (await pullRequests.open(wantedFor(by, request))).url
  const { state } = await pullRequests.load(repository.host, url)
  return { pull: { url, state } }
}

/** A host that said no is told with the request; what broke here is not kept quiet. */
function failureOf(deps: Needs, request: ChangeRequest, error: unknown): Told {
  if (!(error instanceof DroverError)) throw error
  deps.log.warn('The host of the source could not be asked about a change request; the next look asks again', {
    request: request.id,
    error: errorMessage(error),
  })
  return { pullFailure: error.message }
}

function isKnown({ pull, pullFailure }: ChangeRequest, told: Told): boolean {
  if (told.pullFailure !== undefined) return told.pullFailure === pullFailure
  return pullFailure === undefined && pull?.url === told.pull?.url && pull?.state === told.pull?.state
}

function wantedFor(
  { configuration, repository }: { readonly configuration: Configuration; readonly repository: HostedRepository },
  request: ChangeRequest,
) {
  const owner = personName(configuration.people, request.owner)
  const asker = personName(configuration.people, request.askedBy)
  const body = [
    request.body,
    `${owner} answers for ${request.solution} and decides; ${asker} asked for it. Merge it, and the next release carries it; then this ends by itself. Close it, and the change stays open in Drover (${request.id}).`,
  ].join('\n\n')
  return { repository, branch: request.branch, into: mainBranch, title: request.title, body }
}
