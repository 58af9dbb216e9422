import { ODataError } from '../errors.ts'
import type { HttpRequest } from '../http/server.ts'

export type Body = Readonly<Record<string, unknown>>

/** The JSON object of a request; an empty one when there is no body. */
export async function readBody(request: HttpRequest): Promise<Body> {
  const text = await request.readText()
  if (text.trim() === '') return {}
  try {
    return objectOf(JSON.parse(text)) ?? invalid()
  } catch (error) {
    throw error instanceof ODataError ? error : invalidContent()
  }
}

/** The members of an object; undefined for anything else. */
export function objectOf(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined
}

/** A text member; undefined when it is absent or empty. */
export function textOf(body: Body | undefined, name: string): string | undefined {
  const value = body?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function requiredText(body: Body, name: string): string {
  const value = textOf(body, name)
  if (value === undefined) throw new ODataError(400, 'InvalidRequestContent', `The request content must have a text '${name}'.`)
  return value
}

function invalid(): never {
  throw invalidContent()
}

function invalidContent(): ODataError {
  return new ODataError(400, 'InvalidRequestContent', 'The request content is not a JSON object.')
}
