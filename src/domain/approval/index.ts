export * from './approval.ts'
export * from './evaluate-quorum.ts'
