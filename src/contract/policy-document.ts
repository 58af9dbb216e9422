import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { PolicyChanges } from '#domain/pipeline'
import type { Conditions, Policy } from '#domain/policy'
import { readPolicyChanges, shippedPolicy } from '#domain/policy'
import { locateIn, parseYaml } from './configuration-source.ts'

/** What a text changes. */
export interface PolicyDocument extends PolicyChanges {
  /** It is a drover.yaml: what it does not change is as it is shipped, whatever is in force. */
  readonly isWhole: boolean
}

/**
 * Reads what a text changes: a policy document in the policy in force, the policy of a drover.yaml, whose other parts are not looked at, in the
 * shipped one, since that is what would be in force with it.
 * Every breach is a reason: its subject is the path, its message begins with line and column.
 */
export function parsePolicyDocument(
  text: string,
  checkCondition?: Conditions['check'],
  inForce: Policy = shippedPolicy,
): Result<PolicyDocument> {
  const yaml = parseYaml(text)
  if (!yaml.ok) return yaml
  const isWhole = isConfiguration(yaml.value.data)
  const above = isWhole ? ['policy'] : []
  const document = isConfiguration(yaml.value.data) ? (yaml.value.data.policy ?? {}) : (yaml.value.data ?? {})
  const { changes, faults } = readPolicyChanges(isWhole ? shippedPolicy : inForce, document, checkCondition)
  if (faults.length === 0) return accept({ ...changes, isWhole })
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
