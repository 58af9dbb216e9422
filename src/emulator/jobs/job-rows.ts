import { signedCode } from '../errors.ts'
import { patchRow, putRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import { findSolution } from '../layers/solutions.ts'
import type { JobOutcome, JobRequest } from './jobs.ts'

/** The rows of one job; absent ids have no row. Kept in `~job` while it is in flight, for a restart to end it. */
export interface JobRows {
  readonly asyncOperationId: string | undefined
  readonly importJobId: string | undefined
  readonly historyId: string | undefined
}

const systemUser = '00000000-0000-0000-0000-000000000001'

/** The asyncoperation as it is accepted: 0 Ready, 0 WaitingForResources (web-api H). Columns of the real row: facts-2 §1.3. */
export function putAccepted(
  tx: Transaction,
  job: JobRequest,
  about: { readonly id: string; readonly token: string; readonly at: string },
): void {
  putRow(tx, 'asyncoperation', about.id, {
    asyncoperationid: about.id,
    name: job.operationName,
    messagename: job.messageName,
    operationtype: job.operationType,
    statecode: 0,
    statuscode: 0,
    dependencytoken: `SolutionOperation_${about.token}`,
    subtype: 1,
    depth: 1,
    retrycount: 0,
    correlationid: about.id,
    requestid: about.id,
    data: null,
    message: null,
    friendlymessage: null,
    errorcode: null,
    regardingobjectid: null,
    createdon: about.at,
    modifiedon: about.at,
    startedon: null,
    completedon: null,
    executiontimespan: null,
    createdby: systemUser,
    createdonbehalfby: job.caller.userId,
    ownerid: job.caller.userId,
  })
}

/** 2 Locked, 20 InProgress; the import job and the history row appear. */
export function putStarted(tx: Transaction, job: JobRequest, rows: JobRows, at: string): void {
  if (rows.asyncOperationId !== undefined)
    patchRow(tx, 'asyncoperation', rows.asyncOperationId, { statecode: 2, statuscode: 20, startedon: at, modifiedon: at })
  if (job.importJob !== undefined) {
    putRow(tx, 'importjob', job.importJob.id, {
      importjobid: job.importJob.id,
      name: 'Customizations',
      solutionname: job.importJob.solution,
      solutionid: null,
      progress: 0,
      startedon: at,
      completedon: null,
      data: null,
      importcontext: 'ImportInstall',
      operationcontext: job.importJob.operationContext,
      createdon: at,
      createdby: job.caller.userId,
      modifiedon: at,
      modifiedby: job.caller.userId,
    })
  }
  if (job.history !== undefined && rows.historyId !== undefined) putHistory(tx, job, rows, at)
}

// Columns: web-api B.4.
function putHistory(tx: Transaction, job: JobRequest, rows: JobRows, at: string): void {
  const { history } = job
  if (history === undefined || rows.historyId === undefined) return
  putRow(tx, 'msdyn_solutionhistory', rows.historyId, {
    msdyn_solutionhistoryid: rows.historyId,
    msdyn_name: history.solution,
    msdyn_solutionid: findSolution(tx, history.solution)?.solutionid ?? null,
    msdyn_solutionversion: history.version,
    msdyn_publishername: history.publisher,
    msdyn_ismanaged: history.isManaged,
    msdyn_ispatch: history.isPatch,
    msdyn_isoverwritecustomizations: history.isOverwrite,
    msdyn_operation: history.operation,
    msdyn_suboperation: history.suboperation,
    msdyn_status: 0,
    msdyn_starttime: at,
    msdyn_endtime: null,
    msdyn_totaltime: null,
    msdyn_result: null,
    msdyn_errorcode: null,
    msdyn_exceptionmessage: null,
    msdyn_exceptionstack: null,
    msdyn_activityid: rows.asyncOperationId ?? rows.historyId,
    msdyn_correlationid: rows.asyncOperationId ?? rows.historyId,
    msdyn_retrycount: 0,
    msdyn_maxretries: 0,
  })
}

export function putProgress(tx: Transaction, rows: JobRows, progress: number): void {
  if (rows.importJobId !== undefined) patchRow(tx, 'importjob', rows.importJobId, { progress })
}

/** What became of it: 3 Completed, 30 Succeeded or 31 Failed; on success code and messages stay null (facts-2 §0). */
export function putEnded(
  tx: Transaction,
  rows: JobRows,
  ended: { readonly outcome: JobOutcome; readonly at: string; readonly data?: string | undefined },
): void {
  const { outcome, at } = ended
  const isFailed = outcome.result === 'failed'
  const error = isFailed ? { code: signedCode(outcome.code), message: outcome.message } : { code: null, message: null }
  if (rows.asyncOperationId !== undefined) {
    const startedAt = tx.get('asyncoperation', rows.asyncOperationId)?.startedon
    patchRow(tx, 'asyncoperation', rows.asyncOperationId, {
      statecode: 3,
      statuscode: isFailed ? 31 : 30,
      errorcode: error.code,
      message: error.message,
      friendlymessage: error.message,
      completedon: at,
      modifiedon: at,
      executiontimespan: secondsBetween(startedAt, at),
    })
  }
  if (rows.importJobId !== undefined) endImportJob(tx, rows.importJobId, ended)
  if (rows.historyId !== undefined) {
    const row = tx.get('msdyn_solutionhistory', rows.historyId)
    patchRow(tx, 'msdyn_solutionhistory', rows.historyId, {
      msdyn_status: 1,
      msdyn_endtime: at,
      msdyn_totaltime: secondsBetween(row?.msdyn_starttime, at),
      msdyn_result: !isFailed,
      msdyn_errorcode: error.code ?? 0,
      msdyn_exceptionmessage: isFailed ? `${exceptionType(row)}: ${outcome.message}` : null,
    })
  }
}

/** .NET types that history names: imports have their own (facts-2 §1.4). */
function exceptionType(history: Row | undefined): string {
  return history?.msdyn_operation === 0 ? 'Microsoft.Crm.Tools.ImportExportPublish.ImportSolutionException' : 'Microsoft.Crm.CrmException'
}

function endImportJob(
  tx: Transaction,
  id: string,
  ended: { readonly outcome: JobOutcome; readonly at: string; readonly data?: string | undefined },
): void {
  const row = tx.get('importjob', id)
  if (row === undefined) return
  const solutionId = ended.outcome.result === 'failed' ? null : (findSolution(tx, String(row.solutionname))?.solutionid ?? null)
  const values: Row = { completedon: ended.at, modifiedon: ended.at, data: ended.data ?? null, solutionid: solutionId }
  patchRow(tx, 'importjob', id, ended.outcome.result === 'failed' ? values : { ...values, progress: 100 })
}

function secondsBetween(from: unknown, to: string): number {
  return typeof from === 'string' ? (Date.parse(to) - Date.parse(from)) / 1000 : 0
}
