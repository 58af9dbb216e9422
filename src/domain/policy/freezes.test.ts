import { expect, it } from 'vitest'
import { buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { decideConfiguration } from './decide-configuration.ts'
import { shippedPolicy } from './shipped-policy.ts'

it('takes as many freezes of a stage as policy says, and not one more', () => {
  const most = shippedPolicy.changes.freezesAtMost.value
  const frozen = (count: number) => {
    const base = buildConfiguration()
    const freezes = Array.from({ length: count }, (_, at) => {
      const day = (offset: number) => new Date(Date.UTC(2027, 0, 1 + 2 * at + offset)).toISOString().slice(0, 16)
      return { name: `No. ${at}`, from: day(0), to: day(1), reason: 'quiet' }
    })
    const pipelines = base.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, freezes } : stage)),
    }))
    return decideConfiguration({ before: base, after: { ...base, pipelines }, actor: personId('pat') })
  }
  expect(frozen(most)).toMatchObject({ ok: true })
  expect(frozen(most + 1)).toMatchObject({
    refusal: { code: 'PIP-24', reasons: [{ message: expect.stringContaining(`${most + 1} freezes`) }] },
  })
})
