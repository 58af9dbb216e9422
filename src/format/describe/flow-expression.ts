import { isRecord } from '../json-value.ts'
import { textOf } from './json-leaves.ts'

// Conditions that people make nest a handful of levels; deeper ones are told as JSON.
const maxDepth = 40

/**
 * A condition of a flow in one line: `and(equals("@outputs('Total')", 5), not: …)`. Strings are quoted, so that different
 * conditions never read alike; an expression alone, `@equals(…)`, stays as it is.
 */
export function conditionText(condition: unknown): string {
  if (typeof condition === 'string' && condition.startsWith('@')) return condition
  return operation(condition, 0)
}

function operation(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (!isRecord(value) || depth > maxDepth) return textOf(value)
  const entries = Object.entries(value)
  const [only] = entries
  if (only === undefined || entries.length > 1 || !/^\w+$/.test(only[0])) return textOf(value)
  const [name, operands] = only
  if (!Array.isArray(operands)) return `${name}: ${operation(operands, depth + 1)}`
  return `${name}(${operands.map((operand: unknown) => operation(operand, depth + 1)).join(', ')})`
}
