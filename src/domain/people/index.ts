export * from './people.ts'
export * from './people-list.ts'
