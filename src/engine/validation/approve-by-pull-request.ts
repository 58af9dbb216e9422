import type { PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, DroverError, refuse } from '#domain/kernel'
import type { Configuration, SourceHost } from '#domain/pipeline'
import type { PullRequest, SourceTree } from '#domain/promotion'
import { compareSources, judgePullRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import { sourceFolder } from '../cattle/put-source.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { decideApproval } from '../promotion/decide.ts'
import { loadPromotionStream } from '../promotion/stream.ts'

export interface PullRequestCommand {
  readonly promotionId: PromotionId
  /** Its address, as a browser shows it. */
  readonly url: string
  readonly comment: string
  /** Hash of the plan that the person looked at. */
  readonly seen?: string | undefined
  readonly actor: PersonId
}

/**
 * Takes a merged pull request as what a review rests on: its host says that somebody else approved it, and the repository that it brought this
 * very source. The word itself is still that of a person whom the gate names.
 */
export async function approveByPullRequest(deps: EngineDependencies, command: PullRequestCommand): Promise<Result<PromotionView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const stream = await loadPromotionStream(deps.ledger, command.promotionId)
  if (stream === undefined)
    return refuse('promotion.unknown', `There is no promotion "${command.promotionId}".`, 'List them with `drover promotion list`.')
  const { request } = stream.promotion
  const release = await deps.readModel.load<Release>('release', request.releaseId)
  if (release === undefined) throw new DroverError('release.unknown', `The ledger holds no release ${request.releaseId}.`)
  const found = await loadPullRequest(deps, configuration, command.url)
  if (!found.ok) return found
  const judged = judgePullRequest(found.value)
  if (!judged.ok) return judged
  const same = await compare(deps, configuration, { release, commit: judged.value.commit, url: command.url })
  if (!same.ok) return same
  const { promotionId, comment, seen, actor } = command
  return decideApproval(deps, {
    ...{ promotionId, comment, seen, actor, gate: 'review', verdict: 'approve', evidence: judged.value },
    ...(request.train === undefined ? {} : { trainId: request.train.trainId }),
  })
}

/** What an unanswered or mistaken question says is a "no" to the word, and nothing that broke here. */
async function loadPullRequest(deps: EngineDependencies, configuration: Configuration, url: string): Promise<Result<PullRequest>> {
  const host = findHost(configuration, url)
  if (host === undefined || deps.pullRequests === undefined) {
    const known = (configuration.sourceHosts ?? []).map(({ site }) => site).join(', ') || 'none'
    return refuse(
      'forge.no-host',
      `No source host of drover.yaml has the address ${url}; it names: ${known}.`,
      'Add it under sourceHosts in drover.yaml, and apply it.',
    )
  }
  try {
    return accept(await deps.pullRequests.load(host, url))
  } catch (error) {
    if (!(error instanceof DroverError) || !error.code.startsWith('forge.')) throw error
    return refuse(error.code, error.message, error.hint ?? 'Try again.')
  }
}

function findHost({ sourceHosts = [] }: Configuration, url: string): SourceHost | undefined {
  return sourceHosts.find(({ site }) => url.startsWith(`${site}/`))
}

async function compare(
  deps: EngineDependencies,
  configuration: Configuration,
  { release, commit, url }: { readonly release: Release; readonly commit: string; readonly url: string },
): Promise<Result<true>> {
  if (deps.openSourceControl === undefined) throw new DroverError('source-control.failed', 'No source repository can be read here.')
  const source = deps.openSourceControl(configuration.sourceRepository)
  const folder = sourceFolder(release.solution)
  const merged = await source.readSource({ folder, commit })
  if (merged === undefined) {
    return refuse(
      'review.other-source',
      `The source repository has no commit ${commit}, which the pull request ${url} made.`,
      'Name a pull request that was merged into the main branch of the source repository.',
    )
  }
  const released = release.commit.trim() === '' ? undefined : await source.readSource({ folder, commit: release.commit })
  const tree = (files: ReadonlyMap<string, Uint8Array> | undefined): SourceTree =>
    new Map([...(files ?? [])].map(([path, bytes]) => [path, deps.hashing.sha256(bytes)]))
  return compareSources(tree(merged.files), tree(released?.files), { url, release: release.id })
}
