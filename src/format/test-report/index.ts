export * from './read-test-report.ts'
