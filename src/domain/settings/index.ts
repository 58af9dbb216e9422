export * from './settings.ts'
export * from './make-settings-template.ts'
export * from './evaluate-settings.ts'
export * from './order-flows.ts'
