export * from './environment.ts'
export * from './lane.ts'
