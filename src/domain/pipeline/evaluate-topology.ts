import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Reason } from '#domain/kernel'
import { expandPeople, findPerson } from '#domain/people'
import { evaluateDirectory } from './evaluate-directory.ts'
import type { PeopleGate } from './gate-kinds.ts'
import { gateName, isPeopleGate } from './gate-kinds.ts'
import { hotfixStage } from './hotfix-way.ts'
import { findWindowFaults } from './find-window-faults.ts'
import type { Configuration, GovernedSolution, Pipeline, Stage } from './pipeline.ts'

/**
 * What is wrong with the way environments, pipelines, people and solutions fit together. Empty: the topology may be activated.
 * Each message starts with the rule it breaks (TOP-01 class, owner, purpose; TOP-02 Test and Prod; PET-01 care class; PIP-01 order; PIP-10 approvers; PIP-24 windows).
 */
export function evaluateTopology(configuration: Configuration): Reason[] {
  return [
    ...findDuplicates(configuration),
    ...findSharedAddresses(configuration.environments),
    ...evaluateDirectory(configuration),
    ...configuration.environments.flatMap((environment) => evaluateEnvironment(environment, configuration)),
    ...configuration.pipelines.flatMap((pipeline) => evaluatePipeline(pipeline, configuration)),
    ...configuration.solutions.flatMap((solution) => evaluateSolution(solution, configuration)),
    ...evaluateAdministration(configuration),
  ]
}

/** Purposes of environments that count as the Test of TOP-02. */
export function isTestPurpose(environment: Environment): boolean {
  return environment.purpose === 'test' || environment.purpose === 'acceptance'
}

export function findEnvironment(configuration: Configuration, id: EnvironmentId): Environment | undefined {
  return configuration.environments.find((environment) => environment.id === id)
}

function evaluateEnvironment(environment: Environment, configuration: Configuration): Reason[] {
  const subject = `environment ${environment.name || environment.id}`
  const reasons: Reason[] = []
  if (!environment.purpose) reasons.push({ subject, message: 'TOP-01: it has no purpose.' })
  if (!environment.careClass) reasons.push({ subject, message: 'TOP-01: it has no care class (pet or cattle).' })
  if (!environment.owner) reasons.push({ subject, message: 'TOP-01: it has no owner.' })
  else if (!isKnown(configuration, environment.owner)) {
    reasons.push({ subject, message: `TOP-01: its owner ${environment.owner} is not a declared person.` })
  }
  if (environment.purpose === 'production' && environment.careClass === 'cattle') {
    reasons.push({ subject, message: 'PET-01: a production environment is a pet; it cannot be declared cattle.' })
  }
  if (environment.purpose === 'host' && environment.careClass === 'cattle') {
    reasons.push({ subject, message: 'PET-01: a host environment is a pet; deleting it deletes what it hosts.' })
  }
  return reasons
}

function evaluatePipeline(pipeline: Pipeline, configuration: Configuration): Reason[] {
  const subject = `pipeline ${pipeline.name || pipeline.id}`
  const source = findEnvironment(configuration, pipeline.source)
  const reasons: Reason[] = []
  if (source === undefined) reasons.push({ subject, message: `TOP-01: its source ${pipeline.source} is not a declared environment.` })
  else if (source.purpose !== 'development') {
    reasons.push({
      subject,
      message: `PIP-01: its source ${source.name} is for ${source.purpose}; artifacts come from a development environment.`,
    })
  }
  if (pipeline.stages.length === 0) reasons.push({ subject, message: 'PIP-01: it has no stages.' })
  return [
    ...reasons,
    ...evaluateOrder(pipeline, configuration),
    ...pipeline.stages.flatMap((stage) => evaluateStage(pipeline, stage, configuration)),
  ]
}

function evaluateOrder(pipeline: Pipeline, configuration: Configuration): Reason[] {
  const subject = `pipeline ${pipeline.name || pipeline.id}`
  const path = [pipeline.source, ...pipeline.stages.map((stage) => stage.environment)]
  const reasons: Reason[] = duplicatesOf(path).map((id) => ({
    subject,
    message: `PIP-01: environment ${findEnvironment(configuration, id)?.name ?? id} stands in it twice.`,
  }))
  const ranks = pipeline.stages.map((stage) => ({ stage, rank: rankOf(findEnvironment(configuration, stage.environment)) }))
  ranks.forEach(({ stage, rank }, index) => {
    const before = ranks.slice(0, index).find((earlier) => earlier.rank > rank)
    if (before !== undefined) {
      reasons.push({ subject, message: `PIP-01: stage ${stage.name} comes after ${before.stage.name}, which is nearer to production.` })
    }
  })
  return reasons
}

function evaluateStage(pipeline: Pipeline, stage: Stage, configuration: Configuration): Reason[] {
  const subject = `stage ${stage.name || stage.id} of pipeline ${pipeline.name || pipeline.id}`
  const environment = findEnvironment(configuration, stage.environment)
  const reasons: Reason[] = []
  if (environment === undefined) reasons.push({ subject, message: `TOP-01: its environment ${stage.environment} is not declared.` })
  else if (environment.purpose === 'development') {
    reasons.push({ subject, message: `PIP-01: ${environment.name} is a development environment; a stage leads out of development.` })
  }
  for (const kind of duplicatesOf(stage.gates.map((gate) => gate.kind))) {
    reasons.push({ subject, message: `The gate ${gateName(kind)} stands in it twice.` })
  }
  return [
    ...reasons,
    ...findWindowFaults(stage).map(({ path, message }) => ({ subject: `${path.join(' ')} of ${subject}`, message: `PIP-24: ${message}` })),
    ...stage.gates.filter(isPeopleGate).flatMap((gate) => evaluatePeopleGate(subject, gate, configuration)),
  ]
}

function evaluatePeopleGate(stage: string, gate: PeopleGate, configuration: Configuration): Reason[] {
  const subject = `${gateName(gate.kind)} of ${stage}`
  const people = new Set(expandPeople(gate, configuration.groups))
  const reasons: Reason[] = gate.people
    .filter((id) => !isKnown(configuration, id))
    .map((id) => ({ subject, message: `PIP-10: ${id} is not a declared person.` }))
  for (const id of gate.groups ?? []) {
    if (!(configuration.groups ?? []).some((group) => group.id === id))
      reasons.push({ subject, message: `PIP-10: there is no group ${id}.` })
  }
  if (new Set(gate.people).size < gate.people.length) reasons.push({ subject, message: 'PIP-10: it names the same person twice.' })
  if (!Number.isInteger(gate.quorum) || gate.quorum < 1)
    reasons.push({ subject, message: 'PIP-10: its quorum is not a whole number of at least 1.' })
  if (gate.quorum > people.size) {
    reasons.push({ subject, message: `PIP-10: its quorum of ${gate.quorum} is more than the ${people.size} people it names.` })
  } else if (!canAnyoneAsk(people, gate.quorum, configuration)) {
    reasons.push({
      subject,
      message:
        'PIP-10: it can never be opened: whoever asks may not decide, and without the requester too few people are left. Name somebody else.',
    })
  }
  if (!(gate.expiresAfterHours > 0)) reasons.push({ subject, message: 'PIP-11: it has no time after which an undecided request lapses.' })
  return reasons
}

/** Whether there is one declared person whose request the gate could let through. */
function canAnyoneAsk(pool: ReadonlySet<PersonId>, quorum: number, configuration: Configuration): boolean {
  return configuration.people.some((requester) => pool.size - (pool.has(requester.id) ? 1 : 0) >= quorum)
}

function evaluateSolution(solution: GovernedSolution, configuration: Configuration): Reason[] {
  const subject = `solution ${solution.uniqueName}`
  const reasons: Reason[] = []
  if (!isKnown(configuration, solution.owner)) {
    reasons.push({ subject, message: `ROL-01: its owner ${solution.owner || '(none)'} is not a declared person.` })
  }
  if (solution.backupOwner !== undefined && !isKnown(configuration, solution.backupOwner)) {
    reasons.push({ subject, message: `ROL-01: ${solution.backupOwner}, who is to stand in for its owner, is not a declared person.` })
  }
  const pipeline = configuration.pipelines.find((candidate) => candidate.id === solution.pipeline)
  if (pipeline === undefined) return [...reasons, { subject, message: `TOP-01: its pipeline ${solution.pipeline} is not declared.` }]
  for (const stageId of Object.keys(solution.settings)) {
    if (stageId !== hotfixStage && !pipeline.stages.some((stage) => stage.id === stageId)) {
      reasons.push({ subject, message: `STR-10: it has settings for stage ${stageId}, which pipeline ${pipeline.name} does not have.` })
    }
  }
  return [...reasons, ...evaluateFloor(solution, pipeline, configuration)]
}

/** TOP-02: a product of Tier 2 or higher passes a Test on its way and ends in Prod. */
function evaluateFloor(solution: GovernedSolution, pipeline: Pipeline, configuration: Configuration): Reason[] {
  if (solution.tier < 2) return []
  const subject = `solution ${solution.uniqueName}`
  const environments = pipeline.stages.flatMap((stage) => findEnvironment(configuration, stage.environment) ?? [])
  const reasons: Reason[] = []
  if (!environments.some(isTestPurpose)) {
    reasons.push({ subject, message: `TOP-02: it is Tier ${solution.tier}, and pipeline ${pipeline.name} has no test stage.` })
  }
  if (!environments.some((environment) => environment.purpose === 'production')) {
    reasons.push({ subject, message: `TOP-02: it is Tier ${solution.tier}, and pipeline ${pipeline.name} has no production stage.` })
  }
  return reasons
}

function evaluateAdministration(configuration: Configuration): Reason[] {
  const reasons: Reason[] = []
  if (!configuration.people.some((person) => person.roles.includes('platform-admin'))) {
    reasons.push({
      subject: 'people',
      message: 'ROL-01: nobody has the role platform-admin, so nobody could change this configuration again.',
    })
  }
  for (const { path, reason } of configuration.policy?.values ?? []) {
    if (reason.trim() === '')
      reasons.push({ subject: `policy ${path}`, message: 'REL-14: it changes the shipped policy without a reason.' })
  }
  for (const { id, reason } of configuration.policy?.demands ?? []) {
    if (reason.trim() === '')
      reasons.push({ subject: `policy demand ${id}`, message: 'REL-14: it changes the shipped policy without a reason.' })
  }
  return reasons
}

function findDuplicates(configuration: Configuration): Reason[] {
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['person', configuration.people.map((person) => person.id)],
    ['environment', configuration.environments.map((environment) => environment.id)],
    ['pipeline', configuration.pipelines.map((pipeline) => pipeline.id)],
    ['solution', configuration.solutions.map((solution) => solution.uniqueName.toLowerCase())],
    ...configuration.pipelines.map((pipeline) => [`stage of pipeline ${pipeline.id}:`, pipeline.stages.map((stage) => stage.id)] as const),
  ]
  return named.flatMap(([kind, ids]) => duplicatesOf(ids).map((id) => ({ subject: `${kind} ${id}`, message: 'It is declared twice.' })))
}

/** One place under two names would have two care classes, two queues and two sets of gates: the weaker ones would hold. */
function findSharedAddresses(environments: readonly Environment[]): Reason[] {
  return environments.flatMap((environment, index) => {
    const earlier = environments.slice(0, index).find((other) => other.url && environment.url && laneOf(other) === laneOf(environment))
    if (earlier === undefined) return []
    const message = `TOP-01: its address ${environment.url} is that of ${earlier.name}; one environment is declared once.`
    return [{ subject: `environment ${environment.name || environment.id}`, message }]
  })
}

function duplicatesOf<T>(items: readonly T[]): T[] {
  return [...new Set(items.filter((item, index) => items.indexOf(item) !== index))]
}

function isKnown(configuration: Configuration, id: PersonId): boolean {
  return findPerson(configuration.people, id) !== undefined
}

/** How near to production an environment is; purposes outside the way have no say in the order. */
function rankOf(environment: Environment | undefined): number {
  if (environment?.purpose === 'production') return 3
  if (environment?.purpose === 'acceptance') return 2
  return 1
}
