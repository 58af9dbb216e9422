import { ODataError } from '../errors.ts'

/** 400 as the OData layer of the service answers a query that it cannot read (code observed in client issue trackers). */
export function syntaxError(message: string): ODataError {
  return new ODataError(400, '0x80060888', message)
}

export function unknownProperty(name: string, logicalName: string): ODataError {
  return syntaxError(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${logicalName}'.`)
}

export function unknownSegment(segment: string): ODataError {
  return new ODataError(404, '0x80060888', `Resource not found for the segment '${segment}'.`)
}

/** 501: the service knows it, this emulator does not. Names exactly what, because a friendly 200 would teach a client something false. */
export function notSupported(what: string): ODataError {
  return new ODataError(501, '0x80040203', `This local Dataverse does not support ${what}.`)
}

export function tooManyConditions(): ODataError {
  return new ODataError(400, '0x8004430C', 'Number of conditions in query exceeded maximum limit.')
}

/** For a query that would take the service longer than it takes; which status it gives then is unverified. */
export function queryTimedOut(): ODataError {
  return new ODataError(400, '0x80044151', 'SQL timeout expired.')
}
