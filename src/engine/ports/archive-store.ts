import type { PackFinding, SignedHead } from '#domain/evidence'

/** A place that takes what is archived and gives it back, and neither changes nor removes anything. */
export interface ArchiveStore {
  /** Whole or not at all; the same bytes again are taken as done. Throws `archive.other-bytes` where the name holds others, `archive.unwritable` where nothing can be written. */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Undefined where there is none. */
  get(name: string): Promise<Uint8Array | undefined>
}

export interface Archiving {
  /** By the folder that the configuration names. */
  open(folder: string): ArchiveStore
  /** Verifies a pack as whoever opens the archive one day will: from its bytes alone, against an anchor and the public key (PEM). */
  judge(pack: Uint8Array, anchors: readonly SignedHead[], publicKey: string): Promise<readonly PackFinding[]>
}
