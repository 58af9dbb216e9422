export * from './clock.ts'
export * from './hashing.ts'
export * from './ids.ts'
export * from './log.ts'
