import { payloadError } from './payload.ts'

/** Objects and lists within each other, as deep as the OData readers of .NET go by default; that the service keeps it is unverified. */
const deepest = 100

/** Throws 400 for a value that nests deeper than a reader follows. Walks without calling itself, so that no depth can end the process. */
export function checkDepth(value: unknown): void {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw payloadError('', `A JSON value nests deeper than ${deepest} levels.`)
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item).filter(isNest) : []))
  }
}

function isNest(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
