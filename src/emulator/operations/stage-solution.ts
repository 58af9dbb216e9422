import { ODataError } from '../errors.ts'
import type { CheckerObjection } from '../admin-plane/checker-enforcement.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { newerPlatform } from './import/import-notes.ts'
import { checkerObjection } from './import/order.ts'
import { decodeBinary, readSolutionFile } from './import/solution-file.ts'
import type { SolutionFile } from './import/solution-file.ts'
import type { ImportProblem } from './import/problem.ts'
import { missingDependencyRow, validateImport, validationResults } from './import/validate.ts'
import type { Operation, OperationContext } from './operation.ts'
import { componentsDetails, solutionDetails } from './staged-details.ts'

/** Judges a file and keeps it for an import (web-api A.1). A file that fails is answered with 200 and `Failed`. */
export const stageSolution: Operation = {
  name: 'StageSolution',
  kind: 'action',
  parameters: { CustomizationFile: { type: 'binary', required: true }, StageSolutionUploadId: { type: 'guid', required: false } },
  async run(ctx, params) {
    const bytes = decodeBinary('CustomizationFile', params.CustomizationFile)
    const uploadId = typeof params.StageSolutionUploadId === 'string' ? params.StageSolutionUploadId : ctx.guid()
    const judged = await judge(ctx, bytes)
    await keepUpload(ctx, { uploadId, bytes, uniqueName: judged.file?.model.manifest.uniqueName })
    const results = ctx.env.read((tx) => resultsOf(tx, judged, { uploadId, checker: checkerObjection(ctx, bytes) }))
    return { status: 200, body: { StageSolutionResults: results } }
  },
}

interface Judged {
  readonly file: SolutionFile | undefined
  readonly problems: readonly ImportProblem[]
}

async function judge(ctx: OperationContext, bytes: Uint8Array): Promise<Judged> {
  try {
    const file = await readSolutionFile(bytes)
    return { file, problems: ctx.env.read((tx) => validateImport(tx, file, { mode: 'staging' })) }
  } catch (error) {
    if (!(error instanceof ODataError) || error.status === 501) throw error
    return { file: undefined, problems: [{ stage: 'manifest', code: error.code, message: error.message, missing: [] }] }
  }
}

async function keepUpload(
  ctx: OperationContext,
  upload: { readonly uploadId: string; readonly bytes: Uint8Array; readonly uniqueName: string | undefined },
): Promise<void> {
  const at = ctx.now().toISOString()
  await ctx.env.write((tx) =>
    putRow(tx, 'stagesolutionupload', upload.uploadId, {
      stagesolutionuploadid: upload.uploadId,
      solutionuniquename: upload.uniqueName ?? null,
      name: upload.uniqueName ?? null,
      '~file': tx.putBlob(upload.bytes),
      statecode: 0,
      statuscode: 1,
      ownerid: ctx.caller.userId,
      createdon: at,
      createdby: ctx.caller.userId,
      modifiedon: at,
    }),
  )
}

function resultsOf(
  tx: ReadTransaction,
  { file, problems }: Judged,
  about: { readonly uploadId: string; readonly checker: CheckerObjection | undefined },
): Record<string, unknown> {
  const newer = file === undefined ? [] : newerPlatform(file).map((note) => warningRow(note.message))
  // A blocked file is refused when it is imported.
  const checked = about.checker?.kind === 'warned' ? [warningRow(about.checker.text)] : []
  return {
    StageSolutionUploadId: about.uploadId,
    StageSolutionStatus: problems.length === 0 ? 'Passed' : 'Failed',
    SolutionValidationResults: [...validationResults(problems), ...newer, ...checked],
    MissingDependencies: problems.flatMap((problem) => problem.missing.map(missingDependencyRow)),
    SolutionComponentsDetails: file === undefined ? [] : componentsDetails(tx, file),
    SolutionDetails: file === undefined ? { SolutionUniqueName: null } : solutionDetails(tx, file),
  }
}

/** A newer platform, or a warning of the solution checker, does not stop an import (facts-2 §1.1, §10); that staging says so in this form is unverified. */
function warningRow(message: string): Row {
  return { SolutionValidationResultType: 'Warning', Message: message, ErrorCode: 0, AdditionalInfo: null }
}
