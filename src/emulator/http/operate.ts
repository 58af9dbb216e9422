import { guidForm } from '../odata/literal.ts'
import { parseArguments } from '../odata/resource-path.ts'
import type { Operation, OperationParameter } from '../operations/operation.ts'
import type { ApiCall } from './api-call.ts'
import { payloadError } from './payload.ts'
import type { Reply } from './reply.ts'
import { jsonReply, wrongVerb } from './reply.ts'

/** Calls an unbound function or action. */
export async function callOperation(call: ApiCall, operation: Operation): Promise<Reply> {
  const verb = operation.kind === 'action' ? 'POST' : 'GET'
  if (call.method !== verb) throw wrongVerb(call.method)
  const given = operation.kind === 'action' ? await call.readBody() : parseArguments(call.segments[0]?.inside ?? '', call.query.aliases)
  const answer = await operation.run(call.context, checkedParameters(operation, given))
  if (answer.status === 204) return { status: 204, headers: { 'odata-version': '4.0' } }
  const typeName = answer.typeName ?? `${operation.name}Response`
  return jsonReply(200, { '@odata.context': `${call.serviceRoot}/$metadata#Microsoft.Dynamics.CRM.${typeName}`, ...answer.body })
}

/** Throws 400 for a parameter that the operation does not know, lacks, or gets in another type. */
export function checkedParameters(operation: Operation, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const checked: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith('@')) continue
    const parameter = operation.parameters[name]
    if (parameter === undefined) {
      throw payloadError(
        '',
        `The parameter '${name}' in the request payload is not a valid parameter for the operation '${operation.name}'.`,
      )
    }
    if (value === null || value === undefined) continue
    if (!hasType(parameter, value))
      throw payloadError(
        '',
        `Cannot convert the literal '${shown(value)}' of the parameter '${name}' to the expected type '${parameter.type}'.`,
      )
    checked[name] = parameter.type === 'guid' ? String(value).toLowerCase() : value
  }
  for (const [name, parameter] of Object.entries(operation.parameters)) {
    if (parameter.required && checked[name] === undefined) {
      throw payloadError('', `The required parameter '${name}' of the operation '${operation.name}' is missing.`)
    }
  }
  return checked
}

function hasType(parameter: OperationParameter, value: unknown): boolean {
  switch (parameter.type) {
    case 'string':
      return typeof value === 'string'
    case 'guid':
      return typeof value === 'string' && guidForm.test(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
      return typeof value === 'number' && Number.isInteger(value)
    case 'binary':
      return typeof value === 'string' && isBase64(value)
    case 'collection':
      return Array.isArray(value)
    case 'complex':
      return typeof value === 'object' && !Array.isArray(value)
  }
}

/** A solution file is megabytes of it: decoding and encoding again is several times faster than looking at each character. */
function isBase64(text: string): boolean {
  return withoutPadding(Buffer.from(text, 'base64').toString('base64')) === withoutPadding(text)
}

function withoutPadding(text: string): string {
  return text.endsWith('=') ? text.slice(0, text.endsWith('==') ? -2 : -1) : text
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 100)
}
