export * from './package.ts'
