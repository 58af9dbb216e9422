import type { MissingDependency } from '#domain/solution'
import { version } from './domain-builders.ts'

/** A dependency on some table of another solution, in at least this version of it. */
export function need(solution: string, minimum: string): MissingDependency {
  const end = { type: '1', kind: 'Entity', displayName: undefined, id: undefined, parentSchemaName: undefined }
  return {
    required: { ...end, schemaName: `hand_${solution.toLowerCase()}`, solution, minimumVersion: version(minimum) },
    dependent: { ...end, schemaName: 'hand_dependent' },
  }
}
