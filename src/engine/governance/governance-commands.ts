import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Tier } from '#domain/solution'
import type { NewStructureEvent } from '#domain/structure'
import { decideNote, decideStructure } from '#domain/structure'
import type { NewTierEvent, TierRecord } from '#domain/tier'
import { decideAnswer, decideTier, refuseSecondPerson } from '#domain/tier'
import type { EngineDependencies } from '../dependencies.ts'
import { loadCompletion, type CompletionView } from './load-completion.ts'
import type { SolutionStanding } from './load-standing.ts'
import { loadSolutionStanding } from './load-standing.ts'
import { viewStructure, type StructureView } from './view-structure.ts'
import { viewTier, type TierView } from './view-tier.ts'
import { decideOnSolution, loadTierRecord } from './tier-stream.ts'

interface About {
  /** Unique name. */
  readonly solution: string
  readonly actor: PersonId
}

/** What is asked and decided about the rigour that a solution needs, and about how it is cut and moved. */
export interface GovernanceCommands {
  /** The tier that what is known gives, and the one that it is held to; changes nothing. */
  loadTier(of: { readonly solution: string }): Promise<Result<TierView>>
  answerTier(command: About & { readonly question: string; readonly answer: string; readonly comment: string }): Promise<Result<TierView>>
  /** A word on a proposal; where it takes a second person it is recorded and refused. */
  decideTier(
    command: About & {
      readonly tier: Tier
      readonly reason: string
      readonly days?: number | undefined
      /** The release that is judged, such as an older one that gives more; absent: the newest. */
      readonly releaseId?: string | undefined
    },
  ): Promise<Result<TierView>>
  loadStructure(of: { readonly solution: string }): Promise<Result<StructureView>>
  decideStructure(
    command: About & { readonly question: string; readonly answer: string; readonly reason: string },
  ): Promise<Result<StructureView>>
  /** "Solution complete" as a checklist (STR-14); changes nothing. */
  loadCompletion(of: { readonly solution: string }): Promise<Result<CompletionView>>
  /** What is new in its newest release, in words. */
  noteRelease(command: About & { readonly text: string }): Promise<Result<CompletionView>>
}

export function createGovernanceCommands(deps: EngineDependencies): GovernanceCommands {
  const loadTier = async (solution: string): Promise<Result<TierView>> => {
    const standing = await loadSolutionStanding(deps, solution)
    return standing.ok ? accept(viewTier(standing.value)) : standing
  }
  const loadStructure = async (solution: string): Promise<Result<StructureView>> => {
    const standing = await loadSolutionStanding(deps, solution)
    return standing.ok ? accept(await viewStructure(deps, standing.value)) : standing
  }
  return {
    loadTier: ({ solution }) => loadTier(solution),
    answerTier: async (command) => {
      const done = await decide(deps, command, (standing, record) => decideAnswer({ ...standing, record }, command))
      return done.ok ? loadTier(command.solution) : done
    },
    decideTier: async (command) => {
      const release = await findNamed(deps, command)
      if (!release.ok) return release
      const judged = release.value === undefined ? {} : { releaseId: release.value.id }
      const done = await decide(deps, { ...command, release: release.value }, (standing, record) =>
        decideTier(
          { ...standing, record },
          { ...command, days: command.days, releaseId: judged.releaseId, assessed: standing.assessment.tier, now: deps.clock.now() },
        ),
      )
      if (!done.ok) return done
      return done.value.some(({ type }) => type === 'tier-decision-proposed')
        ? tellWord(deps, command.solution)
        : loadTier(command.solution)
    },
    loadStructure: ({ solution }) => loadStructure(solution),
    decideStructure: async (command) => {
      const done = await decide(deps, command, (standing) => decideStructure(standing, command))
      return done.ok ? loadStructure(command.solution) : done
    },
    loadCompletion: ({ solution }) => loadCompletion(deps, solution),
    noteRelease: async (command) => {
      const done = await decide(deps, command, (standing) =>
        standing.release === undefined
          ? refuse(
              'solution.no-release',
              `${command.solution} has no sealed release that something could be new in.`,
              `Prepare one: \`drover release create ${command.solution}\`.`,
            )
          : decideNote(standing, { releaseId: standing.release.id, text: command.text, actor: command.actor }),
      )
      return done.ok ? loadCompletion(deps, command.solution) : done
    },
  }
}

type Events = readonly (NewTierEvent | NewStructureEvent)[]

async function decide(
  deps: EngineDependencies,
  { solution, actor, release }: About & { readonly release?: Release | undefined },
  how: (standing: SolutionStanding, record: TierRecord) => Result<Events>,
): Promise<Result<Events>> {
  const standing = await loadSolutionStanding(deps, solution, release)
  if (!standing.ok) return standing
  return decideOnSolution(deps, { solution: standing.value.governed.uniqueName, actor }, (record) => how(standing.value, record))
}

/** The release that a decision names; it may be older than the newest. */
async function findNamed(
  deps: EngineDependencies,
  { solution, releaseId }: { readonly solution: string; readonly releaseId?: string | undefined },
): Promise<Result<Release | undefined>> {
  if (releaseId === undefined) return accept(undefined)
  const release = await deps.readModel.load<Release>('release', releaseId)
  if (release !== undefined && release.solution.toLowerCase() === solution.toLowerCase()) return accept(release)
  return refuse('release.unknown', `There is no sealed release "${releaseId}" of ${solution}.`, 'List them with `drover release list`.')
}

async function tellWord(deps: EngineDependencies, solution: string): Promise<Result<TierView>> {
  const standing = await loadSolutionStanding(deps, solution)
  if (!standing.ok) return standing
  return refuseSecondPerson({ ...standing.value, record: await loadTierRecord(deps, standing.value.governed.uniqueName) })
}
