import { z } from 'zod'
import { parseJson } from './token.ts'

/** What the platform says about a failure. `code` is hex with eight upper-case digits, for example 0x8004801D. */
export interface PlatformFailure {
  readonly code: string | undefined
  readonly message: string
}

const errorBody = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) })

/** One entry of the array that the validation stage of an import answers [powerapps-tools#1229]. */
const validationResults = z
  .array(z.object({ Message: z.string(), ErrorCode: z.number().nullish(), SolutionValidationResultType: z.string().nullish() }))
  .min(1)

/** The inner answer of the flow service inside the text of 0x80060467. */
const innerFlowError = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Reads the error body of a Web API answer; undefined when it is none, for example the page of a gateway. */
export function readErrorBody(text: string): PlatformFailure | undefined {
  const parsed = errorBody.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { code, message } = parsed.data.error
  const readable = readFailureText(message)
  return { code: normalCode(code ?? undefined) ?? readable.code, message: readable.message }
}

/** Failures of asynchronous work come as a JSON array of validation results, or as plain text; never rely on one form. */
export function readFailureText(text: string): PlatformFailure {
  const trimmed = text.trim()
  if (trimmed.startsWith('[')) {
    const results = validationResults.safeParse(parseJson(trimmed))
    if (results.success) {
      const errorCode = results.data.find((result) => typeof result.ErrorCode === 'number')?.ErrorCode
      return { code: hexCode(errorCode ?? undefined), message: results.data.map((result) => result.Message).join(' ') }
    }
  }
  return { code: normalCode(/0x[0-9a-f]{8}/i.exec(trimmed)?.[0]), message: readFlowActivation(trimmed) ?? trimmed }
}

/** The signed number that asynchronous operations and the SDK use, as hex. */
export function hexCode(errorCode: number | undefined): string | undefined {
  if (errorCode === undefined || errorCode === 0) return undefined
  return `0x${(errorCode >>> 0).toString(16).toUpperCase().padStart(8, '0')}`
}

function normalCode(code: string | undefined): string | undefined {
  if (code === undefined || code === '') return undefined
  return /^0x[0-9a-f]{8}$/i.test(code) ? `0x${code.slice(2).toUpperCase()}` : code
}

/** `Flow client error returned with status code "X" and details "{json}".` → what the flow service said, naming connection and connector. */
function readFlowActivation(text: string): string | undefined {
  const start = text.indexOf('details "{')
  if (!text.includes('Flow client error') || start < 0) return undefined
  const end = text.lastIndexOf('}"')
  const inner = innerFlowError.safeParse(parseJson(text.slice(start + 'details "'.length, end + 1)))
  if (!inner.success) return undefined
  const { code, message } = inner.data.error
  const named = /Connection '([^']+)' to '([^']+)'/.exec(message)
  const prefix = named === null ? '' : `connection ${named[1]} to ${named[2]} cannot be used. `
  return `${code}: ${prefix}${message}`
}
