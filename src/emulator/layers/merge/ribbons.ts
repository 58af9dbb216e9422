import { additive } from './additive.ts'
import type { KindMerge } from './top-level.ts'

const byId = [['Id']] as const

/** Ribbon changes of all layers together, each by its Id (web-api H.3). What one of them holds inside is taken whole. */
export const ribbonMerge: KindMerge = additive({
  shape: {
    keys: {
      CustomAction: byId,
      HideCustomAction: [['HideActionId']],
      RibbonTemplates: byId,
      GroupTemplate: byId,
      CommandDefinition: byId,
      TabDisplayRule: [['TabCommand']],
      DisplayRule: byId,
      EnableRule: byId,
      LocLabel: byId,
    },
    wholes: new Set([
      'CustomAction',
      'HideCustomAction',
      'GroupTemplate',
      'CommandDefinition',
      'TabDisplayRule',
      'DisplayRule',
      'EnableRule',
      'LocLabel',
    ]),
  },
})
