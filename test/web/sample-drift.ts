import type { Deviation } from '#domain/drift'
import type { Environment } from '#domain/environment'
import type { Digest, Instant, PersonId, PromotionId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Engine } from '#engine'

type DriftView = Extract<Awaited<ReturnType<Engine['loadDrift']>>, { readonly ok: true }>['value']
type RescueRecord = Awaited<ReturnType<Engine['listRescues']>>[number]

const at = toId<Instant>('2026-11-20T08:00:00.000Z')
const later = toId<Instant>('2027-01-19T08:00:00.000Z')
const digest = toId<Digest>(`sha256:${'5b'.repeat(32)}`)

function deviation(name: string, of: Pick<Deviation, 'class' | 'reason' | 'tweakId'>): Deviation {
  return {
    id: `SystemForm:${name}`,
    ...of,
    subject: { kind: 'SystemForm', key: name, name, table: 'contoso_expense' },
    solution: 'ContosoExpenses',
    origin: 'by-hand',
    message: `Form ${name} of contoso_expense, which ContosoExpenses brought, was changed by hand in this environment.`,
    changed: ['formxml'],
    digest: 'd',
    who: { userId: 'u-1', name: 'Mia Maker', isApplication: false },
    when: at,
    since: at,
  }
}

/** Production with one change that nobody has said anything about, one registered tweak, and something that could not be seen. */
export function sampleDrift(environment: Environment): DriftView {
  const tweak = {
    id: 'tw-1',
    deviation: 'SystemForm:Audit',
    digest: 'd',
    name: 'Audit',
    solution: 'ContosoExpenses',
    reason: 'Auditors need the field',
    owner: toId<PersonId>('ada'),
    decision: 'back-port' as const,
    acceptedBy: toId<PersonId>('grace'),
    acceptedAt: at,
    expiresAt: later,
    endedAt: undefined,
    endedWhy: undefined,
  }
  const deviations = [
    deviation('Expense', { class: 'unregistered', reason: 'Nobody has said yet what shall become of it.', tweakId: undefined }),
    deviation('Audit', { class: 'tweak', reason: 'It is registered.', tweakId: 'tw-1' }),
  ]
  const assessment = {
    environmentId: environment.id,
    observation: digest,
    observedAt: at,
    deviations,
    byDesign: 3,
    leftBehind: [
      { solution: 'ContosoExpenses', kind: 'Attribute', key: 'contoso_expense.contoso_later', name: 'Later', table: 'contoso_expense' },
    ],
    unseen: [{ what: 'layers of 2 SiteMap', why: 'The environment did not tell them.' }],
  }
  return {
    environment,
    assessment,
    solutions: [{ solution: 'ContosoExpenses', version: '1.3.0.0' as Version, open: 1 }],
    overdue: [],
    overdueAfterDays: 7,
    // Doors show these parts of a record only.
    record: {
      environmentId: environment.id,
      lane: environment.url,
      observed: { digest, at, summary: { solutions: 1, components: 2, activeLayers: 2, unseen: 1 } },
      tweaks: [tweak],
      dispositions: {},
    } as unknown as DriftView['record'],
  }
}

export function sampleRescue(environment: Environment): RescueRecord {
  return {
    rescue: {
      id: 'rescue-1',
      savedAt: at,
      keepUntil: later,
      items: [{ table: 'contoso_expense', columns: ['contoso_oldtotal'], rows: 1204, digest, size: 9000 }],
    },
    promotionId: toId<PromotionId>('p-prod'),
    environmentId: environment.id,
    solution: 'ContosoExpenses',
    version: '1.3.0.0' as Version,
    restores: [],
    removedAt: undefined,
  }
}
