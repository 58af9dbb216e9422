import { additive } from './additive.ts'
import type { KindMerge } from './top-level.ts'
import { mergedTop, topDifference } from './top-level.ts'

/** Areas, groups and subareas by Id; a privilege by its table and name. */
const map = additive({
  shape: {
    keys: {
      Area: [['Id']],
      Group: [['Id']],
      SubArea: [['Id']],
      Privilege: [['Entity', 'Privilege']],
      Title: [['LCID']],
      Description: [['LCID']],
    },
    wholes: new Set(['Title', 'Description', 'Privilege']),
  },
})

/**
 * Site maps: only differences travel in managed packages, new elements stand at the bottom of their container, and uninstalling takes
 * its changes away (ALM documentation, "Merge navigation (SiteMap) customizations"; marks observed in public solutions).
 */
export const siteMapMerge: KindMerge = {
  merge: (below, above) => (above.name === 'SiteMap' ? map.merge(below, above) : mergedTop(below, above, { SiteMap: map })),
  difference: (below, edited) =>
    edited.name === 'SiteMap' ? map.difference(below, edited) : topDifference(below, edited, { SiteMap: map }),
}
