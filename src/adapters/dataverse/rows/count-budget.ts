import { errorMessage } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import { sendBatch } from '../batch.ts'

/**
 * Sends reads in batches as long as requests are left. A batch is one request to the service protection limits, whatever is in it; the time that
 * it takes there counts, so batches are kept small where the requests suffice.
 */
export interface CountSession {
  readonly left: number
  /** One answer for each request, in order; undefined for those that the budget did not reach. */
  ask(requests: readonly BatchRequest[]): Promise<readonly (BatchAnswer | undefined)[]>
  /** Takes one request that is sent in another way; false when none is left. */
  take(): boolean
}

/** Counts of up to 50,000 rows take the service about a second each (unverified): a batch of them should end within a minute. */
const easyBatch = 20
const largestBatch = 500

export function openSession(client: DataverseClient, budget: number): CountSession {
  let left = budget
  return {
    get left() {
      return left
    },
    async ask(requests) {
      const answers: (BatchAnswer | undefined)[] = []
      // Half of what is left at the most, so that what turns out to be too large can still be taken apart.
      const size = Math.min(largestBatch, Math.max(easyBatch, Math.ceil(requests.length / Math.max(1, Math.floor(left / 2)))))
      for (let at = 0; at < requests.length; at += size) {
        const some = requests.slice(at, at + size)
        if (left <= 0) {
          answers.push(...some.map(() => undefined))
          continue
        }
        left--
        answers.push(...(await askSome(client, some)))
      }
      return answers
    },
    take() {
      if (left <= 0) return false
      left--
      return true
    },
  }
}

/** No answer is an answer of each: a count that cannot be had is unknown, with the reason. */
async function askSome(client: DataverseClient, requests: readonly BatchRequest[]): Promise<readonly BatchAnswer[]> {
  try {
    return await sendBatch(client, 'ReadBatch', requests)
  } catch (error) {
    return requests.map(() => ({ status: 0, text: errorMessage(error) }))
  }
}
