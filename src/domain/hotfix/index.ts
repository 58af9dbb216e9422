export * from './version-lane.ts'
