import type { LedgerEvent } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import { policyInForce } from '#domain/policy'
import type { DeploymentFact, Promotion, PromotionEvent, RecountedGate } from '#domain/promotion'
import { evolvePromotion, recountGates } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { PackFinding } from './judge-pack.ts'
import type { PromotionAtStart } from './pack.ts'
import { listStarts } from './pack.ts'

interface Recounted {
  /** The entries of the promotion, from its first on. */
  readonly entries: readonly LedgerEvent[]
  readonly release: Release
  /** All entries of the pack, in their order. */
  readonly all: readonly LedgerEvent[]
  readonly subject: string
}

/** Every gate that no person opens, counted again for each time that work on a promotion began; what cannot be is named with why. */
export function recountPromotion({ entries, release, all, subject }: Recounted): readonly PackFinding[] {
  return listStarts(entries).flatMap((start) => recountStart(start, { release, all, subject }))
}

function recountStart({ promotion, started }: PromotionAtStart, { release, all, subject }: Omit<Recounted, 'entries'>): PackFinding[] {
  const when = `When attempt ${started.data.attemptId} began (entry ${started.sequence})`
  const before = all.filter(({ sequence }) => sequence < started.sequence)
  const applied = before.findLast(({ type }) => type === 'configuration-applied')
  if (applied === undefined)
    return [
      { state: 'open', subject, message: `${when}: the configuration in force then is not in the pack, so no gate is counted again.` },
    ]
  const { configuration } = applied.data as { readonly configuration: Configuration } // entries of this type are written only so
  const policy = policyInForce(configuration)
  const gone = succeededIn(before, promotion)
  const gates = recountGates(promotion, {
    ...{ at: started.at, release, configuration, configurationVersion: applied.sequence, policy },
    waivers: started.data.waivers ?? [],
    deployments: gone.map(deploymentOf),
    last: gone.findLast(({ request }) => request.environmentId === promotion.request.environmentId),
  })
  return gates.map((gate) => ({ state: gate.state, subject, message: `${when}, ${wordsOf(gate)}` }))
}

function wordsOf({ gate, state, message }: RecountedGate): string {
  const name = gate === 'in-force' ? 'the request' : `gate ${gateName(gate)}`
  if (state === 'open') return `${name} cannot be counted again: ${message}`
  return state === 'proved' ? `${name} held: ${message}` : `${name} was not open: ${message}`
}

/** Promotions of the same solution that had succeeded by then, in the order in which they did. */
function succeededIn(before: readonly LedgerEvent[], { request }: Promotion): readonly Promotion[] {
  const folded = new Map<string, Promotion>()
  const broken = new Set<string>()
  const done = new Map<string, Promotion>()
  for (const entry of before) {
    const { stream } = entry
    if (!stream.startsWith('promotion/') || stream === `promotion/${request.promotionId}` || broken.has(stream)) continue
    // One of which the first entries are not shown tells nothing.
    if (entry.streamVersion > 1 && !folded.has(stream)) {
      broken.add(stream)
      continue
    }
    const next = evolvePromotion(folded.get(stream), entry as PromotionEvent) // the stream is written only through NewPromotionEvent
    if (next === undefined) continue
    folded.set(stream, next)
    if (next.status.state !== 'succeeded' || next.request.solution.toLowerCase() !== request.solution.toLowerCase()) continue
    done.set(stream, next)
  }
  return [...done.values()]
}

function deploymentOf({ request, status }: Promotion): DeploymentFact {
  const { solution, version, releaseId, boundTo, plan } = request
  const at = status.state === 'succeeded' ? status.attempt.finishedAt : undefined
  const known = { lane: plan.target.lane, solution, version, releaseId, digest: boundTo.artifact }
  return { ...known, ...(at === undefined ? {} : { deployedAt: at }) }
}
