import type { Instant, Reason } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import type { Loss, LossRules } from './evaluate-losses.ts'
import { countAcknowledgements, findLosses } from './evaluate-losses.ts'
import type { Promotion } from './promotion.ts'

/** Rows that were saved of one table, and how many of them had a value in each column of the selection. */
export interface SavedRows {
  readonly item: RescueItem
  readonly rows: number
  /** By logical name; empty where whole rows are saved. */
  readonly values: Readonly<Record<string, number>>
}

/**
 * What of the saved data is more than its owners have said may go. Where several must have said so, the lowest of their ceilings holds; what was
 * certainly empty when they decided has a ceiling of nought.
 */
export function findExcess(
  promotion: Promotion,
  saved: readonly SavedRows[],
  facts: { readonly rules: LossRules; readonly now: Instant },
): readonly Reason[] {
  const losses = new Map(findLosses(promotion.request.plan).map((loss) => [loss.subject.toLowerCase(), loss]))
  return saved.flatMap(countsOf).flatMap(({ subject, n, what }) => {
    const loss = losses.get(subject.toLowerCase())
    const ceiling = loss === undefined ? 0 : ceilingOf(promotion, loss, facts)
    if (n <= ceiling) return []
    const message = `${n.toLocaleString('en-US')} ${what} are there, and ${ceiling.toLocaleString('en-US')} at the most may go.`
    return [{ subject: loss?.name ?? subject, message }]
  })
}

function countsOf({ item, rows, values }: SavedRows): readonly { readonly subject: string; readonly n: number; readonly what: string }[] {
  // Whoever lets rows go lets go what hangs on them.
  if (item.regarding !== undefined || (item.contents === true && item.columns === undefined)) return []
  if (item.relationship !== undefined) return [{ subject: `EntityRelationship:${item.relationship}`, n: rows, what: 'links' }]
  if (item.columns === undefined) return [{ subject: `Entity:${item.table}`, n: rows, what: 'rows' }]
  return item.columns.map((column) => ({ subject: `Attribute:${item.table}.${column}`, n: values[column] ?? 0, what: 'values' }))
}

/** So much as all of those that are needed have let go: of more words than needed the highest count. */
function ceilingOf(promotion: Promotion, loss: Loss, facts: { readonly rules: LossRules; readonly now: Instant }): number {
  const byPerson = new Map<string, number>()
  for (const word of countAcknowledgements(promotion, loss, facts))
    byPerson.set(word.by, Math.max(byPerson.get(word.by) ?? 0, word.ceiling))
  const ceilings = [...byPerson.values()].sort((a, b) => b - a)
  return ceilings[Math.max(1, facts.rules.needed) - 1] ?? 0
}
