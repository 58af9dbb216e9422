import type { Finding, Rule } from '#domain/check'
import type { SolutionModel } from '#domain/solution'
import type { CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'
import { isAutomaticName } from './publisher-names.ts'

const rule: Rule = {
  id: 'STR-01',
  title: 'What ships is in a solution of its own',
  severity: 'critical',
  why: 'The default solutions hold everything that anybody ever made in an environment: nobody owns them, and they cannot be moved as a whole.',
  fix: 'Make a solution with your own publisher, add the components to it, and make it the preferred solution of the environment.',
  source: 'Microsoft Learn: solution concepts (ALM); environment strategy white paper',
}

/** Containers that the platform makes in every environment. */
const platformSolutions = new Set(['default', 'active', 'basic', 'system'])

export const namedSolution: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel): readonly Finding[] {
  const { uniqueName, publisher } = model.manifest
  if (platformSolutions.has(uniqueName.toLowerCase())) {
    return [
      breach(rule, {
        subject: uniqueName,
        message: `"${uniqueName}" is a solution that the platform keeps for itself, not one that a team owns.`,
      }),
    ]
  }
  if (isAutomaticName(uniqueName) && isAutomaticName(publisher.uniqueName)) {
    return [
      breach(rule, {
        subject: uniqueName,
        message: `"${uniqueName}" is the Common Data Services Default Solution, into which everything falls that was made outside a solution.`,
      }),
    ]
  }
  if (model.components.length === 0 && model.manifest.rootComponents.length === 0) {
    return [
      breach(rule, { severity: 'low', subject: uniqueName, message: `"${uniqueName}" carries no component: there is nothing to deploy.` }),
    ]
  }
  return []
}
