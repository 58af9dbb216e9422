import { kindInfo } from '../../kinds/kind-table.ts'
import { appModuleMerge } from './app-modules.ts'
import { formMerge } from './forms.ts'
import { columnMerge, optionSetMerge } from './option-sets.ts'
import { ribbonMerge } from './ribbons.ts'
import { siteMapMerge } from './site-maps.ts'
import type { KindMerge } from './top-level.ts'

/** The kinds whose layers merge (web-api H.3); of all others the top layer is the whole truth. */
const merges: Readonly<Record<string, KindMerge>> = {
  SystemForm: formMerge,
  Dashboard: formMerge,
  InteractionCentricDashboard: formMerge,
  Dialog: formMerge,
  SiteMap: siteMapMerge,
  AppModule: appModuleMerge,
  RibbonDiff: ribbonMerge,
  OptionSet: optionSetMerge,
  Attribute: columnMerge,
}

export function mergeOf(kind: string): KindMerge | undefined {
  return merges[kindInfo(kind).name]
}
