/**
 * Kinds of which all layers together make what users see; of every other kind the topmost layer wins whole
 * [web-api H.3: apps, forms, site maps; ribbons and options merge additively]. In lower case.
 */
const merged: ReadonlySet<string> = new Set([
  'systemform',
  'dashboard',
  'interactioncentricdashboard',
  'appmodule',
  'sitemap',
  'ribbondiff',
  'ribboncustomization',
  'optionset',
])

export function isMergedKind(kind: string): boolean {
  return merged.has(kind.toLowerCase())
}
