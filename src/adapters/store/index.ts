export * from './check-role.ts'
export * from './migrate.ts'
export { appRole } from './migrations.ts'
export * from './store.ts'
