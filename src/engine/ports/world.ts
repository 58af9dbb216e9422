import type { Instant } from '#domain/kernel'

export interface Clock {
  now(): Instant
}

export interface Ids {
  /** A new random id with a prefix that tells what it names, for example p-01JD…. */
  next(prefix: string): string
  guid(): string
}

export interface Hashing {
  /** Hex sha256. */
  sha256(data: string | Uint8Array): string
}

export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}
