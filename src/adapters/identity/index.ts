export * from './open-id.ts'
