import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Policy } from '#domain/policy'
import type { Release } from '#domain/release'

type Ordered = Pick<Release, 'id' | 'solution' | 'version' | 'dependencies' | 'hotfix' | 'repackOf'>

export interface OrderedRelease<R extends Ordered> {
  readonly release: R
  /** Solutions of the train that it needs. */
  readonly needs: readonly string[]
}

/**
 * The order in which releases go in: what others need comes first (STR-15), and where nothing is needed they stay as they were named. One release
 * of a solution; what only goes back, or services production beside main, travels alone.
 */
export function orderTrain<R extends Ordered>(
  releases: readonly R[],
  policy: Pick<Policy, 'trains'>,
): Result<readonly OrderedRelease<R>[]> {
  const unfit = refuseNumber(releases, policy) ?? refuseSameSolution(releases) ?? refuseLoners(releases)
  if (unfit !== undefined) return unfit
  const left = releases.map((release) => ({ release, needs: needsOf(release, releases) }))
  const ordered: OrderedRelease<R>[] = []
  while (left.length > 0) {
    const next = left.findIndex(({ needs }) => needs.every((name) => ordered.some(({ release }) => isSame(release.solution, name))))
    const [taken] = next < 0 ? [] : left.splice(next, 1)
    if (taken === undefined) return refuseCycle(left)
    ordered.push(taken)
  }
  return accept(ordered)
}

function needsOf(release: Ordered, all: readonly Ordered[]): readonly string[] {
  const named = new Set(release.dependencies.map(({ required }) => required.solution.toLowerCase()))
  return all.map(({ solution }) => solution).filter((solution) => !isSame(solution, release.solution) && named.has(solution.toLowerCase()))
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

type Refused = ReturnType<typeof refuse>

function refuseNumber(releases: readonly Ordered[], { trains }: Pick<Policy, 'trains'>): Refused | undefined {
  const { value: most, source } = trains.mostReleases
  if (releases.length < 2)
    return refuse('train.too-few', 'A train is of two releases or more.', 'Ask for one release with `drover promotion request`.')
  if (releases.length <= most) return undefined
  return refuse('train.too-many', `${releases.length} releases are more than the ${most} of one train.`, 'Make two trains of it.', [
    { subject: 'train', message: source },
  ])
}

function refuseSameSolution(releases: readonly Ordered[]): Refused | undefined {
  for (const [at, release] of releases.entries()) {
    const other = releases.slice(0, at).find(({ solution }) => isSame(solution, release.solution))
    if (other === undefined) continue
    const message = `${release.solution} is named twice: ${other.version} (${other.id}) and ${release.version} (${release.id}).`
    return refuse('train.same-solution', message, 'Name one release of each solution; the newer one goes over the older.')
  }
  return undefined
}

function refuseLoners(releases: readonly Ordered[]): Refused | undefined {
  const loner = releases.find(({ hotfix, repackOf }) => hotfix !== undefined || repackOf !== undefined)
  if (loner === undefined) return undefined
  const what = loner.hotfix === undefined ? 'goes back to an earlier one' : 'belongs to a hotfix'
  return refuse(
    'train.travels-alone',
    `${loner.solution} ${loner.version} ${what}, and waits for no others.`,
    'Ask for it with `drover promotion request` or `drover rollback`, and for the train without it.',
    [{ subject: loner.id, message: 'It goes past gates that a train waits for.' }],
  )
}

/** Each of those left needs another one of them, so that following the needs comes round. */
function refuseCycle(left: readonly OrderedRelease<Ordered>[]): Refused {
  const path: OrderedRelease<Ordered>[] = []
  let at = left[0]
  while (at !== undefined && !path.includes(at)) {
    path.push(at)
    const needs: readonly string[] = at.needs
    at = left.find(({ release }) => needs.some((name) => isSame(name, release.solution)))
  }
  const cycle = at === undefined ? path : path.slice(path.indexOf(at))
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ release }) => release.solution)
  return refuse(
    'train.cycle',
    `No order brings these in: ${names.join(' needs ')}.`,
    'Take the dependency of one of them out, or move what both need into a solution of its own.',
    cycle.map(({ release, needs }) => ({ subject: `${release.solution} ${release.version}`, message: `It needs ${needs.join(', ')}.` })),
  )
}
