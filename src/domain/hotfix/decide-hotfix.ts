import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { actingOn, refuseActor } from '#domain/policy'
import type { Hotfix, NewHotfixEvent } from './hotfix.ts'
import { stateOfHotfix } from './hotfix.ts'

interface Asked {
  readonly hotfix: Hotfix
  readonly actor: PersonId
  readonly configuration: Pick<Configuration, 'people' | 'groups' | 'grants' | 'solutions'>
  readonly policy: Policy
}

type Events = Result<readonly NewHotfixEvent[]>

/** Whether a release of it may be prepared now. */
export function decideRelease({ hotfix, ...asked }: Asked): Result<true> {
  const unfit = refuseService({ hotfix, ...asked }, 'prepare a release of a hotfix')
  if (unfit !== undefined) return unfit
  const state = stateOfHotfix(hotfix)
  if (state === 'open' || state === 'owed') return accept(true)
  const why = {
    preparing: 'its Dev and Test are being made ready',
    failed: 'its Dev and Test could not be made ready',
    merged: 'it is closed: main has it',
    abandoned: 'it was abandoned',
  }[state]
  return refuse(
    'hotfix.not-open',
    `Hotfix ${hotfix.hotfixId} of ${hotfix.solution} takes no release: ${why}.`,
    `See \`drover hotfix show ${hotfix.hotfixId}\`.`,
  )
}

/** Begins to bring it to main; what is in production is what is owed. */
export function decideMerge(
  { hotfix, ...asked }: Asked,
  { workId, intoDev, withRows }: { readonly workId: string; readonly intoDev: boolean; readonly withRows: boolean },
): Events {
  const unfit = refuseService({ hotfix, ...asked }, 'bring a hotfix to main')
  if (unfit !== undefined) return unfit
  const { shipped, merge, hotfixId } = hotfix
  if (shipped === undefined) {
    return refuse(
      'hotfix.not-shipped',
      `Hotfix ${hotfixId} is not in production, so main owes it nothing.`,
      'Promote a release of it first.',
    )
  }
  if (merge?.state === 'running') {
    return refuse(
      'hotfix.merge-running',
      `Hotfix ${hotfixId} is being brought to main already.`,
      `Follow it with \`drover hotfix show ${hotfixId}\`.`,
    )
  }
  const data = { workId, intoDev, ...(withRows ? { withRows } : {}), releaseId: shipped.releaseId }
  return accept([{ type: 'hotfix-merge-started', data, key: `merge:${workId}:started` }])
}

/** Ends one that is not in production; what is there has to be brought to main instead. */
export function decideAbandon(
  { hotfix, ...asked }: Asked,
  { reason, isTakenBack }: { readonly reason: string; readonly isTakenBack: boolean },
): Events {
  const unfit = refuseService({ hotfix, ...asked }, 'abandon a hotfix')
  if (unfit !== undefined) return unfit
  const { hotfixId } = hotfix
  const state = stateOfHotfix(hotfix)
  if (state === 'merged' || state === 'abandoned') {
    return refuse('hotfix.not-open', `Hotfix ${hotfixId} is closed already: it is ${state}.`, 'There is nothing to do.')
  }
  if (state === 'owed' && !isTakenBack) {
    const hint = `Bring it to main with \`drover hotfix merge ${hotfixId}\`. If it does harm, take it back with \`drover rollback ${hotfix.production.environmentId} ${hotfix.solution}\` first.`
    return refuse('hotfix.shipped', `Hotfix ${hotfixId} is in production and cannot be abandoned.`, hint)
  }
  if (reason.trim() === '')
    return refuse('hotfix.no-reason', 'Abandoning a hotfix needs a reason.', 'Say what became of the fault in production.')
  return accept([{ type: 'hotfix-abandoned', data: { reason: reason.trim() }, key: 'abandoned' }])
}

/** Makes its Dev and Test ready once more, after that did not work. */
export function decideRetry({ hotfix, ...asked }: Asked, workId: string): Events {
  const unfit = refuseService({ hotfix, ...asked }, 'work on a hotfix')
  if (unfit !== undefined) return unfit
  if (stateOfHotfix(hotfix) === 'failed') {
    return accept([{ type: 'hotfix-preparation-restarted', data: { workId }, key: `restarted:${workId}` }])
  }
  const message = `Making Dev and Test of hotfix ${hotfix.hotfixId} ready did not fail.`
  return refuse('hotfix.not-failed', message, `See \`drover hotfix show ${hotfix.hotfixId}\`.`)
}

function refuseService({ hotfix, configuration, actor, policy }: Asked, deed: string): ReturnType<typeof refuse> | undefined {
  return refuseActor(actingOn(configuration, hotfix), actor, { may: policy.hotfix.mayService, deed })
}
