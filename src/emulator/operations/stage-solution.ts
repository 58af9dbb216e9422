import { ODataError } from '../errors.ts'
import { putRow } from '../store/rows.ts'
import type { Row } from '../store/store.ts'
import type { ComponentNote } from '../jobs/jobs.ts'
import { newerPlatform } from './import/import-notes.ts'
import { decodeBinary, readSolutionFile } from './import/solution-file.ts'
import type { SolutionFile } from './import/solution-file.ts'
import type { ImportProblem } from './import/problem.ts'
import { missingDependencyRow, validateImport, validationResults } from './import/validate.ts'
import type { Operation, OperationContext } from './operation.ts'

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
    return { status: 200, body: { StageSolutionResults: resultsOf(judged, uploadId) } }
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
    if (!(error instanceof ODataError)) throw error
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

function resultsOf({ file, problems }: Judged, uploadId: string): Record<string, unknown> {
  return {
    StageSolutionUploadId: uploadId,
    StageSolutionStatus: problems.length === 0 ? 'Passed' : 'Failed',
    SolutionValidationResults: [...validationResults(problems), ...(file === undefined ? [] : newerPlatform(file).map(warningRow))],
    MissingDependencies: problems.flatMap((problem) => problem.missing.map(missingDependencyRow)),
    SolutionComponentsDetails: [],
    SolutionDetails: { SolutionUniqueName: file?.model.manifest.uniqueName ?? null },
  }
}

/** A newer platform does not stop an import (facts-2 §1.1); that staging says so in this form is unverified. */
function warningRow(note: ComponentNote): Row {
  return { SolutionValidationResultType: 'Warning', Message: note.message, ErrorCode: 0, AdditionalInfo: null }
}
