import type { Operation } from './operation.ts'

/** Every message that the emulator answers; any other is refused with 501 by the HTTP layer. */
export const operations: readonly Operation[] = []
