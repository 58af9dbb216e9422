import { describe, expect, it } from 'vitest'
import { gateStatusSchema } from '#contract'
import type { ConditionKind } from '#domain/pipeline'
import { gateKinds, gateName } from '#domain/pipeline'
import type { GateStatus } from '#domain/promotion'
import { withNext } from '#domain/promotion'
import { createPaint } from './paint.ts'
import { gatesText } from './promotion.ts'

const kinds: readonly ConditionKind[] = [...gateKinds, 'in-force']
/** What opens with time alone, while it may still open. */
const clears: readonly ConditionKind[] = ['review-window', 'change-window', 'soak']
const rows = kinds.flatMap(
  (kind) =>
    [
      { kind, state: 'open', mark: '✔', turn: '' },
      { kind, state: 'pending', mark: '○', turn: clears.includes(kind) ? 'wait' : 'fix' },
      { kind, state: 'closed', mark: '✖', turn: 'fix' },
    ] as const,
) // prettier-ignore

describe('a gate on its way to whoever asks', () => {
  it.each(rows)('says of $kind, which is $state, whose turn it is, and all of its reasons', ({ kind, state, mark, turn }) => {
    const reasons = [
      { subject: gateName(kind), message: 'It is so.' },
      { subject: 'ben', message: 'Said so.' },
    ]
    const gate: GateStatus = withNext({ kind, state, reasons })
    const reply = gateStatusSchema.parse(JSON.parse(JSON.stringify(gate)))
    expect(reply).toEqual({ kind, state, reasons, ...(turn === '' ? {} : { next: turn }) })
    const [head, ...told] = gatesText([reply], createPaint(false)).trimEnd().split('\n')
    expect(head).toBe(`  ${mark} ${gateName(kind)}${turn === '' ? '' : `  ${turn}`}`)
    expect(told).toEqual(['      It is so.', '      ben: Said so.'])
  })
})
