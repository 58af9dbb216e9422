import { additive } from './additive.ts'
import type { KindMerge } from './top-level.ts'
import { mergedTop, topDifference } from './top-level.ts'

const lists = additive({
  shape: {
    keys: {
      AppModuleComponent: [
        ['type', 'schemaName'],
        ['type', 'id'],
      ],
      Role: [['id']],
      appelement: [['uniquename']],
      appsetting: [['settingdefinitionid.uniquename']],
    },
    wholes: new Set(['AppModuleComponent', 'Role', 'appelement', 'appsetting']),
  },
})

const inner = { AppModuleComponents: lists, AppModuleRoleMaps: lists, appelements: lists, appsettings: lists }

/** Model-driven apps: components, roles, elements and settings of all layers together (web-api H.3; `Added` observed in public solutions). */
export const appModuleMerge: KindMerge = {
  merge: (below, above) => mergedTop(below, above, inner),
  difference: (below, edited) => topDifference(below, edited, inner),
}
