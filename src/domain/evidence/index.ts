export * from './follow-chain.ts'
export * from './hash-entry.ts'
export * from './ledger-tree.ts'
export * from './signed-head.ts'
