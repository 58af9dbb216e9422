import type { Reason } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/** People whom a gate names without their having a role that fits it (ROL-03). */
export function evaluateRoles(configuration: Configuration, policy: Policy): Reason[] {
  return configuration.pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) =>
      stage.gates.filter(isPeopleGate).flatMap((gate) => {
        const demand = policy.gateRoles[gate.kind]
        return gate.people
          .filter((id) => !findPerson(configuration.people, id)?.roles.some((role) => demand.value.includes(role)))
          .map((id) => ({
            subject: `${gateName(gate.kind)} of stage ${stage.name} of pipeline ${pipeline.name}`,
            message: `ROL-03: it names ${id}, who has none of the roles ${demand.value.join(', ')} (${demand.source}).`,
          }))
      }),
    ),
  )
}
