import type { DescribedComponent } from './described-component.ts'
import type { FoundChange } from './diff-facts.ts'

/** Path of the manifest's fact that says whether the solution is managed. */
export const managedPath = 'SolutionManifest/Managed'

/** Whether one side is the managed and the other the unmanaged form: then some differences come from the export itself. */
export function isConversion(before: readonly DescribedComponent[], after: readonly DescribedComponent[]): boolean {
  return managedOf(before) !== managedOf(after)
}

function managedOf(components: readonly DescribedComponent[]): string | undefined {
  const manifest = components.find((component) => component.kind === 'Solution')
  return manifest?.facts.find((fact) => fact.path === managedPath)?.value
}

/**
 * Export to managed blanks a label of a form that equals the column's own (observed on pairs of one version): a label that is only
 * there or not is no difference between the two forms. Two labels that both say something are.
 */
export function isConversionEffect(change: FoundChange): boolean {
  return change.isLabel && (change.before === undefined || change.after === undefined)
}
