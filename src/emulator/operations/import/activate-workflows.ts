import type { ComponentPart } from '#format'
import type { ComponentNote } from '../../jobs/jobs.ts'
import { flowConnections, isActivatedInPackage, isFlow } from '../../kinds/workflow.ts'
import { componentId } from '../../layers/component-state.ts'
import { patchRow } from '../../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../../store/store.ts'

/**
 * PublishWorkflows: classic workflows that the package carries as activated are switched on, cloud flows are not (facts-2 §0). What cannot be
 * switched on does not fail the import: its own result says so, beside an import that succeeded (web-api B.5; the two triggers are unverified).
 */
export function activateWorkflows(tx: Transaction, parts: readonly ComponentPart[]): readonly ComponentNote[] {
  const wanted = parts.filter((part) => part.kind === 'Workflow' && isActivatedInPackage(part))
  for (const part of wanted) if (!isFlow(part)) patchRow(tx, 'workflow', part.key, { statecode: 1, statuscode: 2 })
  return wanted.flatMap((part) => {
    const row = tx.get('workflow', part.key)
    if (row === undefined) return []
    return isFlow(part) ? withoutConnection(tx, part, row) : withoutChild(tx, part, row)
  })
}

// ChildWorkflowNotFound (facts-2 §1.5).
function withoutChild(tx: Transaction, part: ComponentPart, row: Row): ComponentNote[] {
  const absent = childrenOf(row.xaml).find((id) => tx.get('workflow', id)?.statecode !== 1)
  if (absent === undefined) return []
  patchRow(tx, 'workflow', part.key, { statecode: 0, statuscode: 1 })
  return [
    {
      component: componentId(part.kind, part.key),
      result: 'failure',
      code: '0x8004502F',
      message:
        'This workflow cannot run because one or more child workflows it uses have not been published or have been deleted. Please check the child workflows and try running this workflow again.',
    },
  ]
}

function childrenOf(xaml: unknown): string[] {
  const text = typeof xaml === 'string' ? xaml : ''
  return [...text.matchAll(/StartChildWorkflow[^>]*\sWorkflowId="\{?([0-9a-f-]{36})\}?"/gi)].map((match) => (match[1] ?? '').toLowerCase())
}

/** A flow that was on where it came from and has no connection here stays off; wording of our own. */
function withoutConnection(tx: ReadTransaction, part: ComponentPart, row: Row): ComponentNote[] {
  const bound = new Set(
    tx
      .list('connectionreference')
      .filter((reference) => typeof reference.connectionid === 'string' && reference.connectionid !== '')
      .map((reference) => String(reference.connectionreferencelogicalname).toLowerCase()),
  )
  const open = flowConnections(row.clientdata).find(({ reference }) => reference !== undefined && !bound.has(reference))
  if (open?.reference === undefined) return []
  return [
    {
      component: componentId(part.kind, part.key),
      result: 'warning',
      code: '0x80060467',
      message: `The flow '${String(row.name)}' was imported turned off: the connection reference '${open.reference}' has no connection.`,
    },
  ]
}
