import type { RecordedDependency } from '../../layers/dependencies.ts'

/** How a solution comes in: `update` stands for every plain import. */
export type ImportMode = 'update' | 'holding' | 'upgrade'

/** Staging does not know yet how the file will be imported, and judges what is wrong in any way. */
export type ValidationMode = ImportMode | 'staging'

/** Why an import cannot go on. `stage` says in which form the service reports it (facts-2 §1.4). */
export interface ImportProblem {
  readonly stage: 'validation' | 'manifest'
  readonly code: string
  readonly message: string
  readonly missing: readonly RecordedDependency['required'][]
}

/** A problem that the service tells of in plain text, as `Solution manifest import: FAILURE: …`. */
export function manifestProblem(code: string, message: string): ImportProblem {
  return { stage: 'manifest', code, message, missing: [] }
}
