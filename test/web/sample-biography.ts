import type { Instant, PersonId, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Biography } from '#engine'

/** A restore point that has expired, an incident, and the release before it. */
export function sampleBiography(): Biography['entries'] {
  return [
    {
      id: 'i-1',
      at: toId<Instant>('2026-11-20T14:00:00.000Z'),
      kind: 'incident',
      text: 'Approvals stood still for an hour.',
      by: [toId<PersonId>('grace')],
      isFailure: true,
    },
    {
      id: 'p-test',
      at: toId<Instant>('2026-11-20T09:00:00.000Z'),
      kind: 'release',
      text: 'ContosoExpenses 1.4.0.2 went in.',
      by: [toId<PersonId>('ada')],
      approvedBy: [toId<PersonId>('grace')],
      promotionId: toId<PromotionId>('p-test'),
      isFailure: false,
    },
    {
      id: 'restore-point-1',
      at: toId<Instant>('2026-11-10T08:59:00.000Z'),
      kind: 'restore-point',
      text: 'Restore point "drover a-1 before ContosoExpenses 1.4.0.2".',
      by: [],
      expiresAt: toId<Instant>('2026-11-17T08:59:00.000Z'),
      isExpired: true,
    },
  ]
}
