import type { DescribedComponent } from '#domain/difference'
import { diffSolutions, differenceText } from '#domain/difference'
import { DroverError } from '#domain/kernel'
import { isListedKind } from '#domain/plan'
import type { BroughtSolution, Comparison } from '#domain/rebuild'
import { isPlatforms } from '#domain/rebuild'
import { isSameName } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import { describeSolution, readPackage } from '#format'
import { loadDrift } from '../drift/drift-commands.ts'
import { followOperation } from '../follow-operation.ts'
import { observeEnvironment } from '../observation/observe-environment.ts'
import { loadRebuildStream } from './rebuild-stream.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { putRun } from './rebuild-run.ts'

/** So many differences are named; the environment tells the rest. */
const shown = 10

/**
 * Believes the environment, not the imports: source is exported again and compared component by component; of released bytes, which cannot
 * be exported, each component is looked for; and what is there is held against what is expected of the place.
 */
export async function compareRebuilt(run: RebuildRun): Promise<readonly Comparison[]> {
  const brought = await run.ctx.step(
    'load-brought',
    async () => (await loadRebuildStream(run.deps.ledger, run.rebuild.id)).record?.brought ?? [],
  )
  const comparisons: Comparison[] = []
  for (const one of brought) comparisons.push(one.isManaged ? await compareReleased(run, one) : await compareSource(run, one))
  // Unmanaged work is what an environment with source is for: there the solutions tell, elsewhere everything that is no release's.
  const hasSource = brought.some(({ isManaged }) => !isManaged)
  const around = await run.ctx.step('compare-rest', () => (hasSource ? compareSolutions(run, brought) : compareExpected(run)))
  return [...comparisons, around]
}

async function compareSource(run: RebuildRun, { solution, version, digest }: BroughtSolution): Promise<Comparison> {
  const { target } = putRun(run)
  const started = await run.ctx.step(`export-${solution}`, () => target.startExport(solution, false))
  const end = await followOperation(run, { label: `export-${solution}`, asyncOperationId: started.asyncOperationId, environment: target })
  if (end.state !== 'succeeded') {
    throw new DroverError(
      'export.failed',
      `Exporting ${solution} from ${run.environment.name} again ended as ${end.state}: ${end.message}`,
      {
        hint: 'Resume the rebuild: it compares again.',
        isRetryable: true,
      },
    )
  }
  return run.ctx.step(`compare-${solution}`, async () => {
    const exported = await target.downloadExport(started.exportJobId)
    const before = await describe(await run.deps.artifacts.get(digest))
    const differences = differenceText(diffSolutions(before, await describe(exported)))
    const isEqual = differences.length === 0
    return { solution, isEqual, notes: isEqual ? [`Exported again, ${version} says what its source says.`] : differences.slice(0, shown) }
  })
}

async function compareReleased(run: RebuildRun, { solution, version, digest }: BroughtSolution): Promise<Comparison> {
  return run.ctx.step(`compare-${solution}`, async () => {
    const { target } = putRun(run)
    const installed = (await target.fetchSolutions()).find(({ uniqueName }) => isSameName(uniqueName, solution))
    if (installed?.version !== version || !installed.isManaged) {
      const what =
        installed === undefined ? 'it is not installed' : `${installed.version} is installed${installed.isManaged ? '' : ', unmanaged'}`
      return { solution, isEqual: false, notes: [`${version} was brought, and ${what}.`] }
    }
    const wanted = (await describe(await run.deps.artifacts.get(digest))).filter(({ kind }) => isListedKind(kind))
    const found = await target.findComponents(
      wanted.map(({ kind, key, parent }) => ({ kind: layerKindOf(kind), key, table: tableOf(parent) })),
    )
    const there = new Set(found.components.map(idOf))
    const unseen = new Set(found.unseen.flatMap(({ kind }) => (kind === undefined ? [] : [kind.toLowerCase()])))
    const sought = wanted.filter((one) => !there.has(idOf(one)) && !unseen.has(layerKindOf(one.kind).toLowerCase()))
    // Kinds that are not asked for by name, such as site maps, are known by the solution that holds them.
    const held = sought.length === 0 ? [] : (await target.fetchHoldings(installed)).components
    const isHeld = new Set(held.map(idOf))
    const missing = sought.filter((one) => !isHeld.has(idOf(one)))
    if (missing.length > 0)
      return { solution, isEqual: false, notes: missing.slice(0, shown).map(({ kind, key }) => `${kind} ${key} is not there.`) }
    const untold = unseen.size === 0 ? '' : ` Of ${[...unseen].join(', ')} it cannot be told.`
    return {
      solution,
      isEqual: unseen.size === 0,
      notes: [`${version}, managed, with the ${wanted.length} components of its release.${untold}`],
    }
  })
}

function idOf({ kind, key }: { readonly kind: string; readonly key: string }): string {
  return `${layerKindOf(kind)}:${key}`.toLowerCase()
}

function tableOf(parent: string | undefined): string | undefined {
  return /^Entity:(.+)$/.exec(parent ?? '')?.[1]
}

/** Solutions of makers that nobody brought. */
async function compareSolutions(run: RebuildRun, brought: readonly BroughtSolution[]): Promise<Comparison> {
  const installed = await putRun(run).target.fetchSolutions()
  const others = installed.filter(
    ({ isManaged, isVisible, uniqueName }) =>
      !isManaged && isVisible && !isPlatforms(uniqueName) && !brought.some(({ solution }) => isSameName(solution, uniqueName)),
  )
  const subject = run.environment.name
  if (others.length === 0)
    return { solution: subject, isEqual: true, notes: ['No unmanaged solution is there but those that belong there.'] }
  return {
    solution: subject,
    isEqual: false,
    notes: others.slice(0, shown).map(({ uniqueName }) => `${uniqueName} is there, unmanaged, and belongs to nothing that is configured.`),
  }
}

/** Changes by hand, foreign solutions, what was expected and is not there: there is to be none in an environment that is new. */
async function compareExpected(run: RebuildRun): Promise<Comparison> {
  const { environment, deps } = run
  const subject = environment.name
  const observed = await observeEnvironment(deps, { environmentId: environment.id, actor: run.rebuild.by })
  const drift = observed.ok ? await loadDrift(deps, environment.id) : observed
  if (!drift.ok) return { solution: subject, isEqual: false, notes: [drift.refusal.message] }
  const deviations = drift.value.assessment?.deviations ?? []
  if (deviations.length === 0) return { solution: subject, isEqual: true, notes: ['Nothing in it differs from what is expected there.'] }
  return { solution: subject, isEqual: false, notes: deviations.slice(0, shown).map(({ message }) => message) }
}

async function describe(bytes: Uint8Array): Promise<readonly DescribedComponent[]> {
  return describeSolution(await readPackage(bytes))
}
