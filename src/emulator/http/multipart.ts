import { syntaxError } from '../odata/refuse.ts'

/** One part of a multipart body. Header names are in lower case. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The boundary that a Content-Type of `multipart/mixed` names; undefined for any other type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^\s*multipart\/mixed\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '')
  return match?.[1] ?? match?.[2]
}

/** Splits a multipart body. Lines end in CR LF, as the service demands; throws 400 for a body that never ends. */
export function parseMultipart(text: string, boundary: string): Part[] {
  const delimiter = `--${boundary}`
  const pieces = `\r\n${text}`.split(`\r\n${delimiter}`)
  const end = pieces.findIndex((piece, at) => at > 0 && piece.startsWith('--'))
  if (end < 0) throw syntaxError(`The multipart body has no closing delimiter '${delimiter}--'. Its lines must end in CR LF.`)
  return pieces.slice(1, end).map((piece) => parseHeadersAndBody(piece.replace(/^[ \t]*\r\n/, '')))
}

/** `GET /path HTTP/1.1` with headers and body, as a part of type application/http holds it. */
export interface InnerRequest extends Part {
  readonly method: string
  readonly target: string
}

export function parseInnerRequest(text: string): InnerRequest {
  const [line = '', rest] = cutAt(text.replace(/^(\r\n)+/, ''), '\r\n')
  const match = /^([A-Z]+) (\S+) HTTP\/1\.1\s*$/.exec(line)
  if (match === null)
    throw syntaxError(`The request line '${line}' of a batch part cannot be read: expected '<method> <address> HTTP/1.1'.`)
  return { method: match[1] ?? '', target: match[2] ?? '', ...parseHeadersAndBody(rest) }
}

function parseHeadersAndBody(text: string): Part {
  // A part may have no headers: then it begins with the empty line.
  const [head, body] = text.startsWith('\r\n') ? ['', text.slice(2)] : cutAt(text, '\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of head.split('\r\n')) {
    if (line.trim() === '') continue
    const match = /^([^:\s]+):\s*(.*?)\s*$/.exec(line)
    if (match === null)
      throw syntaxError(`The message header '${line}' is invalid. The header value must be of the format '<header name>: <header value>'.`)
    headers[(match[1] ?? '').toLowerCase()] = match[2] ?? ''
  }
  return { headers, body }
}

function cutAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Writes a multipart body of parts that are whole already. */
export function writeMultipart(parts: readonly string[], boundary: string): string {
  return [...parts.map((part) => `--${boundary}\r\n${part}\r\n`), `--${boundary}--\r\n`].join('')
}
