import type { OutgoingHttpHeaders } from 'node:http'
import { ODataError } from '../errors.ts'
import type { Reply } from '../http/reply.ts'

export function json(status: number, body: object, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, body, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } }
}

export function notFound(code: string, text: string): ODataError {
  return new ODataError(404, code, text)
}
