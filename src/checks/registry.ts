import type { CheckRule } from './check-rule.ts'
import { missingDependencies } from './dep-01-missing-dependencies.ts'
import { namedSolution } from './str-01-named-solution.ts'
import { customPublisher } from './str-02-custom-publisher.ts'
import { samePublisher } from './str-03-same-publisher.ts'
import { connectionReferences } from './str-06-connection-references.ts'
import { noLiterals } from './str-08-no-literals.ts'
import { noCurrentValues } from './str-09-no-current-values.ts'
import { risingVersion } from './str-12-rising-version.ts'

/** The catalogue: every rule that Drover checks, in the order of reports. */
export const catalogue: readonly CheckRule[] = [
  namedSolution,
  customPublisher,
  samePublisher,
  connectionReferences,
  noLiterals,
  noCurrentValues,
  risingVersion,
  missingDependencies,
]
