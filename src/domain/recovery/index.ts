export * from './recovery.ts'
