import { addHours } from '#domain/approval'
import type { ConfigurationPackage } from '#domain/data'
import { carriedColumns } from '#domain/data'
import type { PromotionId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Row } from '#engine/ports'
import type { LoadingRun } from '../promotion/run.ts'
import { recordFact } from '../promotion/stream.ts'
import type { SavedObject } from '../rescue/saved-rows.ts'
import { saveRows } from '../rescue/saved-rows.ts'
import type { RowDecision } from './configuration-write.ts'

/** Saves rows that go and values that are overwritten, before the first is touched; gives what is told of it. */
export async function rescueRows(
  run: LoadingRun,
  decisions: readonly RowDecision[],
  pack: () => Promise<ConfigurationPackage>,
): Promise<string> {
  const items = await run.ctx.step('data-rescue-items', async () => itemsFor(await pack(), decisions))
  if (items.length === 0) return ''
  const { promotionId } = run
  if (promotionId === undefined)
    throw new DroverError(
      'data.not-empty',
      `${run.environment.name} has rows of the configuration data already that differ; they were not overwritten.`,
      {
        hint: 'Look who wrote them, take them away or promote the release, then go on.',
      },
    )
  const saved: SavedObject[] = []
  for (const [index, wanted] of items.entries()) {
    const object = await run.ctx.step(`data-rescue-${index}`, async () => {
      await run.checkLease()
      return saveRows(
        { rescues: run.deps.rescues, target: { readRows: () => readThese(run, wanted) } },
        { name: `${run.attemptId}/data-${index}`, item: wanted.item },
      )
    })
    saved.push(object)
  }
  const id = await run.ctx.step('data-rescue-record', () => record({ ...run, promotionId }, saved))
  return ` What was overwritten or deleted is saved as ${id}.`
}

interface Wanted {
  readonly item: RescueItem
  readonly primaryId: string
  readonly ids: readonly string[]
}

function itemsFor(pack: ConfigurationPackage, decisions: readonly RowDecision[]): readonly Wanted[] {
  return pack.tables.flatMap((table) => {
    const ids = (...deeds: readonly RowDecision['deed'][]): readonly string[] =>
      decisions.filter((row) => row.table === table.name && deeds.includes(row.deed)).map(({ id }) => id)
    const columns = carriedColumns(table).map(({ name }) => name)
    const wanted: readonly Wanted[] = [
      { item: { table: table.name, columns: undefined }, primaryId: table.primaryId, ids: ids('delete') },
      { item: { table: table.name, columns }, primaryId: table.primaryId, ids: ids('change', 'overwrite') },
    ]
    return wanted.filter((one) => one.ids.length > 0)
  })
}

async function* readThese(run: LoadingRun, { item: { table, columns }, primaryId, ids }: Wanted): AsyncIterable<readonly Row[]> {
  for (let at = 0; at < ids.length; at += 200) {
    const rows = await run.target.fetchWholeRows(table, ids.slice(at, at + 200))
    if (columns === undefined) {
      yield rows
      continue
    }
    const names = new Set([primaryId, ...columns])
    yield rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))))
  }
}

async function record(run: LoadingRun & { readonly promotionId: PromotionId }, saved: readonly SavedObject[]): Promise<string> {
  const { deps, attemptId, promotionId, request, configuration } = run
  const savedAt = deps.clock.now()
  const days = applyOverride(deps.policy, configuration.policy).tiers[request.tier].rescueKeptDays.value
  const id = `rescue-${attemptId.replace(/^a-/, '')}-data`
  const items = saved.map(({ item, rows, digest, size }) => ({ ...item, rows, digest, size }))
  await recordFact(deps.ledger, promotionId, {
    type: 'rescue-saved',
    data: { attemptId, rescue: { id, savedAt, keepUntil: addHours(savedAt, days * 24), items } },
    key: `${attemptId}:data-rescue-saved`,
  })
  return id
}
