import type { SecretRef } from '#domain/environment'

/** Where a secret is, as a file says it. */
export type WrittenSecret = { environment: string } | { file: string }

export function readSecret(secret: WrittenSecret): SecretRef {
  return 'environment' in secret ? { kind: 'environment', variable: secret.environment } : { kind: 'file', path: secret.file }
}

export function writeSecret(secret: SecretRef): WrittenSecret {
  return secret.kind === 'environment' ? { environment: secret.variable } : { file: secret.path }
}
