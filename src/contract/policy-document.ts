import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { PolicyChanges } from '#domain/pipeline'
import type { Conditions } from '#domain/policy'
import { readPolicyChanges, shippedPolicy } from '#domain/policy'
import { locateIn, parseYaml } from './configuration-source.ts'

/**
 * Reads what a text changes in the shipped policy: a policy document, or the policy of a drover.yaml, whose other parts are not looked at.
 * Every breach is a reason: its subject is the path, its message begins with line and column.
 */
export function parsePolicyDocument(text: string, checkCondition?: Conditions['check']): Result<PolicyChanges> {
  const yaml = parseYaml(text)
  if (!yaml.ok) return yaml
  const above = isConfiguration(yaml.value.data) ? ['policy'] : []
  const document = isConfiguration(yaml.value.data) ? (yaml.value.data.policy ?? {}) : (yaml.value.data ?? {})
  const { changes, faults } = readPolicyChanges(shippedPolicy, document, checkCondition)
  if (faults.length === 0) return accept(changes)
  const placed = faults
    .map((fault) => {
      const path = [...above, ...fault.path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]
      return { path: path.join('.'), message: fault.message, place: locateIn(yaml.value, { ...fault, path }) }
    })
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  return refuse(
    'policy.invalid',
    `The policy does not hold: ${placed.length} ${placed.length === 1 ? 'thing is' : 'things are'} wrong.`,
    'Correct the named lines; `drover policy show --yaml` prints the policy in force.',
    placed.map(({ path, message, place }) => ({
      subject: path === '' ? 'policy' : path,
      message: `line ${place.line}, column ${place.column}: ${message}`,
    })),
  )
}

function isConfiguration(data: unknown): data is { readonly policy?: unknown } {
  return typeof data === 'object' && data !== null && 'people' in data && 'environments' in data
}
