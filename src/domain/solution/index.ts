export type { Certainty, ComponentKind } from './component-kind.ts'
export * from './component-types.ts'
export * from './kinds.ts'
export * from './model.ts'
