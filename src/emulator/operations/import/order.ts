import { createHash } from 'node:crypto'
import type { CheckerObjection } from '../../admin-plane/checker-enforcement.ts'
import { importRefusal } from '../../admin-plane/checker-enforcement.ts'
import { ODataError } from '../../errors.ts'
import { notSupported } from '../../odata/refuse.ts'
import type { OperationContext, OperationParameter } from '../operation.ts'
import type { ComponentParameter } from './parameters.ts'
import { parseComponentParameters } from './parameters.ts'
import type { SolutionFile } from './solution-file.ts'
import { decodeBinary, readSolutionFile } from './solution-file.ts'
import type { ImportMode } from './problem.ts'

/** One import as it was asked for. */
export interface ImportOrder {
  readonly messageName: string
  readonly file: SolutionFile
  readonly mode: ImportMode
  readonly importJobId: string
  readonly isOverwrite: boolean
  readonly isConvert: boolean
  readonly publishesWorkflows: boolean
  readonly skipsProductUpdates: boolean
  readonly parameters: readonly ComponentParameter[]
}

/** Parameters that all import messages share (web-api A.1). Those for the platform's own use are refused by {@link refuseInternal}. */
export const importParameters: Readonly<Record<string, OperationParameter>> = {
  OverwriteUnmanagedCustomizations: { type: 'boolean', required: true },
  PublishWorkflows: { type: 'boolean', required: true },
  CustomizationFile: { type: 'binary', required: false },
  ImportJobId: { type: 'guid', required: false },
  ConvertToManaged: { type: 'boolean', required: false },
  SkipProductUpdateDependencies: { type: 'boolean', required: false },
  SkipQueueRibbonJob: { type: 'boolean', required: false },
  AsyncRibbonProcessing: { type: 'boolean', required: false },
  ComponentParameters: { type: 'collection', required: false },
  SolutionParameters: { type: 'complex', required: false },
  LayerDesiredOrder: { type: 'complex', required: false },
  IsTemplateMode: { type: 'boolean', required: false },
  TemplateSuffix: { type: 'string', required: false },
}

/** Reads the request. Throws what the service answers to a bad file or an unknown upload. */
export async function readOrder(
  ctx: OperationContext,
  messageName: string,
  given: { readonly params: Readonly<Record<string, unknown>>; readonly mode: ImportMode },
): Promise<ImportOrder> {
  const { params, mode } = given
  refuseInternal(params)
  const bytes = packageBytes(ctx, params)
  const file = await readSolutionFile(bytes)
  const objection = checkerObjection(ctx, bytes)
  // facts-2 §10: before anything changes; no code is published for it, and that the request itself is refused is unverified.
  if (objection?.kind === 'blocked') throw new ODataError(400, '', objection.text)
  return {
    messageName,
    file,
    mode: params.HoldingSolution === true ? 'holding' : mode,
    importJobId: typeof params.ImportJobId === 'string' ? params.ImportJobId.toLowerCase() : ctx.guid(),
    isOverwrite: params.OverwriteUnmanagedCustomizations === true,
    isConvert: params.ConvertToManaged === true,
    publishesWorkflows: params.PublishWorkflows === true,
    skipsProductUpdates: params.SkipProductUpdateDependencies === true,
    parameters: parseComponentParameters(params.ComponentParameters),
  }
}

/** What the solution checker's enforcement in a Managed Environment has against a file. */
export function checkerObjection(ctx: OperationContext, bytes: Uint8Array): CheckerObjection | undefined {
  return importRefusal(ctx.tenant, ctx.env.name, createHash('sha256').update(bytes).digest('hex'), ctx.now())
}

/** Throws 501 for what the documentation reserves for the platform's own use, and this emulator would ignore. */
function refuseInternal(params: Readonly<Record<string, unknown>>): void {
  const options = Object(params.SolutionParameters) as Readonly<Record<string, unknown>>
  const inner = ['SolutionComponentOptions', 'DeployMissingPackagesBeforeSolutionImport', 'PackageHistoryReference']
  const asked = [
    ...['LayerDesiredOrder', 'IsTemplateMode', 'TemplateSuffix'].filter((name) => isAsked(params[name])),
    ...inner.filter((name) => isAsked(options[name])).map((name) => `SolutionParameters.${name}`),
  ]
  if (asked.length > 0) throw notSupported(`'${asked.join("', '")}' of an import`)
}

function isAsked(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== ''
}

/** The file itself, or the upload that StageSolution kept; never both (web-api A.1). */
function packageBytes(ctx: OperationContext, params: Readonly<Record<string, unknown>>): Uint8Array {
  const uploadId = stagedUpload(params.SolutionParameters)
  if (uploadId === undefined) return decodeBinary('CustomizationFile', params.CustomizationFile)
  return ctx.env.read((tx) => {
    const digest = tx.get('stagesolutionupload', uploadId)?.['~file']
    const bytes = typeof digest === 'string' ? tx.blob(digest) : undefined
    if (bytes !== undefined) return bytes
    throw new ODataError(404, '0x80040217', `stagesolutionupload With Id = ${uploadId} Does Not Exist`)
  })
}

function stagedUpload(parameters: unknown): string | undefined {
  if (typeof parameters !== 'object' || parameters === null || !('StageSolutionUploadId' in parameters)) return undefined
  const id = parameters.StageSolutionUploadId
  return typeof id === 'string' ? id.toLowerCase() : undefined
}
