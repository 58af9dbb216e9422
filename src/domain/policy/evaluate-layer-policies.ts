import { layerPolicyOf } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'

/**
 * Environments whose layer policy does not fit what goes into them (PET-10): unmanaged work has no layer of its own, so a protective
 * environment takes the work of one owner, with its source in Git. That no other vendor's layers stand above it only the environment tells.
 */
export function evaluateLayerPolicies(configuration: Configuration): Reason[] {
  return configuration.environments
    .filter((environment) => layerPolicyOf(environment).kind === 'protective')
    .flatMap((environment): Reason[] => {
      const subject = `environment ${environment.name}`
      const pipelines = configuration.pipelines.filter(({ stages }) => stages.some((stage) => stage.environment === environment.id))
      const solutions = configuration.solutions.filter(({ pipeline }) => pipelines.some(({ id }) => id === pipeline))
      const owners = [...new Set(solutions.map(({ owner }) => owner))]
      return [
        ...(environment.purpose === 'development'
          ? [{ subject, message: 'PET-10: a development environment is unmanaged anyway; protective is for targets.' }]
          : []),
        ...(owners.length > 1
          ? [
              {
                subject,
                message: `PET-10: protective takes the work of a single owner; the solutions that go into it have ${owners.join(', ')}.`,
              },
            ]
          : []),
        ...(configuration.sourceRepository.trim() === ''
          ? [{ subject, message: 'PET-10: protective takes the full source in Git; no source repository is named.' }]
          : []),
      ]
    })
}
