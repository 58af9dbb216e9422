export * from './plan.ts'
export * from './plan-facts.ts'
export * from './plan-flows.ts'
export * from './plan-promotion.ts'
