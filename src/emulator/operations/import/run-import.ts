import type { ComponentNote, FailingComponents, JobOutcome, JobRequest } from '../../jobs/jobs.ts'
import { promote } from '../../layers/upgrade.ts'
import { findSolution } from '../../layers/solutions.ts'
import type { Transaction } from '../../store/store.ts'
import type { OperationContext } from '../operation.ts'
import { applyPackage } from './apply-package.ts'
import { ImportFlaw } from './flaw.ts'
import { importData } from './import-data.ts'
import type { ImportOrder } from './order.ts'
import type { ImportMode, ImportProblem } from './problem.ts'
import { validateImport, validationResults } from './validate.ts'

/** The job of one import, whole: judged and applied in one transaction. */
export function importJob(ctx: OperationContext, order: ImportOrder): JobRequest {
  const { manifest } = order.file.model
  const installed = ctx.env.read((tx) => findSolution(tx, manifest.uniqueName))
  // StageAndUpgrade acts as a plain import when the solution is not installed (web-api H).
  const mode: ImportMode = order.mode === 'upgrade' && installed === undefined ? 'update' : order.mode
  const suboperation = installed === undefined ? 1 : mode === 'update' ? 3 : 2
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: 'Import',
    messageName: order.messageName,
    operationName: order.messageName.replace(/Async$/, ''),
    // facts-2 §0: the real row of ImportSolutionAsync has 54 ExecuteAsyncRequest.
    operationType: 54,
    history: {
      solution: manifest.uniqueName,
      version: manifest.version,
      publisher: manifest.publisher.displayName,
      isManaged: manifest.isManaged,
      isPatch: manifest.patchOf !== undefined,
      isOverwrite: order.isOverwrite,
      operation: 0,
      suboperation,
    },
    importJob: {
      id: order.importJobId,
      solution: manifest.uniqueName,
      operationContext: ['', 'New', 'Upgrade', 'Update'][suboperation] ?? 'New',
    },
    commit: (tx, failing) => commitImport(tx, ctx, { order: { ...order, mode }, failing }),
    describe: (outcome, times) =>
      importData({
        file: order.file,
        ...times,
        notes: outcome.result === 'succeeded' ? (outcome.notes ?? []) : [],
        flaw: outcome.result === 'failed' ? { code: outcome.code, message: outcome.message, component: outcome.component } : undefined,
      }),
  }
}

function commitImport(
  tx: Transaction,
  ctx: OperationContext,
  { order, failing }: { readonly order: ImportOrder; readonly failing: FailingComponents },
): JobOutcome {
  const problems = validateImport(tx, order.file, order)
  const first = problems[0]
  if (first !== undefined) return problemOutcome(problems, first, order.mode)
  let notes: readonly ComponentNote[] = []
  try {
    notes = applyPackage(tx, ctx, order, failing)
  } catch (error) {
    // Thrown on, so that nothing of the import stays.
    throw error instanceof ImportFlaw ? withHandler(error, order.mode) : error
  }
  const block = order.mode === 'upgrade' ? blockOfUpgrade(tx, order.file.model.manifest.uniqueName) : undefined
  return block ?? { result: 'succeeded', notes }
}

function problemOutcome(problems: readonly ImportProblem[], first: ImportProblem, mode: ImportMode): JobOutcome {
  const message =
    first.stage === 'validation'
      ? JSON.stringify(validationResults(problems))
      : `${holdingPrefix(mode)}Solution manifest import: FAILURE: ${first.message}`
  return { result: 'failed', code: first.code, message }
}

/** Step two of a one-step upgrade; when it fails, base and `_Upgrade` stay side by side (facts-2 §8). */
function blockOfUpgrade(tx: Transaction, uniqueName: string): JobOutcome | undefined {
  const base = findSolution(tx, uniqueName)
  const upgrade = findSolution(tx, `${uniqueName}_Upgrade`)
  const block = base === undefined || upgrade === undefined ? undefined : promote(tx, base, upgrade)
  if (block === undefined) return undefined
  return {
    result: 'failed',
    code: '0x8004F046',
    message: `Solution Upgrade action failed after import as holding. InnerException is: ${block.message}`,
  }
}

function withHandler(flaw: ImportFlaw, mode: ImportMode): ImportFlaw {
  const kind = flaw.component?.split(':')[0] ?? 'Solution'
  const text = flaw.message.includes(' import: FAILURE: ') ? flaw.message : `${kind} import: FAILURE: ${flaw.message}`
  return new ImportFlaw(flaw.code, `${holdingPrefix(mode)}${text}`, flaw.component)
}

// web-api A.5, real message.
function holdingPrefix(mode: ImportMode): string {
  return mode === 'update' ? '' : 'ImportAsHolding failed with exception :'
}
