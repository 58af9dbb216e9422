import { describe, expect, it } from 'vitest'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { NewPromotionEvent } from '#domain/promotion'
import { decideRequest } from '#domain/promotion'
import type { Ledger } from '#engine/ports'
import { buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { takeLane } from './take-lane.ts'

const lane = { lane: 'localhost/prod', solution: 'Permits' }

function requestOf(promotionId: string): readonly NewPromotionEvent[] {
  const result = decideRequest(buildRequestFacts(2, { promotionId: promotionId as never })) // an id as the ledger gives it
  if (!result.ok) throw new Error('the sample is refused')
  return result.value
}

async function promotionsIn(ledger: Ledger): Promise<string[]> {
  return (await ledger.readAll(0, 100)).filter((event) => event.type === 'promotion-requested').map((event) => event.stream)
}

/** Refuses when a promotion is there already; waits first, so that requests overlap. */
function judge(ledger: Ledger, promotionId: string) {
  return async (): Promise<Result<{ readonly actor: ReturnType<typeof personId>; readonly events: readonly NewPromotionEvent[] }>> => {
    const known = await promotionsIn(ledger)
    await new Promise((resolve) => setImmediate(resolve))
    if (known.length > 0) return refuse('promotion.already-open', 'There is one.', 'Wait.')
    return accept({ actor: personId('maria'), events: requestOf(promotionId) })
  }
}

describe('requests for one place', () => {
  it('made at once: one is accepted, the others are judged again with it in sight', async () => {
    const ledger = createFakeLedger()
    const results = await Promise.all(['p-1', 'p-2', 'p-3'].map((id) => takeLane(ledger, lane, judge(ledger, id))))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(await promotionsIn(ledger)).toHaveLength(1)
  })

  it('refused by what was taken while it was judged: is judged again, and finds its own request where another writer wrote it', async () => {
    const ledger = createFakeLedger()
    let looks = 0
    const judged = await takeLane(ledger, lane, async () => {
      const isThere = (await promotionsIn(ledger)).includes('promotion/p-1')
      if (looks++ === 0) await takeLane(ledger, lane, judge(ledger, 'p-1'))
      return isThere
        ? refuse('train.already-there', 'It was written before.', 'Nothing to do.')
        : refuse('promotion.already-open', 'One.', 'Wait.')
    })
    expect(judged).toMatchObject({ ok: false, refusal: { code: 'train.already-there' } })
    expect([looks, await promotionsIn(ledger)]).toEqual([2, ['promotion/p-1']])
  })

  it('completes what a killed process left between guard and promotion', async () => {
    const ledger = createFakeLedger()
    const dying: Ledger = {
      ...ledger,
      append: async (append) => {
        if (append.stream.startsWith('promotion/')) throw new Error('killed')
        return ledger.append(append)
      },
    }
    await expect(takeLane(dying, lane, judge(ledger, 'p-1'))).rejects.toThrow('killed')
    expect(await promotionsIn(ledger)).toEqual([])
    expect(await takeLane(ledger, lane, judge(ledger, 'p-2'))).toMatchObject({ ok: false, refusal: { code: 'promotion.already-open' } })
    expect(await promotionsIn(ledger)).toEqual(['promotion/p-1'])
  })

  it('leaves other places and other solutions alone', async () => {
    const ledger = createFakeLedger()
    const free = async () => accept({ actor: personId('maria'), events: requestOf('p-1') })
    await takeLane(ledger, lane, free)
    const streams = (await ledger.readAll(0, 100)).map((event) => event.stream)
    expect(streams).toEqual(['lane/localhost/prod/permits', 'promotion/p-1'])
  })
})
