export * from './anchors.ts'
