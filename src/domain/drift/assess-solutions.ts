import { ofSolution, whoOf, whoUninstalled } from './about-solutions.ts'
import type { ObservedSolution } from '#domain/environment'
import type { Context } from './drift-facts.ts'
import { deviate, fold } from './drift-facts.ts'
import type { Deviation } from './drift.ts'
import { isOwnTransport } from './transport-name.ts'

/** Solutions of others are only named; those of Microsoft and of the platform come and go by themselves and are only counted (PET-05). */
export function assessSolution(context: Context, solution: ObservedSolution): readonly Deviation[] {
  const name = solution.uniqueName
  if (isDeployed(context, name) || isHoldingOfOurs(context, name)) return []
  if (context.baseline?.solutions[name] === solution.version) return []
  if (context.ours.has(fold(name))) return solution.isManaged && isArriving(context, name) ? [withoutDeployment(context, solution)] : []
  const origin = isOwnTransport(name) ? 'drover' : context.originOf(solution)
  if (origin === 'ours') return [notDeployed(context, solution)]
  const isQuiet = origin === 'microsoft' || origin === 'platform' || origin === 'drover' || !solution.isVisible
  const before = context.baseline?.solutions[name]
  const kind = solution.isManaged ? 'solution' : 'unmanaged solution'
  const message =
    before === undefined
      ? `The ${kind} ${solution.displayName} ${solution.version} is there${context.baseline === undefined ? '' : ' and was not when the baseline was accepted'}.`
      : `The ${kind} ${solution.displayName} went from ${before} to ${solution.version} since the baseline was accepted.`
  return [
    deviate(context, {
      ...ofSolution(name),
      class: isQuiet ? 'by-design' : 'foreign-solution',
      solution: undefined,
      origin,
      message,
      changed: [],
      ...whoOf(solution),
      reason: isQuiet
        ? 'Solutions of the platform, and those that Drover needs for its work, come and go.'
        : 'Others brought it; it is only named.',
      says: ['foreign', solution.version],
    }),
  ]
}

/** Solutions of others that were there when the baseline was accepted. */
export function assessGone(context: Context): readonly Deviation[] {
  return Object.entries(context.baseline?.solutions ?? {}).flatMap(([name, version]) => {
    if (context.byName.has(fold(name)) || context.ours.has(fold(name)) || isOwnTransport(name)) return []
    return [
      deviate(context, {
        ...ofSolution(name),
        class: 'foreign-solution',
        solution: undefined,
        origin: 'unknown',
        message: `The solution ${name} ${version}, which was there when the baseline was accepted, is not installed any more.`,
        changed: [],
        ...whoUninstalled(context, name),
        reason: 'It is not governed; it is only named.',
        says: ['gone', version],
      }),
    ]
  })
}

/** Governed, to arrive there by releases, and there without one: as it stood before Drover, or as a first release that failed left it. Unmanaged, makers work on it there. */
function withoutDeployment(context: Context, solution: ObservedSolution): Deviation {
  return deviate(context, {
    ...ofSolution(solution.uniqueName),
    class: 'foreign-solution',
    solution: solution.uniqueName,
    origin: 'ours',
    message: `${solution.displayName} is installed in version ${solution.version}, and no release of it has arrived there by Drover.`,
    changed: [],
    ...whoOf(solution),
    reason: 'It stood there before its first release, or a first release that failed left it; it is only named.',
    says: ['without-deployment', solution.version],
  })
}

function isArriving({ arriving }: Context, name: string): boolean {
  return arriving.some((solution) => fold(solution) === fold(name))
}

function isDeployed(context: Context, name: string): boolean {
  return context.deployments.some(({ solution }) => fold(solution) === fold(name))
}

/** A patch of ours that did not come by Drover. */
function notDeployed(context: Context, solution: ObservedSolution): Deviation {
  return deviate(context, {
    ...ofSolution(solution.uniqueName),
    class: 'broken',
    solution: solution.parent,
    origin: 'ours',
    message: `${solution.displayName} ${solution.version}, a part of ${solution.parent ?? 'a governed solution'}, is there and was not deployed by Drover.`,
    changed: [],
    ...whoOf(solution),
    reason: 'What is governed came into the environment past the pipeline.',
    says: ['not-deployed', solution.version],
  })
}

export function isHoldingOfOurs(context: Context, name: string): boolean {
  const folded = fold(name)
  return folded.endsWith('_upgrade') && context.deployments.some(({ solution }) => `${fold(solution)}_upgrade` === folded)
}
