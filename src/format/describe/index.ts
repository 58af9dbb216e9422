export * from './describe-solution.ts'
export { noiseRules, type NoiseRule } from './noise.ts'
