import type { Masking } from '#engine/ports'

/** For worlds in which no data is masked. */
export const noMasking: Masking = {
  open: () => Promise.reject(new Error('no data is masked in this world')),
}
