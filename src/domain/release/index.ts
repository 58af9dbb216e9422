export * from './release.ts'
export * from './seal-release.ts'
