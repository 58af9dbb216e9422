export * from './people.ts'
export * from './people-list.ts'
export * from './grants.ts'
export * from './personal-details.ts'
