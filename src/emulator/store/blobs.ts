import { createHash } from 'node:crypto'
import type { Database } from 'lmdb'

/** More than the components of a large tenant; a guard against memory that never ends. */
const mostKnown = 200_000

/**
 * Contents by their sha256, kept once for all environments and never removed. That one is there is remembered, for an import asks of each of
 * its components; what a transaction put counts only once that has ended well.
 */
export class Blobs {
  readonly #disk: Database<Uint8Array, string>
  readonly #there = new Set<string>()
  readonly #pending = new Set<string>()
  #failures = 0

  constructor(disk: Database<Uint8Array, string>) {
    this.#disk = disk
  }

  /** Transactions that did not end well: what they put is not there. */
  get failures(): number {
    return this.#failures
  }

  get(digest: string): Uint8Array | undefined {
    return this.#disk.get(digest)
  }

  has(digest: string): boolean {
    if (this.#there.has(digest) || this.#pending.has(digest)) return true
    const isThere = this.#disk.doesExist(digest)
    if (isThere) this.#pending.add(digest)
    return isThere
  }

  /** To be called inside a transaction. */
  put(bytes: Uint8Array, digest = createHash('sha256').update(bytes).digest('hex')): string {
    if (this.has(digest)) return digest
    this.#disk.putSync(digest, bytes)
    this.#pending.add(digest)
    return digest
  }

  /** The transaction that was open ended well, or not. */
  settle(isKept: boolean): void {
    if (this.#there.size > mostKnown) this.#there.clear()
    if (isKept) for (const digest of this.#pending) this.#there.add(digest)
    else this.#failures += 1
    this.#pending.clear()
  }
}
