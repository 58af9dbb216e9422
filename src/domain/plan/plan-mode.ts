import { counted } from '#domain/difference'
import type { InstalledSolution } from '#domain/environment'
import { holdingName } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { compareVersions, refuse } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import type { ImportMode, PlanLine } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'

/** How the release is imported (PIP-13), what that deletes, and what in the target forbids it. */
export function planMode(facts: PlanFacts): PlanPart & { readonly mode: ImportMode; readonly modeReason: string } {
  const { release, observed } = facts
  const installed = findInstalled(observed, release.solution)
  const conflicts = installed === undefined ? [] : findConflicts(facts, installed)
  const blockers = [...findPendingUpgrade(facts), ...conflicts.filter(({ code }) => facts.isRedeployment !== true || code !== 'STR-12')]
  const choice = chooseMode(facts, installed)
  const lines = [
    installLine(facts, installed),
    ...redeploymentLines(facts),
    ...patchLines(facts, choice.mode),
    ...removalLines(facts, choice.mode),
  ]
  return { ...choice, lines, blockers }
}

/** Sources contradict each other on whether a managed update takes a lower version; an upgrade never does [facts-2 §1.1]. */
function redeploymentLines({ isRedeployment, release }: PlanFacts): PlanLine[] {
  if (isRedeployment !== true) return []
  const message =
    'The version falls. Whether the platform takes that is only told by trying: what it says is believed, and nothing is changed when it says no.'
  return [{ subject: release.solution, effect: 'update', message, certainty: 'assumed' }]
}

/** What forbids an unmanaged deployment as it does a managed one: another publisher, a version that does not rise, a pending upgrade. */
export function findVersionBlockers(facts: PlanFacts): readonly Refusal[] {
  const installed = findInstalled(facts.observed, facts.release.solution)
  if (installed === undefined) return []
  return [...findPendingUpgrade(facts), ...findPublisherConflict(facts, installed), ...findVersionConflict(facts, installed)]
}

/** Whether the mode removes what the solution no longer has. */
export function removesComponents(mode: ImportMode): boolean {
  return mode === 'upgrade' || mode === 'stage-for-upgrade'
}

type Choice = { readonly mode: ImportMode; readonly modeReason: string }

function chooseMode(facts: PlanFacts, installed: InstalledSolution | undefined): Choice {
  const { release, removedComponents } = facts
  if (installed === undefined) return { mode: 'install', modeReason: `${release.solution} is not installed here yet.` }
  if (removedComponents === 'unknown') {
    const why = `It is not known what ${release.solution} ${installed.version} holds here that ${release.version} no longer has; an update would keep it.`
    return upgradeOrStage(facts, why)
  }
  const patches = patchesOf(facts)
  if (removedComponents.length === 0 && patches.length > 0) {
    const names = patches.map(({ uniqueName }) => uniqueName).join(', ')
    const why = `${release.solution} ${installed.version} has been patched here (${names}): the platform refuses an update over patches (0x80048538), and an upgrade takes their place.`
    return { mode: 'upgrade', modeReason: why }
  }
  if (removedComponents.length === 0) {
    return {
      mode: 'update',
      modeReason: `${release.version} has every component that ${release.solution} ${installed.version} holds here, so nothing is to be deleted.`,
    }
  }
  const why = `${release.version} no longer has ${counted(removedComponents.length, 'component')} that ${release.solution} ${installed.version} holds here; an upgrade deletes what is gone, an update would keep it.`
  return upgradeOrStage(facts, why)
}

/** A tier that stages its upgrades does so for data alone: what is not known to be empty counts as data (PET-12). */
function upgradeOrStage({ release, losesData, stagesUpgrades }: PlanFacts, why: string): Choice {
  if (stagesUpgrades !== true || losesData === false) return { mode: 'upgrade', modeReason: why }
  const window = `Tier ${release.tier} stages an upgrade that ${losesData === true ? 'destroys data' : 'may destroy data'}, so that it can be moved first.`
  return { mode: 'stage-for-upgrade', modeReason: `${why} ${window}` }
}

/** A holding solution that was never applied makes every further import of the base fail with 0x80048539 (PIP-14). */
function findPendingUpgrade({ release, observed, environment }: PlanFacts): Refusal[] {
  const holding = findInstalled(observed, holdingName(release.solution))
  if (holding === undefined) return []
  const command = (verb: string) => `\`drover env upgrade-${verb} ${environment.id} ${release.solution}\``
  return [
    refuse(
      'PIP-14',
      `An upgrade of ${release.solution} to ${holding.version} is pending in the target (${holding.uniqueName}).`,
      `Apply it with ${command('apply')} or delete it with ${command('withdraw')} before the next release goes in; if a promotion staged it, finish or withdraw that promotion.`,
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

/** An upgrade removes the patches of its base together with it (dataverse-facts-2 §8, upgrade order). */
function patchLines(facts: PlanFacts, mode: ImportMode): PlanLine[] {
  if (!removesComponents(mode)) return []
  return patchesOf(facts).map((patch) => ({
    subject: patch.uniqueName,
    effect: 'delete' as const,
    message: `The patch ${patch.uniqueName} ${patch.version} is removed with the version that it patches; what only it holds is deleted.`,
    certainty: 'known' as const,
  }))
}

function patchesOf({ release, observed }: PlanFacts): readonly InstalledSolution[] {
  return observed.solutions.filter((solution) => isPatchOf(solution, release.solution))
}

function isPatchOf({ uniqueName, parent }: InstalledSolution, solution: string): boolean {
  return parent !== undefined && isSameName(parent, solution) && !isSameName(uniqueName, holdingName(solution))
}

/** What an upgrade deletes is assumed, not known: another managed solution in the target may hold the component as well. */
function removalLines({ release, removedComponents, content }: PlanFacts, mode: ImportMode): PlanLine[] {
  // The forecast of the target's components says it truer.
  if (!removesComponents(mode) || content !== undefined) return []
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
