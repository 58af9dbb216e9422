import type { ComponentName } from './difference.ts'

/** "Inspection (contoso_inspection)". */
export function titleOf(component: ComponentName): string {
  return component.displayName === undefined ? component.key : `${component.displayName} (${component.key})`
}

/** "column Comments": what it is, and the name that a maker knows. */
export function callOf(component: ComponentName): string {
  return component.kind === 'Solution' ? 'solution' : `${component.noun} ${nameIn(component)}`.trim()
}

/** Ids are shown only where there is nothing else. */
function nameIn(component: ComponentName): string {
  if (component.kind === 'RibbonDiff') return ''
  if (component.kind === 'Entity') return titleOf(component)
  const isOfTable = component.kind === 'Attribute' || component.kind === 'EntityKey'
  return component.displayName ?? (isOfTable ? component.key.replace(/^[^.]*\./, '') : component.key)
}
