import type { Reason } from '#domain/kernel'
import { expandPeople, findPerson, grantsOf, peopleIn } from '#domain/people'
import type { Configuration, PeopleGate, Pipeline, Stage } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/** People whom a gate names without their having a role that fits it there (ROL-03), and software that has or is asked for what only people do. */
export function evaluateRoles(configuration: Configuration, policy: Policy): Reason[] {
  const gates = configuration.pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) =>
      stage.gates.filter(isPeopleGate).flatMap((gate) => evaluateGate({ configuration, policy, pipeline, stage, gate })),
    ),
  )
  return [...gates, ...evaluateServices(configuration, policy)]
}

interface GateOfStage {
  readonly configuration: Configuration
  readonly policy: Policy
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly gate: PeopleGate
}

function evaluateGate({ configuration, policy, pipeline, stage, gate }: GateOfStage): Reason[] {
  const demand = policy.gateRoles[gate.kind]
  const subject = `${gateName(gate.kind)} of stage ${stage.name} of pipeline ${pipeline.name}`
  const named = expandPeople(gate, configuration.groups)
  const place = { environment: stage.environment, pipeline: pipeline.id }
  const solutions = configuration.solutions.filter((solution) => solution.pipeline === pipeline.id)
  const scopes = [place, ...solutions.map(({ uniqueName }) => ({ ...place, solution: uniqueName }))]
  const listings = scopes.map((scope) => peopleIn(configuration, scope))
  const fits = (id: (typeof named)[number]): boolean =>
    listings.some((people) => findPerson(people, id)?.roles.some((role) => demand.value.includes(role)) ?? false)
  return [
    ...named
      .filter((id) => !fits(id))
      .map((id) => ({
        subject,
        message: `ROL-03: it names ${id}, who has none of the roles ${demand.value.join(', ')} (${demand.source}).`,
      })),
    ...named
      .filter((id) => findPerson(configuration.people, id)?.kind === 'service' && !policy.people.serviceGates.value.includes(gate.kind))
      .map((id) => ({ subject, message: `ROL-07: it names ${id}, which is software (${policy.people.serviceGates.source}).` })),
  ]
}

function evaluateServices(configuration: Configuration, policy: Policy): Reason[] {
  const { value, source } = policy.people.serviceRoles
  return configuration.people
    .filter(({ kind }) => kind === 'service')
    .flatMap((service) => {
      const roles = [...service.roles, ...grantsOf(configuration, service.id).map(({ role }) => role)].filter(
        (role) => !value.includes(role),
      )
      if (roles.length === 0) return []
      return [{ subject: `person ${service.id}`, message: `ROL-07: it is software and has the roles ${roles.join(', ')} (${source}).` }]
    })
}
