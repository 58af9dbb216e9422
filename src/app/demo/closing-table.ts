import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PromotionViewReply, ReleaseReply } from '#contract'
import type { Rehearsal } from './rehearsal.ts'
import { granted } from './rehearsal.ts'

export interface DemoSummary {
  readonly solution: string
  readonly tier: number
  readonly commit: string
  readonly tag: string | undefined
  readonly environments: readonly {
    readonly environment: string
    readonly version: string
    readonly digest: string
    readonly approvals: readonly string[]
    readonly seconds: number | undefined
  }[]
  readonly ledgerEntries: number
}

/** What ended where, read from the environments themselves. */
export async function summarise(run: Rehearsal, release: ReleaseReply, promotions: readonly PromotionViewReply[]): Promise<DemoSummary> {
  const pat = await run.as('pat')
  const rows = []
  for (const environmentId of ['dev', 'test', 'prod'].map((id) => toId<EnvironmentId>(id))) {
    const { environment, solutions } = granted(await pat.inspectEnvironment({ environmentId }))
    const installed = solutions.find((solution) => solution.uniqueName === release.solution)
    const promotion = promotions.find((each) => each.promotion.request.environmentId === environmentId)
    rows.push({
      environment: environment.name,
      version: installed === undefined ? '–' : `${installed.version} ${installed.isManaged ? 'managed' : 'unmanaged'}`,
      digest: promotion === undefined ? '–' : release.managed.digest,
      approvals: promotion?.promotion.decisions.map((decision) => `${decision.by} (${decision.gate})`) ?? [],
      seconds: promotion === undefined ? undefined : secondsOf(promotion),
    })
  }
  const ledger = granted(await pat.verifyLedger())
  return {
    solution: release.solution,
    tier: release.tier,
    commit: release.commit,
    tag: promotions.at(-1)?.promotion.tag,
    environments: rows,
    ledgerEntries: ledger.entries,
  }
}

export function tellSummary(run: Rehearsal, summary: DemoSummary): void {
  const header = ['environment', 'version', 'digest', 'approvals', 'seconds']
  const rows = summary.environments.map((row) => [
    row.environment,
    row.version,
    row.digest.slice(0, 19),
    row.approvals.join(', ') || '–',
    row.seconds?.toFixed(1) ?? '–',
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [header, ...rows]) run.say(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
  run.say(
    `  source: commit ${summary.commit}${summary.tag === undefined ? '' : `, tag ${summary.tag}`}; ledger: ${summary.ledgerEntries} entries, chain intact`,
  )
}

function secondsOf(view: PromotionViewReply): number | undefined {
  const { status } = view.promotion
  if (!('attempt' in status) || status.attempt.finishedAt === undefined) return undefined
  return (Date.parse(status.attempt.finishedAt) - Date.parse(status.attempt.startedAt)) / 1000
}
