export * from './artifact-store.ts'
export * from './rescue-store.ts'
