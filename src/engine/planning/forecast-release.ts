import type { ObservedState, TargetContent } from '#domain/environment'
import { holdingName } from '#domain/environment'
import type { ReleaseId, Version } from '#domain/kernel'
import type { PlannedContent, PlannedValue } from '#domain/plan'
import { findInstalled, fingerprintTarget, forecastContent } from '#domain/plan'
import { isSameName } from '#domain/settings'
import type { ComponentInspection, OpenEnvironment, RowAccess } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { TargetAsked } from './read-target.ts'
import { ownSolutions, readTarget } from './read-target.ts'

export interface ForecastAsked extends Omit<TargetAsked, 'target' | 'observed'> {
  readonly target: ComponentInspection & RowAccess & Pick<OpenEnvironment, 'findOtherValues'>
  readonly observed: Pick<ObservedState, 'solutions' | 'bindings' | 'variables'>
  /** Logical names of the release's connection references. */
  readonly references: readonly string[]
  /** Values of the settings that the release's variables get. */
  readonly values?: readonly PlannedValue[]
  /** The most that counting may send. */
  readonly countingRequests: number
  /** What goes in before it with the same train. */
  readonly mates?: readonly TrainMatePlanned[] | undefined
}

/** A solution that goes in before another with the same train. */
export interface TrainMatePlanned {
  readonly uniqueName: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly hasArrived: boolean
}

/** Reads what the release would touch in the target, forecasts what becomes of it, and counts what would be lost; changes nothing. */
export async function forecastRelease(
  deps: Pick<EngineDependencies, 'observations' | 'clock' | 'hashing'>,
  ask: ForecastAsked,
): Promise<PlannedContent & { readonly target: TargetContent }> {
  const facts = await readTarget(deps, ask)
  const forecast = forecastContent(facts)
  const counts = forecast.questions.length === 0 ? [] : await ask.target.count(forecast.questions, { requests: ask.countingRequests })
  const references = new Set(ask.references.map((name) => name.toLowerCase()))
  const pending = ask.observed.solutions.filter(({ uniqueName }) => uniqueName.toLowerCase() === holdingName(ask.solution).toLowerCase())
  const replacedValues = await findReplaced(ask)
  const touched = {
    replacedValues,
    mates: versionsOf(ask),
    own: [...ownSolutions(ask.observed, ask.solution), ...pending],
    target: facts.target,
    bindings: ask.observed.bindings.filter((binding) => references.has(binding.logicalName.toLowerCase())),
  }
  return {
    forecast,
    counts,
    unseen: facts.target.unseen,
    replacedValues,
    fingerprint: fingerprintTarget(touched, (text) => deps.hashing.sha256(text)),
    target: facts.target,
  }
}

/** Of what has arrived the version that is there now; of the rest the one that it will have. */
function versionsOf({ mates = [], observed }: ForecastAsked) {
  return mates.map(({ uniqueName, version, hasArrived }) => ({
    uniqueName,
    version: hasArrived ? findInstalled(observed, uniqueName)?.version : version,
  }))
}

/** Values that somebody has set there, and that the import would overwrite; where there is none yet, nothing is replaced. */
async function findReplaced({ target, observed, values = [] }: ForecastAsked): Promise<readonly string[]> {
  const there = values.filter(({ schemaName }) =>
    observed.variables.some((variable) => variable.hasValue && isSameName(variable.schemaName, schemaName)),
  )
  return there.length === 0 ? [] : target.findOtherValues(there)
}
