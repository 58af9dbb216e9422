export * from './approval.ts'
export * from './bind-approval.ts'
export * from './evaluate-quorum.ts'
export * from './delegation.ts'
