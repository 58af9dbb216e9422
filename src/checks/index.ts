export type { CheckContext, CheckRule, EarlierArtifact } from './check-rule.ts'
export * from './run-checks.ts'
export * from './sarif.ts'
