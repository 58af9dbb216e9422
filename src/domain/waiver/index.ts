export * from './decide-waiver.ts'
export * from './find-waivers.ts'
export * from './waiver.ts'
export * from './waiver-choices.ts'
