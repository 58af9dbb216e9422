export * from './inspect-and-check.ts'
