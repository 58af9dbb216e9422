import type { Finding, Rule } from '#domain/check'
import type { EnvironmentVariable, SolutionModel } from '#domain/solution'
import type { CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'

const rule: Rule = {
  id: 'STR-09',
  title: 'Environment variables travel without their current values',
  severity: 'high',
  why: 'A value inside the package arrives in every stage, so that test and production quietly work with the data of development.',
  fix: 'Remove the current value from the solution ("Remove from this solution" on the value), keep the definition, and set the value per stage.',
  source: 'Microsoft Learn: environment variables',
}

/** Names that the platform keeps for flows. */
const reservedNames = new Set(['$authentication', '$connection'])

/** Where a secret is kept: /subscriptions/…/providers/Microsoft.KeyVault/vaults/<vault>/secrets/<secret>. */
const vaultPath = /^\/subscriptions\/[^/]+\/resourceGroups\/.+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+\/secrets\/[^/]+$/i

export const noCurrentValues: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel): readonly Finding[] {
  const seen = new Set<string>()
  return model.environmentVariables.flatMap((variable) => {
    const name = variable.schemaName.toLowerCase()
    const isRepeated = seen.has(name)
    seen.add(name)
    return [...judgeName(variable, isRepeated), ...judgeValue(variable)]
  })
}

function judgeName(variable: EnvironmentVariable, isRepeated: boolean): Finding[] {
  const { schemaName } = variable
  if (reservedNames.has(schemaName.toLowerCase())) {
    return [
      breach(rule, {
        subject: schemaName,
        message: `"${schemaName}" is a name that the platform keeps for flows and may not be a variable.`,
      }),
    ]
  }
  return isRepeated ? [breach(rule, { subject: schemaName, message: `The variable "${schemaName}" is defined twice.` })] : []
}

/** Values never appear in a message: they may be secret. */
function judgeValue(variable: EnvironmentVariable): Finding[] {
  const { schemaName, packagedValue, type } = variable
  if (packagedValue === undefined) return []
  const path = `environmentvariabledefinitions/${schemaName}/environmentvariablevalues.json`
  if (type === 'secret' && !vaultPath.test(packagedValue)) {
    return [
      breach(rule, {
        subject: schemaName,
        severity: 'critical',
        path,
        message: `The secret variable "${schemaName}" carries its secret inside the package.`,
      }),
    ]
  }
  return [breach(rule, { subject: schemaName, path, message: `The package carries a current value of the variable "${schemaName}".` })]
}
