export * from './fence.ts'
export * from './migrate.ts'
export * from './starter.ts'
export * from './worker.ts'
