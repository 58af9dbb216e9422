export { celConditions } from './conditions.ts'
