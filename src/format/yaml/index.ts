export { isYamlLayout, solutionsOf } from './solution-paths.ts'
export { type ToXmlOptions, toXmlLayout } from './to-xml-layout.ts'
export { toYamlLayout } from './to-yaml-layout.ts'
