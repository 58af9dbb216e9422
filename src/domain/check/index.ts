export * from './check.ts'
export * from './report.ts'
