import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionViewReply } from '#contract'
import type { Configuration, Freeze } from '#domain/pipeline'
import { addColumn } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { openPetStage, solution } from '../support/pet-stage.ts'
import { governed, localConfiguration, productionStage } from '../support/product.ts'
import { applyByTwo } from '../support/world-of-one.ts'

const dayMs = 86_400_000

/* One production that lives on: each chapter goes on from where the one before ended. */
describe('a production that is frozen', () => {
  let pet: PetStage

  beforeAll(async () => {
    pet = await openPetStage()
    await pet.deploy()
  })
  afterAll(() => pet?.stop())

  /** Wall clock of the rehearsal, which is in UTC. */
  const wall = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 16)
  const yearEnd = (): Freeze => ({ name: 'Year end', from: wall(-1), to: wall(1), reason: 'The books are closed' })

  async function apply(freezes: readonly Freeze[]): Promise<void> {
    const solutions = [{ ...governed(pet.run.material, 2), versioning: 'raise' as const }]
    const configuration = localConfiguration({ platformUrl: pet.stack.platformUrl, solutions })
    const pipelines = configuration.pipelines.map((pipeline): Configuration['pipelines'][number] => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === productionStage ? { ...stage, freezes } : stage)),
    }))
    await applyByTwo(pet.run, { ...configuration, pipelines })
  }

  const windowOf = ({ gates }: PromotionViewReply) => gates.find(({ kind }) => kind === 'change-window')

  it('takes what was decided on when the freeze is taken away, without that anybody asks again', async () => {
    await apply([yearEnd()])
    await addColumn(pet.dev, solution, { table: 'contoso_inspection', name: 'contoso_Weather' })
    const promotionId = await pet.ask(await pet.release())
    await pet.approve(promotionId)
    const waiting = await pet.show(promotionId)
    expect(waiting.promotion.status.state).toBe('pending')
    expect(windowOf(waiting)).toMatchObject({ state: 'pending' })
    const told = await pet.drover('ada', 'promotion', 'show', promotionId)
    expect(told.stdout).toMatch(/Year end.*The books are closed/s)
    expect(waiting.gates.filter(({ state }) => state !== 'open').map(({ kind }) => kind)).toEqual(['change-window'])

    await apply([])
    const ended = await pet.succeed(promotionId)
    expect(ended.promotion.decisions).toHaveLength(1)
  })

  it('is gone back to what it was all the same, and it is said that the freeze does not hold a recovery', async () => {
    await apply([yearEnd()])
    const ran = await pet.drover('ada', 'rollback', 'prod', solution, '--reason', 'It breaks', '--json')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const asked: PromotionViewReply = JSON.parse(ran.stdout)
    const { promotionId } = asked.promotion.request
    expect(windowOf(asked)).toMatchObject({ state: 'open', reasons: [{ message: expect.stringMatching(/recovery/i) as string }] })
    await pet.approve(promotionId)
    await pet.succeed(promotionId)
  })
})
