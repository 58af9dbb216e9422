/** A refusal of the service as it goes over the wire: HTTP status, hex code and text. */
export class ODataError extends Error {
  readonly status: number
  /** As in `error.code`, for example 0x8004801D; empty when the service gives none. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ODataError'
    this.status = status
    this.code = code
  }
}

/** The signed 32-bit form of a hex code, which asyncoperation.errorcode and SolutionValidationResult.ErrorCode use. */
export function signedCode(hex: string): number {
  return Number.parseInt(hex, 16) | 0
}
