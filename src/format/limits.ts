/** How much a solution file may claim and hold. Sizes in bytes. */
export interface PackageLimits {
  readonly maxEntries: number
  /** Of all entries together, unpacked. */
  readonly maxUnpackedBytes: number
  /** Of one entry, unpacked. */
  readonly maxEntryBytes: number
  /** Unpacked size of one entry divided by its packed size. */
  readonly maxRatio: number
  /** Entries smaller than this when unpacked are never judged by their ratio: short repetitive text packs very well. */
  readonly ratioAppliesAboveBytes: number
}

/** Lets real solutions of several hundred MB unpacked pass; deflate cannot exceed a ratio of 1032, XML of real exports stays below 120. */
export const defaultPackageLimits: PackageLimits = {
  maxEntries: 100_000,
  maxUnpackedBytes: 1024 ** 3,
  maxEntryBytes: 480 * 1024 ** 2,
  maxRatio: 400,
  ratioAppliesAboveBytes: 16 * 1024 ** 2,
}
