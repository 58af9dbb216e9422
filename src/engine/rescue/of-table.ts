import type { RescueItem } from '#domain/plan'

/** Whether something that was saved is a table's, or hangs on rows of it. */
export function isOfTable({ table, regarding }: RescueItem, wanted: string): boolean {
  return table === wanted || regarding === wanted
}
