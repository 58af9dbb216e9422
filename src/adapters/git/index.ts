export * from './source-control.ts'
