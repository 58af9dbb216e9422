import { z } from 'zod'
import type { LifecycleOperation, LifecycleState } from '#engine/ports'
import type { AdministrationAnswer } from './administration-client.ts'
import { readRefusal } from './administration-failure.ts'

/** What an accepted request says about where it is followed; done where nothing was left to do (web-api F.1, F.2). */
export function operationOf(answer: AdministrationAnswer): LifecycleOperation {
  const address = answer.headers.get('operation-location') ?? answer.headers.get('location') ?? undefined
  return { statusUrl: answer.status === 202 ? address : undefined }
}

const named = z.object({ name: z.string().nullish(), state: z.object({ id: z.string() }).nullish(), status: z.string().nullish() })
const operation = z.object({
  state: z.object({ id: z.string() }).nullish(),
  status: z.string().nullish(),
  properties: z.object({ provisioningState: z.string().nullish() }).nullish(),
  stages: z.array(named).nullish(),
  stageStatuses: z.array(named).nullish(),
})

/**
 * How far work is: BAP says it in `state.id`, the Power Platform API in `status`, an environment in `provisioningState`. 404: what the work
 * was about is gone, which is how a deletion ends; 409: it runs on. A word that is not known is not taken for an end.
 */
export function readLifecycle({ status, json }: AdministrationAnswer): LifecycleState {
  if (status === 404) return { state: 'succeeded' }
  if (status === 409) return { state: 'running', stage: undefined }
  const said = operation.safeParse(json).data
  const word = (said?.state?.id ?? said?.status ?? said?.properties?.provisioningState ?? '').toLowerCase()
  if (word === 'succeeded') return { state: 'succeeded' }
  const stages = (said?.stages ?? said?.stageStatuses ?? []).map((stage) => ({
    name: stage.name ?? undefined,
    word: (stage.state?.id ?? stage.status ?? '').toLowerCase(),
  }))
  if (word === 'failed' || word === 'canceled' || word === 'cancelled') {
    const at = stages.find((stage) => stage.word === 'failed')?.name
    const why = readRefusal(JSON.stringify(json))?.message
    return { state: 'failed', message: [`it ${word}${at === undefined ? '' : ` in stage ${at}`}`, why].filter(Boolean).join(': ') }
  }
  return { state: 'running', stage: stages.find((stage) => stage.word === 'running')?.name }
}
