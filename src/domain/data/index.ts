export * from './configuration-check.ts'
export * from './configuration-difference.ts'
export * from './configuration-order.ts'
export * from './configuration-package.ts'
