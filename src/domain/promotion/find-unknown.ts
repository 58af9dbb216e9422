import type { Reason } from '#domain/kernel'
import type { Plan } from '#domain/plan'
import { callComponent } from '#domain/plan'

/** What of a plan nobody could tell: whoever lets it pass has to have read it. */
export function findUnknown({ lines, content }: Pick<Plan, 'lines' | 'content'>): readonly Reason[] {
  return [
    ...content.filter(({ certainty }) => certainty === 'unknown').map((one) => ({ subject: callComponent(one), message: one.message })),
    ...lines.filter(({ certainty }) => certainty === 'unknown').map(({ subject, message }) => ({ subject, message })),
  ]
}
