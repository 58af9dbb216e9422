import { peopleIn } from '#domain/people'
import type { Person } from '#domain/people'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import type { StructureRecord } from '#domain/structure'
import type { SolutionReading, SolutionUse, TierAssessment, TierHold, TierRecord } from '#domain/tier'
import { assessTier, findTierHold } from '#domain/tier'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findWay } from '../find.ts'
import { listSealedReleasesOf } from '../queries/releases.ts'
import { loadUse } from './load-use.ts'
import { readRelease } from './read-release.ts'
import { loadStructureRecord, loadTierRecord } from './tier-stream.ts'

export type GovernanceReads = Pick<EngineDependencies, 'readModel' | 'artifacts' | 'policy' | 'clock' | 'log'>

/** All that is known of how much rigour a solution needs. */
export interface SolutionStanding {
  readonly governed: GovernedSolution
  readonly configuration: Configuration
  /** Those who may decide: no identity of software, and with what is granted to them for this solution. */
  readonly people: readonly Person[]
  readonly policy: Policy
  /** Its newest sealed release; undefined before the first. */
  readonly release: Release | undefined
  readonly reading: SolutionReading | undefined
  readonly use: SolutionUse
  readonly record: TierRecord
  readonly structure: StructureRecord
  readonly assessment: TierAssessment
  readonly hold: TierHold | undefined
}

/** Of a solution by its name, as of its newest release, or of the one that is given. */
export async function loadSolutionStanding(deps: GovernanceReads, solution: string, release?: Release): Promise<Result<SolutionStanding>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const way = findWay(configuration, solution)
  if (!way.ok) return way
  const governed = way.value.solution
  const policy = applyOverride(deps.policy, configuration.policy)
  const record = await loadTierRecord(deps, governed.uniqueName)
  const about = release ?? (await loadNewest(deps, governed.uniqueName))
  const reading = about === undefined ? undefined : await readingOf(deps, about, record)
  const use = await loadUse(deps, { configuration, governed, reading })
  const places = { solution: governed.uniqueName, pipeline: governed.pipeline, environment: undefined }
  return accept({
    ...{ governed, configuration, policy, record, release: about, reading, use },
    people: peopleIn(configuration, places).filter(({ kind }) => kind !== 'service'),
    structure: await loadStructureRecord(deps, governed.uniqueName),
    assessment: assessTier({ scoring: policy.tierScoring, reading, use, given: record.answers }),
    hold: findTierHold(record, { configured: governed.tier, now: deps.clock.now() }),
  })
}

/** Read once when a release is sealed; of an earlier one, or of one from before, from its bytes. */
async function readingOf(deps: GovernanceReads, release: Release, { reading }: TierRecord): Promise<SolutionReading | undefined> {
  return reading?.releaseId === release.id ? reading.reading : readRelease(deps, release)
}

/** Releases that were packed to go back say nothing new of their solution. */
async function loadNewest(deps: GovernanceReads, solution: string): Promise<Release | undefined> {
  const entries = await listSealedReleasesOf(deps, solution)
  const entry = entries.find(({ contentOf }) => contentOf === undefined)
  return entry === undefined ? undefined : deps.readModel.load<Release>('release', entry.releaseId)
}
