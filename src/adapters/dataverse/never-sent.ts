/** Names did not resolve, or no connection came about. */
const beforeConnection = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The certificate was not accepted, which is decided before the first byte of a request. Alerts of TLS 1.3 may come later and are absent. */
const beforeEncryption = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
])

/**
 * Whether it is certain that no byte of the request left this machine. False means "may have arrived", also for everything unknown:
 * a wrong true would start an import twice, a wrong false only costs a question.
 */
export function isNeverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isNeverSent)
  const code = textField(error, 'code')
  if (code !== undefined && (beforeConnection.has(code) || beforeEncryption.has(code))) return true
  if (textField(error, 'syscall') === 'connect') return true
  // Node reports a connection that was cut during the TLS handshake as ECONNRESET with this text (lib/_tls_wrap.js).
  if (error.message.startsWith('Client network socket disconnected before secure TLS connection')) return true
  if (hasWrittenNothing(error)) return true
  return error.cause !== undefined && isNeverSent(error.cause)
}

/** undici tells with a closed socket how much had been written to it, counting what was still queued. */
function hasWrittenNothing(error: Error): boolean {
  if (!('socket' in error) || typeof error.socket !== 'object' || error.socket === null) return false
  return 'bytesWritten' in error.socket && error.socket.bytesWritten === 0
}

function textField(error: Error, field: string): string | undefined {
  // Node adds these fields to Error without a type of their own.
  const value = (error as unknown as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : undefined
}
