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

/** Differences that come from the export to managed itself, by the path of their fact, when one side lacks it. */
const leftOut: readonly { readonly path: RegExp; readonly reason: string; readonly evidence: string }[] = [
  {
    path: /(^|\/)(IsCustomizable|IsRenameable|IsMappable|IsHidden|CanBeDeleted|Can(Modify|Change|Create|Enable|Be)\w*|iscustomizable)$/,
    reason: 'Managed properties stand in one of the two exports only.',
    evidence: 'Observed on pairs of one version: 468 columns, 18 tables, 157 views, 109 choices, 68 relationships.',
  },
]

/** Path of the one fact that is told of a component that one side writes whole and the other as changes. */
export const formatPath = '#format'

/**
 * Managed exports write a form or site map that another solution owns as what this one changes in it; unmanaged ones write the whole. The two
 * cannot be compared piece by piece: the changes repeat what is around them, with other widths, places and orders (observed on pairs of one
 * version). That is said instead of facts.
 */
export function formatChange(after: DescribedComponent): FoundChange {
  const [whole, delta] = ['a whole', 'its changes only']
  const [before, now] = after.isDelta === true ? [whole, delta] : [delta, whole]
  const base = { change: 'changed', path: formatPath, words: 'written as', shape: 'value', classes: undefined } as const
  return { ...base, before, after: now, isLeftOutOfManaged: false, phrase: notCompared, includes: [] }
}

const notCompared = 'not compared: one side holds the whole, the other only what the solution changes in it'

/** Whether a component that only one of the two forms has is one that the other leaves out. */
export function isLeftOut(component: DescribedComponent): boolean {
  return component.isUnmodified === true || component.isLeftOutOfManaged === true
}

/**
 * Export to managed blanks a label of a form that equals the column's own (observed on pairs of one version): a label that is only
 * there or not is no difference between the two forms. Two labels that both say something are.
 */
export function isConversionEffect(change: FoundChange): boolean {
  if (change.before !== undefined && change.after !== undefined) return false
  return change.isLeftOutOfManaged || leftOut.some((rule) => rule.path.test(change.path))
}
