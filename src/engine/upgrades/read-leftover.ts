import type { Environment, InstalledSolution, ObservedComponent } from '#domain/environment'
import { holdingName, laneOf } from '#domain/environment'
import type { UpgradeDeed } from '#domain/environment'
import type { Version } from '#domain/kernel'
import type { ContentFacts } from '#domain/plan'
import { findDoomed, findInstalled, findVanished, forecastContent, indexContent, withCounts } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { LeftoverForecast } from '#domain/promotion'
import type { Configuration } from '#domain/pipeline'
import type { OpenEnvironment } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import { readComponents } from '../observation/read-components.ts'
import { ownSolutions } from '../planning/read-target.ts'

export interface LeftoverAsked {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly target: OpenEnvironment
  readonly solution: string
  readonly deed: UpgradeDeed
}

/** A staged upgrade as it stands, and what goes with what is to become of it. */
export interface Leftover {
  /** As the environment writes it. */
  readonly solution: string
  readonly waiting: Version | undefined
  readonly forecast: LeftoverForecast
}

const nothing: LeftoverForecast = { components: [], lines: [], unseen: [] }

/**
 * Nobody has the file of an upgrade that others staged, so what goes is read from the layers of both: what only the side that goes has a
 * layer of. It is forecast by the same rules as the plan of a release that has what the side that stays has.
 */
export async function readLeftover(deps: EngineDependencies, ask: LeftoverAsked): Promise<Leftover> {
  const { solutions } = await ask.target.observe({ solution: '', connectionIds: [] })
  const base = findInstalled({ solutions }, ask.solution)
  const holding = findInstalled({ solutions }, holdingName(ask.solution))
  if (base === undefined || holding === undefined || !holding.isManaged)
    return { solution: base?.uniqueName ?? ask.solution, waiting: undefined, forecast: nothing }
  const sides =
    ask.deed === 'apply'
      ? { goes: ownSolutions({ solutions }, base.uniqueName), stays: [holding] }
      : { goes: [holding], stays: ownSolutions({ solutions }, base.uniqueName) }
  const forecast = await forecastSide(deps, { ...ask, ...sides, solutions })
  return { solution: base.uniqueName, waiting: holding.version, forecast }
}

interface Sides extends LeftoverAsked {
  readonly goes: readonly InstalledSolution[]
  readonly stays: readonly InstalledSolution[]
  readonly solutions: readonly InstalledSolution[]
}

async function forecastSide(deps: EngineDependencies, ask: Sides): Promise<LeftoverForecast> {
  const { target, goes, stays, solutions, environment, configuration } = ask
  const staying = new Set(stays.map(({ uniqueName }) => uniqueName.toLowerCase()))
  const read = await readComponents(deps, { lane: laneOf(environment), target, solutions: goes, also: [], layers: mayHoldData })
  const names = new Set([...goes, ...stays].map(({ uniqueName }) => uniqueName))
  const facts: ContentFacts = {
    solution: ask.solution,
    own: goes.map(({ uniqueName }) => uniqueName),
    otherManaged: solutions.filter((one) => one.isManaged && !names.has(one.uniqueName)).map((one) => one.uniqueName),
    release: read.components
      .filter((component) => isHeldBy(component, staying))
      .map(({ kind, key }) => ({ kind, key, displayName: undefined, parent: undefined, facts: [] })),
    installed: undefined,
    target: { components: read.components, dependants: [], unseen: read.unseen },
    tweaks: [],
  }
  const index = indexContent(facts)
  const doomed = findDoomed(index, findVanished(index))
  const { dependants, unseen } = doomed.length === 0 ? { dependants: [], unseen: [] } : await target.fetchDependants(doomed, goes)
  const forecast = forecastContent({ ...facts, target: { ...facts.target, dependants } })
  const requests = applyOverride(deps.policy, configuration.policy).care.countingRequests.value
  const counts = forecast.questions.length === 0 ? [] : await target.count(forecast.questions, { requests })
  return {
    components: withCounts(forecast.components, forecast.questions, counts).filter(({ effect }) => effect === 'destroy'),
    lines: forecast.blockers.map(({ code, message }) => ({ subject: code, effect: 'warn', message, certainty: 'known' })),
    unseen: [...read.unseen, ...unseen],
  }
}

/** Of other kinds listings are believed: at worst one that goes is not named, and nothing of people's goes with it. */
function mayHoldData({ kind }: ObservedComponent): boolean {
  return ['entity', 'attribute', 'entityrelationship', 'role', 'workflow', 'environmentvariabledefinition', 'canvasapp'].includes(
    kind.toLowerCase(),
  )
}

/** Listings also show what others have in a table that a solution holds with all its parts; layers do not. */
function isHeldBy({ layers, solutions }: ObservedComponent, names: ReadonlySet<string>): boolean {
  const holders = layers === undefined ? solutions : layers.map(({ solution }) => solution)
  return holders.some((name) => names.has(name.toLowerCase()))
}
