import type { DescribedComponent } from '#domain/difference'
import { diffSolutions } from '#domain/difference'
import type { Reason } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { componentKey } from '#domain/environment'
import { followOperation } from '../follow-operation.ts'
import { describeArtifact } from '../described-artifacts.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadWayBack } from './export-current.ts'
import { requireUnmanaged } from './repack.ts'
import { checkVersion, checkSettings, notAsPlanned } from './verify.ts'

/**
 * Believes the target, not the import's word: its solution is exported again and must be what was there before, with what was brought and
 * without what was deleted, and nothing else changed. So what was left out is as it was. Where an earlier attempt imported, people may have
 * worked there since, if only to mend what stopped it: what this touches not is then told, and fails nothing.
 */
export async function verifyUnmanaged(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  const { solution, version, plan } = run.request
  const started = await run.ctx.step('start-verifying-export', () => run.target.startExport(solution, false))
  const end = await followOperation(run, {
    label: 'verifying-export',
    asyncOperationId: started.asyncOperationId,
    environment: run.target,
  })
  if (end.state !== 'succeeded') {
    throw new DroverError('export.failed', `What is now in ${run.environment.name} could not be exported: ${end.message}`, {
      hint: 'Resume the promotion: it looks again and imports nothing.',
    })
  }
  return run.ctx.step<StepEnd>('verify', async () => {
    const digest = await run.deps.artifacts.put(await run.target.downloadExport(started.exportJobId))
    const connectionIds = plan.parameters.connectionReferences.map((binding) => binding.connectionId)
    const observed = await run.target.observe({ solution, connectionIds })
    const { expected, touched } = await expectedOf(run)
    const found = compare(expected, await describeArtifact(run.deps.artifacts, digest))
    const ofOthers = facts.earlierImport === null ? [] : found.filter(({ subject }) => !touched.has(subject.toLowerCase()))
    const problems = [
      ...checkVersion(run, observed),
      ...(await checkSettings(run, observed, facts)),
      ...found.filter((reason) => !ofOthers.includes(reason)),
    ]
    if (problems.length > 0) return { end: 'failed', refusal: notAsPlanned(run, problems) }
    const { leftOut, removals } = requireUnmanaged(run)
    const brought = plan.content.filter(({ effect }) => effect !== 'destroy').length
    const note = `Read from ${run.environment.name}: ${solution} ${version} unmanaged; ${brought} component(s) as brought, ${removals.length} deleted, ${leftOut.length} as they were, and ${describeOthers(ofOthers)} (${digest}).`
    return { end: 'done', note }
  })
}

/** What was there, with what was brought in place of it, and without what was deleted and all that was in it. */
async function expectedOf(
  run: AttemptRun,
): Promise<{ readonly expected: readonly DescribedComponent[]; readonly touched: ReadonlySet<string> }> {
  const wayBack = await loadWayBack(run)
  const { sends, removals, leftOut } = requireUnmanaged(run)
  const before = wayBack?.exported === undefined ? [] : await describeArtifact(run.deps.artifacts, wayBack.exported)
  const gone = new Set(removals.map(nameOf))
  // Of what is in the package, and says the same as what is there, either side will do.
  const brought = (await describeArtifact(run.deps.artifacts, sends)).filter(({ isUnmodified }) => isUnmodified !== true)
  const names = new Set(brought.map(nameOf))
  const stays = before.filter(
    (component) => !names.has(nameOf(component)) && !gone.has(nameOf(component)) && !gone.has(component.parent?.toLowerCase() ?? ''),
  )
  const kept = leftOut.map((name) => name.toLowerCase())
  return { expected: [...stays, ...brought], touched: new Set([...names, ...gone, ...kept]) }
}

function describeOthers(changed: readonly Reason[]): string {
  if (changed.length === 0) return 'nothing else changed'
  return `what others changed there since the import: ${changed.map(({ subject }) => subject).join(', ')}`
}

function compare(expected: readonly DescribedComponent[], after: readonly DescribedComponent[]): readonly Reason[] {
  const { components } = diffSolutions(expected.filter(isCompared), after.filter(isCompared))
  const words = { added: 'It is there and was not to be.', removed: 'It is not there.', changed: 'It is not as it was to be.' } as const
  return components.map(({ kind, key, change }) => ({ subject: `${kind}:${key}`, message: words[change] }))
}

function isCompared({ kind, isUnmodified }: DescribedComponent): boolean {
  return kind !== 'Solution' && isUnmodified !== true
}

function nameOf(component: { readonly kind: string; readonly key: string }): string {
  return componentKey(component).toLowerCase()
}
