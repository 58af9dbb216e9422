export { isYamlLayout, solutionsOf } from './solution-paths.ts'
export { toXmlLayout } from './to-xml-layout.ts'
export { toYamlLayout } from './to-yaml-layout.ts'
export type { ToXmlOptions } from './xml-conversion.ts'
