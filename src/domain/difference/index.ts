export * from './described-component.ts'
