export * from './environments.ts'
export * from './limits.ts'
export * from './maker-session.ts'
export { createAdministrations } from './administration/index.ts'
