export * from './decide-waiver.ts'
export * from './find-waivers.ts'
export * from './waiver.ts'
