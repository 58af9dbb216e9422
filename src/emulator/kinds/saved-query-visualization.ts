import type { KindBehaviour } from './kind-behaviour.ts'
import { projectGeneric } from './generic-kind.ts'

/** A chart's element does not say which table it shows: it stands inside of that table's. */
export const savedQueryVisualization: KindBehaviour = {
  kind: 'SavedQueryVisualization',
  project(part) {
    const table = part.parent?.startsWith('Entity:') === true ? part.parent.slice('Entity:'.length).toLowerCase() : null
    return { primaryentitytypecode: table, ...projectGeneric(part) }
  },
}
