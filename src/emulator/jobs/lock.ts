import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { LockName } from './jobs.ts'

interface Hold {
  readonly name: LockName
  /** Milliseconds on the clock; undefined: until released. */
  readonly until: number | undefined
}

/** One writer at a time per environment (web-api H). */
export class WriterPlaces {
  readonly #held = new Map<string, Hold>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  holder(environment: string): LockName | undefined {
    const hold = this.#held.get(environment)
    if (hold?.until !== undefined && this.#clock.now().getTime() >= hold.until) {
      this.#held.delete(environment)
      return undefined
    }
    return hold?.name
  }

  /** Takes the place, or throws SolutionConcurrencyFailure with the service's text (web-api A.5). */
  take(environment: string, wanted: LockName, until?: number): void {
    const holder = this.holder(environment)
    if (holder !== undefined) throw new ODataError(400, '0x80071151', lockText(wanted, holder))
    this.#held.set(environment, { name: wanted, until })
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
