export * from './archive-store.ts'
export * from './artifact-store.ts'
export * from './rescue-store.ts'
