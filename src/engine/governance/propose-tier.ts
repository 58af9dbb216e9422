import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { NewTierEvent } from '#domain/tier'
import { assessTier, decideProposal } from '#domain/tier'
import type { EngineDependencies } from '../dependencies.ts'
import type { GovernanceReads } from './load-standing.ts'
import { loadSolutionStanding } from './load-standing.ts'
import { decideOnSolution } from './tier-stream.ts'

/**
 * Looks at a release for whether its solution has outgrown its tier, and proposes the higher one, with the evidence. Asked when it is sealed,
 * and again before it is to enter a pet, when more may have been answered or seen. Asked twice it says the same once.
 */
export async function proposeTier(deps: GovernanceReads & Pick<EngineDependencies, 'ledger'>, release: Release): Promise<void> {
  const standing = await loadSolutionStanding(deps, release.solution, release)
  // What is not governed any more is refused where it is asked for.
  if (!standing.ok) return
  const { governed, reading, use, policy } = standing.value
  await decideOnSolution(deps, { solution: release.solution, actor: 'drover' }, (record): Result<readonly NewTierEvent[]> => {
    const { id: releaseId, version } = release
    const isKnown = record.reading?.releaseId === releaseId
    const read: NewTierEvent[] =
      reading === undefined || isKnown ? [] : [{ type: 'tier-read', data: { releaseId, version, reading }, key: `read/${releaseId}` }]
    const assessment = assessTier({ scoring: policy.tierScoring, reading, use, given: record.answers })
    return accept([...read, ...decideProposal(record, { configured: governed.tier, assessment, releaseId, version })])
  })
}
