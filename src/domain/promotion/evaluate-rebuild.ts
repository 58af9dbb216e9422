import { refuse } from '#domain/kernel'
import type { GateStatus, PromotionRequest } from './promotion.ts'

/** A rebuild of the target that has begun and is not done: what is there now is not what belongs there. */
export interface OpenRebuild {
  readonly rebuildId: string
  /** `running`, or what keeps it from going on: `waiting` for people, or how its last run ended. */
  readonly state: string
}

/** Nothing is brought into an environment that is being made again: it would be planned against what is there for minutes. */
export function refuseRebuilding(
  { environmentId }: Pick<PromotionRequest, 'environmentId'>,
  rebuild: OpenRebuild | undefined,
): ReturnType<typeof refuse> | undefined {
  if (rebuild === undefined) return undefined
  const { rebuildId, state } = rebuild
  const hint =
    state === 'running' ? 'Wait for its end.' : `See to what it needs, and go on with \`drover env rebuild ${environmentId} --resume\`.`
  return refuse(
    'rebuild.at-work',
    `${environmentId} is being rebuilt (${rebuildId}, ${state}); nothing is promoted into it meanwhile.`,
    hint,
    [{ subject: rebuildId, message: `It is ${state}.` }],
  )
}

/** The same as a condition of a promotion that waits: it goes on by itself when the rebuild is done. */
export function evaluateRebuild(request: Pick<PromotionRequest, 'environmentId'>, rebuild: OpenRebuild | undefined): GateStatus[] {
  const refused = refuseRebuilding(request, rebuild)
  if (refused === undefined) return []
  const { code, message, hint } = refused.refusal
  const next = rebuild?.state === 'running' ? 'wait' : 'fix'
  return [{ kind: 'in-force', state: 'pending', next, reasons: [{ subject: code, message: `${message} ${hint}` }] }]
}
