import type { Pace } from '#engine'
import { shippedPace } from '#engine'

/** Local environments answer at once; waiting as for the service would only make a rehearsal slow. */
export const localPace: Pace = { ...shippedPace, pollMs: 50, settleMs: 2_000, retryMs: 500 }
