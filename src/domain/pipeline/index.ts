export * from './pipeline.ts'
