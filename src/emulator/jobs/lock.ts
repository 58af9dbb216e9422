import { ODataError } from '../errors.ts'
import type { LockName } from './jobs.ts'

/** One writer at a time per environment (web-api H). */
export class WriterPlaces {
  readonly #held = new Map<string, LockName>()

  holder(environment: string): LockName | undefined {
    return this.#held.get(environment)
  }

  /** Takes the place, or throws SolutionConcurrencyFailure with the service's text (web-api A.5). */
  take(environment: string, wanted: LockName): void {
    const holder = this.#held.get(environment)
    if (holder !== undefined) throw new ODataError(400, '0x80071151', lockText(wanted, holder))
    this.#held.set(environment, wanted)
  }

  release(environment: string): void {
    this.#held.delete(environment)
  }
}

function lockText(wanted: LockName, holder: LockName): string {
  const start =
    wanted === holder
      ? `Cannot start another [${wanted}] because there is a previous [${holder}] running at this moment.`
      : `Cannot start the requested operation [${wanted}] because there is another [${holder}] running at this moment.`
  return `${start} Use Solution History for more details. -- The solution installation or removal failed due to the installation or removal of another solution at the same time. Please try again later.`
}
