import type { LedgerEvent } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import { owedGatesOf } from '#domain/promotion'
import type { DeadlineEvent, Notice, NoticeFacts } from './notice.ts'
import { about, concerned, unique, whatOf, whereOf } from './tell-of-promotion.ts'
import { tellOfCertification, tellOfEndedGrant } from './tell-of-rights.ts'
import { namesOf, timeIn } from './words-of-notice.ts'

/** Time that ran out, in words. */
export function tellOfDeadline(event: LedgerEvent, facts: NoticeFacts): Notice | undefined {
  const deadline = (event as DeadlineEvent).data // the type is written with this data alone
  const { configuration, promotion } = facts
  const due = timeIn(configuration, deadline.dueAt)
  if (deadline.of === 'grant') return tellOfEndedGrant(deadline.grant, facts)
  if (deadline.of === 'certification') return tellOfCertification(deadline.person, facts)
  if (promotion === undefined) return undefined
  if (deadline.of === 'owed') {
    const owed = owedGatesOf(promotion).find(({ gate }) => gate === deadline.gate)
    const asked = owed?.people ?? []
    return {
      ...about(promotion, facts, {
        topic: 'gate-overdue',
        title: `${gateName(deadline.gate)} of ${whatOf(promotion)} in ${whereOf(promotion, facts)} is overdue`,
        text: `It went in past that gate, which was to be made up for until ${due}. Asked: ${namesOf(configuration, asked)}. Until then nothing more of the solution goes there but what mends it.`,
        gates: [],
      }),
      people: unique([...asked, ...concerned(promotion, facts)]),
      gates: [deadline.gate],
    }
  }
  const what = deadline.of === 'watch' ? 'how it stood its watch' : 'how it looks weeks later'
  return about(promotion, facts, {
    topic: 'validation-overdue',
    title: `Nobody has said ${what}: ${whatOf(promotion)} in ${whereOf(promotion, facts)}`,
    text: `That was due ${due}. Whoever watches it says it on its page.`,
    gates: [],
  })
}
