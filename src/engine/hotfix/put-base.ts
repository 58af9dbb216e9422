import { findInstalled } from '#domain/plan'
import { compareVersions } from '#domain/kernel'
import { secretsAmong } from '#domain/settings'
import type { PutEnd, PutRun } from '../cattle/put-package.ts'
import { putPackage } from '../cattle/put-package.ts'
import { planPromotion, settingsOf } from '../plan-promotion.ts'
import type { PairRun } from './run-preparation.ts'

/** Brings the very bytes that production runs into the Test of a hotfix, with the settings of its stage; where they are already, nothing is sent. */
export async function putBase(run: PairRun, put: PutRun): Promise<PutEnd> {
  const { base, configuration, testStage, test, hotfix, deps } = run
  const planned = await run.ctx.step('plan-test', () => plan(run))
  if ('end' in planned) return planned
  // Values that are secrets are resolved inside of the request, and struck out of what comes back.
  const settings = settingsOf(configuration, hotfix.solution, testStage)
  const target = deps.environments.open(test, secretsAmong(Object.values(settings.environmentVariables)))
  const { solution, version, managed } = base
  return putPackage({ ...put, target }, { label: 'test', solution, version, digest: managed.digest, ...planned })
}

type Planned = Pick<Parameters<typeof putPackage>[1], 'mode' | 'parameters'> | PutEnd

async function plan({ base, configuration, testStage, test, deps }: PairRun): Promise<Planned> {
  const { plan, observed } = await planPromotion(deps, { release: base, stage: testStage, configuration })
  const installed = findInstalled(observed, base.solution)
  if (installed !== undefined && installed.isManaged && compareVersions(installed.version, base.version) === 0) {
    return { end: 'done', note: `${test.name} holds ${base.solution} ${base.version} already.` }
  }
  const [blocker] = plan.blockers
  if (blocker !== undefined)
    return { end: 'failed', refusal: { ...blocker, hint: `${test.name} is the Test of the hotfix. ${blocker.hint}` } }
  const { mode, parameters } = plan
  return { mode: mode === 'install' || mode === 'update' ? mode : 'upgrade', parameters }
}
