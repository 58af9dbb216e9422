import { DroverError, errorMessage } from '#domain/kernel'
import type { HumanStep } from '#domain/rebuild'
import { languageStep } from '#domain/rebuild'
import { followOperation } from '../follow-operation.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { noteStep, putRun } from './rebuild-run.ts'

/**
 * Switches on the languages that labels are in, before anything is brought: labels of a language that is off at the import are lost
 * (release-facts §7). What the environment refuses is for a person, and nothing is brought before it is done.
 */
export async function switchOnLanguages(run: RebuildRun): Promise<readonly HumanStep[]> {
  const wanted = run.rebuild.order.plan.prerequisites.filter(({ about }) => about === 'language').map(({ subject }) => Number(subject))
  if (wanted.length === 0) return []
  const { target } = putRun(run)
  const missing = await run.ctx.step('look-languages', async () => {
    const there = await target.fetchLanguages()
    return wanted.filter((code) => !there.includes(code))
  })
  const steps: HumanStep[] = []
  for (const code of missing) {
    const refused = await switchOn(run, code)
    if (refused !== undefined) steps.push(refused)
  }
  const done = missing.filter((code) => !steps.some(({ what }) => what.includes(String(code))))
  if (done.length > 0) {
    const note = `Languages that are switched on now: ${done.join(', ')}.`
    await run.ctx.step('note-languages', () => run.append([noteStep(run, 'languages', note)]))
  }
  return steps
}

async function switchOn(run: RebuildRun, code: number): Promise<HumanStep | undefined> {
  const { target } = putRun(run)
  const started = await run.ctx.step(`language-${code}`, async (): Promise<{ readonly id: string } | { readonly why: string }> => {
    if ((await target.fetchLanguages()).includes(code)) return { id: '' }
    await run.checkLease()
    try {
      return { id: (await target.startLanguage(code)).asyncOperationId }
    } catch (error) {
      if (error instanceof DroverError && !error.isRetryable) return { why: errorMessage(error) }
      throw error
    }
  })
  if ('why' in started) return withReason(languageStep(run.environment, code), started.why)
  if (started.id === '') return undefined
  const end = await followOperation(run, { label: `language-${code}`, asyncOperationId: started.id, environment: target })
  return end.state === 'succeeded' ? undefined : withReason(languageStep(run.environment, code), end.message)
}

function withReason(step: HumanStep, why: string): HumanStep {
  return { ...step, what: `${step.what} (Drover could not: ${why})` }
}
