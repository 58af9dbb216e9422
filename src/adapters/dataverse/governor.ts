import type { Limits } from './limits.ts'
import type { Effect } from './operations.ts'

/** Lets the requests of one identity in one environment go, so that together they stay within what the service allows it. */
export interface Governor {
  /** Waits for its turn, changes before reads, and first of each what was refused once; what it gives is called when the answer is there. */
  enter(effect: Effect, isAgain?: boolean): Promise<Leave>
  /** The service asked to wait: until then nobody sends. */
  hold(forMs: number): void
  /** How long nobody may send. */
  heldForMs(): number
}

export type Leave = (isThrottled: boolean) => void

interface Waiting {
  readonly isRead: boolean
  readonly admit: () => void
}

type Allowance = Pick<Limits, 'requestsInWindow' | 'windowMs' | 'concurrentRequests' | 'shareOfReads'>

/**
 * Service protection counts the requests of an identity in a sliding window, and those at the same time [web-api C]. What is sent is counted
 * the same way here, so that as a rule the service need not refuse. When a request arrived there nobody here knows, only that it was before
 * its answer: so its place is free again when the answer is a window old, and who is slow to arrive is not followed too early. When the service
 * refuses all the same, nobody sends before the time that it names, and after
 * that one request goes first, then two, then four: many that waited for the same moment would be the next storm. Reads leave a share of
 * the window to the work of promotions, which takes few requests and must not wait for an observation. Other processes of the same
 * identity are not seen; what they use shows as a refusal.
 */
export function createGovernor(limits: Allowance, nowMs: () => number = () => performance.now()): Governor {
  /** When what is in the window was answered, the oldest first. */
  const answered: number[] = []
  const changes: Waiting[] = []
  const reads: Waiting[] = []
  let open = 0
  let heldUntil = 0
  let mayBeOpen = limits.concurrentRequests
  let timer: NodeJS.Timeout | undefined

  function enter(effect: Effect, isAgain = false): Promise<Leave> {
    const isRead = effect === 'read'
    return new Promise((resolve) => {
      const queue = isRead ? reads : changes
      const waiting = { isRead, admit: () => resolve(leaveOnce()) }
      if (isAgain) queue.unshift(waiting)
      else queue.push(waiting)
      letGo()
    })
  }

  function letGo(): void {
    clearTimeout(timer)
    timer = undefined
    for (;;) {
      const queue = changes.length > 0 ? changes : reads
      const [next] = queue
      if (next === undefined || open >= mayBeOpen) return
      const waitMs = msUntilFree(next.isRead)
      if (waitMs === 'until-answered') return
      if (waitMs > 0) {
        timer = setTimeout(letGo, Math.ceil(waitMs))
        return
      }
      queue.shift()
      open += 1
      next.admit()
    }
  }

  function msUntilFree(isRead: boolean): number | 'until-answered' {
    const now = nowMs()
    if (heldUntil > now) return heldUntil - now
    while (answered[0] !== undefined && answered[0] <= now - limits.windowMs) answered.shift()
    const budget = Math.max(1, Math.floor(limits.requestsInWindow * (isRead ? limits.shareOfReads : 1)))
    const tooMany = open + answered.length - budget
    if (tooMany < 0) return 0
    const blocking = answered[tooMany]
    return blocking === undefined ? 'until-answered' : blocking + limits.windowMs - now
  }

  function leaveOnce(): Leave {
    let hasLeft = false
    return (isThrottled) => {
      if (hasLeft) return
      hasLeft = true
      open -= 1
      answered.push(nowMs())
      // One more for each that went well: rounds of one, two, four.
      if (!isThrottled) mayBeOpen = Math.min(limits.concurrentRequests, mayBeOpen + 1)
      letGo()
    }
  }

  return {
    enter,
    hold(forMs) {
      heldUntil = Math.max(heldUntil, nowMs() + forMs)
      mayBeOpen = 1
    },
    heldForMs: () => Math.max(0, heldUntil - nowMs()),
  }
}
