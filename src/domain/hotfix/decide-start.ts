import type { DriftAssessment } from '#domain/drift'
import { isOpen } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Reason, Result, Version } from '#domain/kernel'
import { accept, compareVersions, refuse } from '#domain/kernel'
import type { Configuration, GovernedSolution, Pipeline, Stage } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { actingOn, refuseActor } from '#domain/policy'
import type { Hotfix, HotfixStart } from './hotfix.ts'
import { stateOfHotfix, workingStates } from './hotfix.ts'
import type { VersionLane } from './version-lane.ts'
import { describeLane, reserveLane } from './version-lane.ts'

/** All that is known when a hotfix is asked for. */
export interface HotfixFacts {
  readonly hotfixId: string
  readonly workId: string
  readonly asked: {
    readonly solution: string
    readonly production: EnvironmentId
    readonly dev: EnvironmentId
    readonly test: EnvironmentId
    readonly reason: string
  }
  readonly actor: PersonId
  readonly now: Instant
  readonly configuration: Configuration
  readonly policy: Policy
  /** What Drover brought there last; undefined: nothing. */
  readonly base: HotfixStart['base'] | undefined
  /** The version that production shows; undefined: the solution is not there. */
  readonly installed: Version | undefined
  readonly drift: DriftAssessment | undefined
  /** Versions that releases of the solution were given. */
  readonly given: readonly Version[]
  readonly lanes: readonly VersionLane[]
  /** Every hotfix of every solution. */
  readonly others: readonly Hotfix[]
}

/** Whether a hotfix may be started, and what it is about. */
export function decideStart(facts: HotfixFacts): Result<HotfixStart> {
  const { configuration, policy, actor, asked } = facts
  const unfit = refuseActor(actingOn(configuration, { solution: asked.solution }), actor, {
    may: policy.hotfix.mayService,
    deed: 'start a hotfix',
  })
  if (unfit !== undefined) return unfit
  if (asked.reason.trim() === '')
    return refuse(
      'hotfix.no-reason',
      'A hotfix goes past gates, so it needs a reason.',
      'Say why production cannot wait for the next release.',
    )
  const place = findPlace(facts)
  if (!place.ok) return place
  const open = refuseOpen(facts, place.value)
  if (open !== undefined) return open
  const base = findBase(facts, place.value)
  if (!base.ok) return base
  // Last, so that a pair is not made for a hotfix that could not begin.
  const unfitPair = refusePair(facts, place.value) ?? refuseTaken(facts)
  if (unfitPair !== undefined) return unfitPair
  const { solution, stage, production } = place.value
  const versions = reserveLane({ production: base.value.version, given: facts.given, lanes: facts.lanes })
  if (!versions.ok) return versions
  return accept({
    hotfixId: facts.hotfixId,
    solution: solution.uniqueName,
    reason: asked.reason.trim(),
    startedBy: actor,
    production: { environmentId: production.id, stageId: stage.id, lane: laneOf(production) },
    dev: asked.dev,
    test: asked.test,
    base: base.value,
    versions: versions.value,
    branch: `hotfix/${solution.uniqueName}/${describeLane(versions.value).slice(0, -2)}`,
    workId: facts.workId,
  })
}

type Refused = ReturnType<typeof refuse>

interface Place {
  readonly solution: GovernedSolution
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly production: Environment
}

/** The stage of the solution's pipeline that leads into the environment, which has to be production. */
function findPlace({ configuration, asked }: HotfixFacts): Result<Place> {
  const solution = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === asked.solution.toLowerCase())
  if (solution === undefined) {
    const hint = 'Add it to drover.yaml under `solutions` with an owner, a tier and a pipeline, and apply that.'
    return refuse('solution.not-governed', `The solution "${asked.solution}" is not in the configuration.`, hint)
  }
  const pipeline = configuration.pipelines.find(({ id }) => id === solution.pipeline)
  const stage = pipeline?.stages.find(({ environment }) => environment === asked.production)
  const production = findEnvironment(configuration, asked.production)
  if (pipeline === undefined || stage === undefined || production?.purpose !== 'production') {
    const message = `"${asked.production}" is not a production environment on the way of ${solution.uniqueName}.`
    return refuse('hotfix.not-production', message, 'Name the production environment of its pipeline; `drover board` shows it.')
  }
  return accept({ solution, pipeline, stage, production })
}

/** Dev and Test of a hotfix are overwritten: they have to be cattle that nothing else of the solution goes through. */
function refusePair({ configuration, asked }: HotfixFacts, { pipeline }: Place): Refused | undefined {
  const onTheWay = [pipeline.source, ...pipeline.stages.map((stage) => stage.environment)]
  const pair = [
    { role: 'Dev', id: asked.dev, purposes: ['development', 'sandbox'] },
    { role: 'Test', id: asked.test, purposes: ['test', 'acceptance', 'sandbox'] },
  ]
  const reasons = pair.flatMap(({ role, id, purposes }): Reason[] => {
    const environment = findEnvironment(configuration, id)
    if (environment === undefined) return [{ subject: id, message: `The ${role} of a hotfix has to be a configured environment.` }]
    const subject = environment.name
    return [
      ...(environment.careClass === 'cattle' ? [] : [{ subject, message: 'It is a pet; a hotfix overwrites what is there.' }]),
      ...(purposes.includes(environment.purpose)
        ? []
        : [{ subject, message: `It is for ${environment.purpose}; the ${role} of a hotfix is for ${purposes.join(' or ')}.` }]),
      ...(onTheWay.includes(id)
        ? [{ subject, message: `It is on the way of pipeline ${pipeline.name}, which holds the next release.` }]
        : []),
    ]
  })
  if (asked.dev === asked.test) reasons.push({ subject: asked.dev, message: 'Dev and Test of a hotfix are two environments.' })
  if (reasons.length === 0) return undefined
  return refuse(
    'hotfix.unfit-pair',
    'These environments cannot be Dev and Test of a hotfix.',
    'Name two disposable ones beside the pipeline.',
    reasons,
  )
}

/** One at a time for a solution: two would each lack what the other mends. */
function refuseOpen(facts: HotfixFacts, { solution }: Place): Refused | undefined {
  const same = working(facts).find((other) => other.solution.toLowerCase() === solution.uniqueName.toLowerCase())
  if (same === undefined) return undefined
  const hint = `Work on that one, or end it with \`drover hotfix abandon ${same.hotfixId}\`.`
  return refuse('hotfix.already-open', `Hotfix ${same.hotfixId} of ${same.solution} is not through yet: ${same.reason}`, hint)
}

function working({ others }: HotfixFacts): readonly Hotfix[] {
  return others.filter((other) => workingStates.includes(stateOfHotfix(other)))
}

/** The pair of another one is its own until that is through. */
function refuseTaken(facts: HotfixFacts): Refused | undefined {
  const { asked } = facts
  const taken = [asked.dev, asked.test].flatMap((id) => {
    const by = working(facts).find((other) => other.dev === id || other.test === id)
    return by === undefined ? [] : [{ subject: id, message: `Hotfix ${by.hotfixId} of ${by.solution} works there.` }]
  })
  if (taken.length === 0) return undefined
  return refuse(
    'hotfix.unfit-pair',
    'Another hotfix works in an environment that was named.',
    'Name another one, or wait until that hotfix is through.',
    taken,
  )
}

/** Production has to be what Drover brought there: what a hotfix is made from would otherwise not be what it lands on. */
function findBase(facts: HotfixFacts, { solution, production }: Place): Result<HotfixStart['base']> {
  const { base, installed, drift, policy, now } = facts
  if (base === undefined) {
    const message = `Drover brought no release of ${solution.uniqueName} into ${production.name}, so nothing tells from which source it was made.`
    return refuse('hotfix.nothing-deployed', message, 'Promote a release there first; until then mend it in Dev and promote that.')
  }
  if (installed === undefined || compareVersions(installed, base.version) !== 0) {
    const shown = installed === undefined ? `does not hold ${solution.uniqueName}` : `shows ${solution.uniqueName} ${installed}`
    const message = `${production.name} ${shown}, and Drover brought ${base.version} there.`
    return refuse('hotfix.production-drifted', message, `Find out who changed it with \`drover drift ${production.id}\`.`)
  }
  const hours = policy.care.observeEveryHours
  const isOld = drift !== undefined && Date.parse(now) - Date.parse(drift.observedAt) > hours.value * 3_600_000
  if (drift === undefined || isOld) {
    const since = drift === undefined ? 'was never looked at' : `was last looked at ${drift.observedAt}`
    const message = `${production.name} ${since}, so nobody can tell whether ${solution.uniqueName} was changed there by hand.`
    return refuse('hotfix.drift-unknown', message, `Look with \`drover drift ${production.id}\`, then start the hotfix.`, [
      { subject: production.name, message: `A look counts for ${hours.value} hours (${hours.source}).` },
    ])
  }
  const changed = drift.deviations.filter(
    (deviation) => isOpen(deviation) && deviation.solution?.toLowerCase() === solution.uniqueName.toLowerCase(),
  )
  if (changed.length === 0) return accept(base)
  return refuse(
    'hotfix.production-drifted',
    `${solution.uniqueName} was changed by hand in ${production.name}: ${changed.length} change(s) that nobody has said anything about.`,
    `Say what shall become of each with \`drover drift ${production.id}\`: a hotfix made from the source would not have them, or be hidden by them.`,
    changed.map(({ subject, message }) => ({ subject: subject.name, message })),
  )
}
