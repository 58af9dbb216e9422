export * from './merge-source.ts'
export { mergeElements } from './merge-xml.ts'
export { mergeJson } from './merge-json.ts'
export type { MergeConflict, Versions } from './pick.ts'
