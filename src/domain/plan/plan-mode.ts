import type { InstalledSolution } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { compareVersions, refuse } from '#domain/kernel'
import type { ImportMode, PlanLine } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'

/** How the release is imported (PIP-13), what that deletes, and what in the target forbids it. */
export function planMode(facts: PlanFacts): PlanPart & { readonly mode: ImportMode; readonly modeReason: string } {
  const { release, observed } = facts
  const installed = findInstalled(observed, release.solution)
  const blockers = [...findPendingUpgrade(facts), ...(installed === undefined ? [] : findConflicts(facts, installed))]
  const choice = chooseMode(facts, installed)
  return { ...choice, lines: [installLine(facts, installed), ...removalLines(facts, choice.mode)], blockers }
}

function chooseMode(
  { release, removedComponents }: PlanFacts,
  installed: InstalledSolution | undefined,
): { mode: ImportMode; modeReason: string } {
  if (installed === undefined) return { mode: 'install', modeReason: `${release.solution} is not installed here yet.` }
  if (removedComponents === 'unknown') {
    return {
      mode: 'upgrade',
      modeReason: `It is not known what version ${installed.version} has that ${release.version} no longer has; an update would keep it.`,
    }
  }
  if (removedComponents.length === 0) {
    return {
      mode: 'update',
      modeReason: `${release.version} has every component that ${installed.version} has, so nothing is to be deleted.`,
    }
  }
  return {
    mode: 'upgrade',
    modeReason: `${release.version} no longer has ${removedComponents.length} component(s) of ${installed.version}; an upgrade deletes them, an update would keep them.`,
  }
}

/** A holding solution that was never applied makes every further import of the base fail with 0x80048539 (PIP-14). */
function findPendingUpgrade({ release, observed }: PlanFacts): Refusal[] {
  const holding = findInstalled(observed, `${release.solution}_Upgrade`)
  if (holding === undefined) return []
  return [
    refuse(
      'PIP-14',
      `An upgrade of ${release.solution} to ${holding.version} is pending in the target (${holding.uniqueName}).`,
      `Apply that upgrade, or delete ${holding.uniqueName}, before the next release goes in.`,
      [
        {
          subject: holding.uniqueName,
          message: `The holding solution ${holding.uniqueName} ${holding.version} is installed beside its base.`,
        },
      ],
    ).refusal,
  ]
}

function findConflicts(facts: PlanFacts, installed: InstalledSolution): Refusal[] {
  const { release } = facts
  if (!installed.isManaged) return [installedUnmanaged(release.solution, installed)]
  return [...findPublisherConflict(facts, installed), ...findVersionConflict(facts, installed)]
}

function installedUnmanaged(solution: string, installed: InstalledSolution): Refusal {
  return refuse(
    'plan.installed-unmanaged',
    `${solution} is installed unmanaged in the target, and the platform refuses a managed import over it (0x80048040).`,
    'Check that this is not the development environment; otherwise remove the unmanaged solution and its components from the target first.',
    [{ subject: solution, message: `Version ${installed.version} is there as an unmanaged solution.` }],
  ).refusal
}

function findPublisherConflict({ release }: PlanFacts, installed: InstalledSolution): Refusal[] {
  const ours = release.publisherPrefix
  const theirs = installed.publisherPrefix
  if (ours === undefined || theirs === undefined || ours.toLowerCase() === theirs.toLowerCase()) return []
  return [
    refuse(
      'STR-03',
      `${release.solution} in the target belongs to another publisher (prefix ${theirs}; the release has ${ours}).`,
      'Export the solution from the environment of its publisher, or give this one another unique name.',
      [{ subject: release.solution, message: `Publisher prefix ${theirs} in the target, ${ours} in the release.` }],
    ).refusal,
  ]
}

function findVersionConflict({ release }: PlanFacts, installed: InstalledSolution): Refusal[] {
  const order = compareVersions(release.version, installed.version)
  if (order > 0) return []
  const relation = order === 0 ? 'the same as' : 'lower than'
  return [
    refuse(
      'STR-12',
      `Version ${release.version} of ${release.solution} is ${relation} the version ${installed.version} that is installed.`,
      `Raise the version in Dev above ${installed.version}, prepare a new release and promote that.`,
      [
        {
          subject: release.solution,
          message: `Installed: ${installed.version}. Release: ${release.version}. A promotion needs a version that rises.`,
        },
      ],
    ).refusal,
  ]
}

function installLine({ release }: PlanFacts, installed: InstalledSolution | undefined): PlanLine {
  if (installed === undefined) {
    return {
      subject: release.solution,
      effect: 'create',
      message: `Version ${release.version} is installed for the first time.`,
      certainty: 'known',
    }
  }
  return {
    subject: release.solution,
    effect: 'update',
    message: `Goes from version ${installed.version} to ${release.version}.`,
    certainty: 'known',
  }
}

/** What an upgrade deletes is assumed, not known: another managed solution in the target may hold the component as well. */
function removalLines({ release, removedComponents }: PlanFacts, mode: ImportMode): PlanLine[] {
  if (mode !== 'upgrade') return []
  if (removedComponents === 'unknown') {
    const message =
      'Components that the installed version has and this one has not are deleted, with their data; which ones cannot be told.'
    return [{ subject: release.solution, effect: 'delete', message, certainty: 'unknown' }]
  }
  return removedComponents.map((component) => ({
    subject: component,
    effect: 'delete' as const,
    message: `${component} is no longer in the solution: it is deleted, with its data, unless another managed solution has it too.`,
    certainty: 'assumed' as const,
  }))
}
