import { ODataError } from '../errors.ts'
import type { Row } from '../store/store.ts'
import { isPassed, readImportLog, textsOf } from './import/import-log.ts'
import { importSheet } from './import/import-sheet.ts'
import type { Operation, OperationContext } from './operation.ts'

const parameters = { ImportJobId: { type: 'guid', required: true } } as const

/** How an import ended, in short (web-api A.1, A.4). Components that failed inside an import that passed stand among the errors. */
export const retrieveSolutionImportResult: Operation = {
  name: 'RetrieveSolutionImportResult',
  kind: 'function',
  parameters,
  async run(ctx, params) {
    const job = requireJob(ctx, String(params.ImportJobId))
    if (job.completedon === null)
      throw new ODataError(
        400,
        '0x80040216',
        `The import job ${String(job.importjobid)} has not ended yet; its result is known when it has.`,
      )
    const log = readImportLog(String(job.data ?? ''))
    const result = {
      Type: 'Import',
      Status: isPassed(log) && job.progress === 100 ? 'Passed' : 'Failed',
      ActionLink: { Label: null, Target: null },
      ErrorMessages: textsOf(log, 'failure'),
      WarningMessages: textsOf(log, 'warning'),
      FormattedResults: importSheet(job, log),
    }
    return { status: 200, body: { SolutionOperationResult: result } }
  },
}

/** The log of an import as an Excel sheet (web-api A.4). */
export const retrieveFormattedImportJobResults: Operation = {
  name: 'RetrieveFormattedImportJobResults',
  kind: 'function',
  parameters,
  async run(ctx, params) {
    const job = requireJob(ctx, String(params.ImportJobId))
    return { status: 200, body: { FormattedResults: importSheet(job, readImportLog(String(job.data ?? ''))) } }
  },
}

// InvalidImportJobId; text of the error reference.
function requireJob(ctx: OperationContext, id: string): Row {
  const job = ctx.env.read((tx) => tx.get('importjob', id.toLowerCase()))
  if (job === undefined) throw new ODataError(404, '0x80044252', 'The requested importjob does not exist.')
  return job
}
