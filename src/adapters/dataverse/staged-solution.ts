import { z } from 'zod'
import type { Reason } from '#domain/kernel'
import type { StagedSolution } from '#engine/ports'
import type { Strike } from './strike-secrets.ts'
import { hexCode, readFailureText } from './platform-error.ts'

const component = z
  .object({ DisplayName: z.string().nullish(), SchemaName: z.string().nullish(), Type: z.coerce.string().nullish() })
  .nullish()

const missingDependency = z.object({
  RequiredComponent: component,
  DependentComponent: component,
  RequiredSolutionName: z.string().nullish(),
})

const validationResult = z.object({
  SolutionValidationResultType: z.union([z.string(), z.number()]).nullish(),
  Message: z.string().nullish(),
  ErrorCode: z.number().nullish(),
})

export const stageReply = z.object({
  StageSolutionResults: z.object({
    StageSolutionUploadId: z.string(),
    StageSolutionStatus: z.union([z.string(), z.number()]),
    SolutionValidationResults: z.array(validationResult).nullish(),
    MissingDependencies: z.array(missingDependency).nullish(),
    SolutionDetails: z.object({ SolutionUniqueName: z.string().nullish() }).nullish(),
  }),
})

/** What StageSolution found: it is valid when the platform says Passed and names no error and no missing dependency. */
export function readStagedSolution(reply: z.infer<typeof stageReply>, strike: Strike): StagedSolution {
  const results = reply.StageSolutionResults
  const solution = results.SolutionDetails?.SolutionUniqueName ?? 'solution'
  const errors = (results.SolutionValidationResults ?? []).filter(isError).map((result) => readError(solution, result))
  const missing = (results.MissingDependencies ?? []).map(readMissing)
  // Members of enumerations come as names; numbers are what the SDK calls them (Failed 0, Passed 1).
  const isPassed = results.StageSolutionStatus === 'Passed' || results.StageSolutionStatus === 1
  const problems = [...errors, ...missing].map(({ subject, message }) => ({ subject, message: strike(message) }))
  if (!isPassed && problems.length === 0) problems.push({ subject: solution, message: 'The platform refuses it without a reason.' })
  return { uploadId: results.StageSolutionUploadId, isValid: isPassed && problems.length === 0, problems }
}

/** Only `Error` has been seen; warnings must not close the way, anything unknown must. */
function isError(result: z.infer<typeof validationResult>): boolean {
  const type = String(result.SolutionValidationResultType ?? 'Error').toLowerCase()
  return type !== 'warning' && type !== 'info' && type !== 'information'
}

function readError(solution: string, result: z.infer<typeof validationResult>): Reason {
  const said = readFailureText(result.Message ?? 'The platform gives no reason.')
  const code = hexCode(result.ErrorCode ?? undefined) ?? said.code
  return { subject: solution, message: code === undefined ? said.message : `${code}: ${said.message}` }
}

function readMissing(missing: z.infer<typeof missingDependency>): Reason {
  const from = missing.RequiredSolutionName ? ` of solution ${missing.RequiredSolutionName}` : ''
  return {
    subject: nameOf(missing.DependentComponent),
    message: `needs ${nameOf(missing.RequiredComponent)}${from}, which the target does not have`,
  }
}

function nameOf(end: z.infer<typeof component>): string {
  const name = end?.SchemaName || end?.DisplayName || 'a component without a name'
  return end?.Type ? `${name} (type ${end.Type})` : name
}
