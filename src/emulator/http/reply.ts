import type { OutgoingHttpHeaders } from 'node:http'
import { errorMessage } from '#domain/kernel'
import { ODataError } from '../errors.ts'

export interface Reply {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  /** An object is sent as JSON, a string and bytes as they are; undefined sends no body. */
  readonly body?: object | string
}

export const odataJson = 'application/json; odata.metadata=minimal'

export function jsonReply(status: number, body: object, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, body, headers: { 'content-type': odataJson, 'odata-version': '4.0', ...headers } }
}

/** 405 for a method that an address does not take. */
export function wrongVerb(method: string): ODataError {
  return new ODataError(405, '0x80060888', `The requested resource does not support http method '${method}'.`)
}

/** 204 */
export function noContent(headers: OutgoingHttpHeaders = {}): Reply {
  return { status: 204, headers: { 'odata-version': '4.0', ...headers } }
}

/** The error as the service writes it. Details are added when the client asked for annotations. */
export function errorReply(error: unknown, hasDetails: boolean): Reply {
  const known = error instanceof ODataError ? error : undefined
  const code = known?.code ?? '0x80040216'
  const message = known?.message ?? `An unexpected error occurred: ${errorMessage(error)}`
  const details = {
    '@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus': '0',
    '@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode': '2146233088',
    '@Microsoft.PowerApps.CDS.HelpLink': `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a${code.replace(/^0x/, '')}&client=platform`,
    '@Microsoft.PowerApps.CDS.TraceText': '',
    '@Microsoft.PowerApps.CDS.InnerError.Message': message,
  }
  return jsonReply(known?.status ?? 500, { error: { code, message, ...(hasDetails ? details : {}) } })
}
