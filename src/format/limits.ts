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

/**
 * Lets the largest real solutions pass: a customizations.xml of 500 MB and more, in one entry, needs 1 GiB with room to grow,
 * and the files beside it (apps, plug-ins, web resources) as much again. What a small file may ask for is bounded by the ratio:
 * deflate cannot exceed 1032, and XML of real exports stays below 120. Programs that take files from strangers lower the sizes to their memory.
 */
export const defaultPackageLimits: PackageLimits = {
  maxEntries: 100_000,
  maxUnpackedBytes: 2 * 1024 ** 3,
  maxEntryBytes: 1024 ** 3,
  maxRatio: 400,
  ratioAppliesAboveBytes: 16 * 1024 ** 2,
}
