import type { Configuration, GovernedSolution, Pipeline } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Policy, StructureQuestionId } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { SolutionReading, SolutionUse } from '#domain/tier'
import { namedText } from '#domain/tier'
import type { CheckedStructure, StructureRecord } from './structure.ts'

export interface StructureFacts {
  readonly governed: GovernedSolution
  readonly configuration: Configuration
  readonly policy: Policy
  /** The tier in force. */
  readonly tier: Tier
  readonly record: StructureRecord
  /** Of its newest release; undefined before the first. */
  readonly reading: SolutionReading | undefined
  readonly use: SolutionUse
}

interface Look {
  readonly seen: readonly string[]
  readonly deviations: readonly string[]
}

const nothingSeen: Look = { seen: [], deviations: [] }

/** Each question on the structure of a solution with what was decided on it, held against release, pipeline and configuration. */
export function checkStructure(facts: StructureFacts): readonly CheckedStructure[] {
  return facts.policy.structure.questions.map(({ value, source }) => {
    const decision = facts.record.decisions.find(({ question }) => question === value.id)
    const look = lookAt(value.id, decision?.answer, facts)
    return {
      question: value.id,
      text: value.text,
      answers: value.answers.map(({ answer }) => answer),
      decision,
      isDemanded: facts.tier >= value.from,
      ...look,
      source,
    }
  })
}

function lookAt(question: StructureQuestionId, answer: string | undefined, facts: StructureFacts): Look {
  switch (question) {
    case 'segmentation':
      return lookAtSegmentation(answer, facts)
    case 'versioning':
      return lookAtVersioning(answer, facts.governed)
    case 'uat':
      return lookAtAcceptance(answer, facts)
    case 'branching':
      return answer === 'environment-branches'
        ? {
            seen: [],
            deviations: [
              'STR-13: a long-lived branch for each environment drifts from the others; Drover commits each release to one branch.',
            ],
          }
        : { seen: ['Drover commits the source of each release to one branch, and of a hotfix to a short one.'], deviations: [] }
    case 'managed-environments':
      return nothingSeen
  }
}

function lookAtSegmentation(answer: string | undefined, { reading, use }: StructureFacts): Look {
  if (reading === undefined) return nothingSeen
  const whole = reading.wholeForeignTables
  const always =
    whole.count === 0
      ? { seen: ['STR-05: no table of others was added whole.'], deviations: [] }
      : { seen: [], deviations: [`STR-05: added with all of their parts, though they are others': ${namedText(whole).join(', ')}.`] }
  const deviations = [...always.deviations, ...deviationsOf(answer, reading, use)]
  return { seen: always.seen, deviations }
}

function deviationsOf(answer: string | undefined, reading: SolutionReading, use: SolutionUse): string[] {
  const shared = use.sharedTables
  switch (answer) {
    case 'independent':
      return shared !== undefined && shared.count > 0
        ? [
            `STR-04: it is to share nothing, and other solutions in ${use.where ?? 'its environment'} hold ${namedText(shared).join(', ')}, too.`,
          ]
        : []
    case 'layered-base':
      return reading.beyondTables.count > 0
        ? [`STR-04: a base holds tables and what belongs to them alone; it has ${namedText(reading.beyondTables).join(', ')}.`]
        : []
    case 'layered-common':
      return reading.apps.count > 0 ? [`STR-04: what apps share holds none itself; it has ${namedText(reading.apps).join(', ')}.`] : []
    case 'layered-app':
      return reading.apps.count > 1 ? [`STR-04: one solution for one app; it has ${namedText(reading.apps).join(', ')}.`] : []
    default:
      return []
  }
}

function lookAtVersioning(answer: string | undefined, { versioning, uniqueName }: GovernedSolution): Look {
  const who = versioning === 'raise' ? 'Drover raises it before each export' : 'its maker raises it'
  if (answer === undefined || answer === versioning) return { seen: [`drover.yaml says that ${who}.`], deviations: [] }
  return { seen: [], deviations: [`It was decided otherwise than drover.yaml says of ${uniqueName}: ${who}.`] }
}

function lookAtAcceptance(answer: string | undefined, { governed, configuration, policy, tier }: StructureFacts): Look {
  const pipeline = configuration.pipelines.find(({ id }) => id === governed.pipeline)
  if (pipeline === undefined) return nothingSeen
  const own = findAcceptance(configuration, pipeline)
  const { value: from, source } = policy.structure.separateUatFrom
  // C10: where policy holds that acceptance is given where it is tested, only who decided otherwise is held to it.
  const isAsked = policy.positions.C10.chosen.value !== 'merged' && tier >= from
  const isWanted = answer === 'separate' || (answer === undefined && isAsked)
  if (isWanted && own === undefined) {
    const why = answer === undefined ? `Tier ${tier} has one unless it is decided otherwise (${source})` : 'it was decided that it has one'
    return { seen: [], deviations: [`TOP-03: pipeline ${pipeline.name} has no environment for acceptance: ${why}.`] }
  }
  if (answer === 'merged' && own !== undefined)
    return { seen: [], deviations: [`TOP-03: it was decided that none is needed, and pipeline ${pipeline.name} has ${own}.`] }
  return { seen: [own === undefined ? 'People accept it where it is tested.' : `People accept it in ${own}.`], deviations: [] }
}

function findAcceptance(configuration: Configuration, pipeline: Pipeline): string | undefined {
  const environments = pipeline.stages.map((stage) => findEnvironment(configuration, stage.environment))
  return environments.find((environment) => environment?.purpose === 'acceptance')?.name
}
