/** A file that was packed while it was made. */
export interface PackedPieces {
  readonly size: number
  readonly crc: number
  /** The pieces that follow each other, as soon as all are packed. */
  readonly packed: Promise<readonly Uint8Array[]>
  /** The file itself, where it was short enough to be kept. */
  readonly whole: Uint8Array | undefined
}
