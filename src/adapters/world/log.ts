import type { DestinationStream } from 'pino'
import { pino } from 'pino'
import type { Log } from '#engine/ports'

export type LogLevel = 'info' | 'warn' | 'error' | 'silent'

/** Field names whose values never reach a log, at any depth. */
const secretNames = /pass(word|phrase)?$|secret|token|api[-_]?key|authorization|cookie|credential|private[-_]?key|connection[-_]?string/i
/** A password inside a URL, a bearer token inside a message, a secret inside JSON or form text. */
const secretsInText: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@]+@/gi, '$1***@'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  [/("[\w-]*(?:secret|password|token|assertion)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, '$1"***"'],
  [/\b([\w-]*(?:secret|password|token|assertion)=)[^&\s"']+/gi, '$1***'],
]

/** Structured logging as JSON lines, to standard error unless told otherwise: standard output belongs to what commands answer. */
export function createLog(options: { readonly level: LogLevel; readonly stream?: DestinationStream }): Log {
  const logger = pino({ level: options.level, base: { pid: process.pid } }, options.stream ?? pino.destination(2))
  return {
    info: (message, fields) => logger.info(redact(fields ?? {}, 0), redactText(message)),
    warn: (message, fields) => logger.warn(redact(fields ?? {}, 0), redactText(message)),
    error: (message, fields) => logger.error(redact(fields ?? {}, 0), redactText(message)),
  }
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (value === null || typeof value !== 'object') return value
  if (depth > 6) return '[deep]'
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, secretNames.test(name) ? '***' : redact(item, depth + 1)]))
}

function redactError(error: Error, depth: number): unknown {
  const { code, hint, cause } = error as Error & { code?: unknown; hint?: unknown }
  return {
    name: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(hint === undefined ? {} : { hint }),
    stack: redactText(error.stack ?? ''),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  }
}

function redactText(text: string): string {
  return secretsInText.reduce((rest, [form, replacement]) => rest.replace(form, replacement), text)
}
