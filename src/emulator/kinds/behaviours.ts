import { connectionReference } from './connection-reference.ts'
import { environmentVariableDefinition } from './environment-variable.ts'
import { kindInfo } from './kind-table.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { appModule, attribute, canvasApp, entity, role } from './metadata-kinds.ts'
import { entityKey, entityRelationship, optionSet } from './relationship-kinds.ts'
import { savedQuery } from './saved-query.ts'
import { savedQueryVisualization } from './saved-query-visualization.ts'
import { siteMap } from './site-map.ts'
import { systemForm } from './system-form.ts'
import { webResource } from './web-resource.ts'
import { workflow } from './workflow.ts'

/** The kinds with rules of their own; all others are stored, stacked, exported and shown with what their element says. */
export const behaviours: readonly KindBehaviour[] = [
  entity,
  attribute,
  entityRelationship,
  entityKey,
  optionSet,
  systemForm,
  { ...systemForm, kind: 'Dashboard' },
  { ...systemForm, kind: 'InteractionCentricDashboard' },
  { ...systemForm, kind: 'Dialog' },
  siteMap,
  savedQuery,
  savedQueryVisualization,
  webResource,
  workflow,
  role,
  connectionReference,
  environmentVariableDefinition,
  canvasApp,
  appModule,
]

export function behaviourOf(kind: string): KindBehaviour | undefined {
  return byKind.get(kindInfo(kind).name)
}

const byKind: ReadonlyMap<string, KindBehaviour> = new Map(behaviours.map((behaviour) => [behaviour.kind, behaviour]))
