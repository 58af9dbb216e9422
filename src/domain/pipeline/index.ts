export * from './pipeline.ts'
export * from './gate-kinds.ts'
export * from './evaluate-topology.ts'
export * from './diff-configurations.ts'
