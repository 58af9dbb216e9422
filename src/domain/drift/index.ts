export * from './drift.ts'
export * from './environment-record.ts'
