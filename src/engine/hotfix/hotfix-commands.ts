import type { Hotfix } from '#domain/hotfix'
import { decideConflict, decideRelease, decideRetry } from '#domain/hotfix'
import type { PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { prepareRelease } from '../preparation/prepare-release.ts'
import { abandonHotfix } from './abandon-hotfix.ts'
import type { HotfixView } from './list-hotfixes.ts'
import { listHotfixes, viewHotfix } from './list-hotfixes.ts'
import type { StartHotfix } from './start-hotfix.ts'
import { startHotfix, startPreparation } from './start-hotfix.ts'
import { mergeHotfix } from './merge-hotfix.ts'
import { decideOn, loadHotfix } from './stream.ts'

interface Command {
  readonly hotfixId: string
  readonly actor: PersonId
}

/** What can be done with hotfixes of production. */
export interface HotfixCommands {
  startHotfix(command: StartHotfix): Promise<Result<HotfixView>>
  /** Makes its Dev and Test ready once more, after that did not work. */
  retryHotfix(command: Command): Promise<Result<HotfixView>>
  /** Begins the durable work that ends in a sealed release of its lane. */
  releaseHotfix(command: Command): Promise<Result<{ readonly releaseId: ReleaseId }>>
  /** Brings what is in production to main, three ways. */
  mergeHotfix(command: Command & { readonly intoDev: boolean; readonly withRows: boolean }): Promise<Result<HotfixView>>
  /** The owner's word that main's say holds in a component that both changed. */
  decideHotfixConflict(command: Command & { readonly component: string; readonly reason: string }): Promise<Result<HotfixView>>
  abandonHotfix(command: Command & { readonly reason: string }): Promise<Result<HotfixView>>
  loadHotfix(hotfixId: string): Promise<Result<HotfixView>>
  /** Newest first. */
  listHotfixes(): Promise<readonly HotfixView[]>
}

export function createHotfixCommands(deps: EngineDependencies): HotfixCommands {
  const view = async (result: Result<Hotfix>): Promise<Result<HotfixView>> =>
    result.ok ? accept(await viewHotfix(deps, result.value)) : result
  return {
    startHotfix: async (command) => view(await startHotfix(deps, command)),
    retryHotfix: async (command) => view(await retry(deps, command)),
    releaseHotfix: (command) => release(deps, command),
    mergeHotfix: async (command) => view(await mergeHotfix(deps, command)),
    decideHotfixConflict: async (command) => view(await settle(deps, command)),
    abandonHotfix: async (command) => view(await abandonHotfix(deps, command)),
    loadHotfix: async (hotfixId) => view(await loadHotfix(deps, hotfixId)),
    listHotfixes: () => listHotfixes(deps),
  }
}

async function retry(deps: EngineDependencies, command: Command): Promise<Result<Hotfix>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const workId = deps.ids.next('hw')
  const decided = await decideOn(deps, command, (hotfix) => decideRetry({ hotfix, actor: command.actor, ...rules.value }, workId))
  if (decided.ok) await startPreparation(deps, rules.value.configuration, decided.value)
  return decided
}

async function release(deps: EngineDependencies, { hotfixId, actor }: Command): Promise<Result<{ readonly releaseId: ReleaseId }>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const hotfix = await loadHotfix(deps, hotfixId)
  if (!hotfix.ok) return hotfix
  const decided = decideRelease({ hotfix: hotfix.value, actor, ...rules.value })
  if (!decided.ok) return decided
  return prepareRelease(deps, { solution: hotfix.value.solution, actor, hotfixId })
}

async function settle(deps: EngineDependencies, command: Parameters<HotfixCommands['decideHotfixConflict']>[0]): Promise<Result<Hotfix>> {
  const rules = await loadRules(deps)
  if (!rules.ok) return rules
  const { component, reason, actor } = command
  return decideOn(deps, command, (hotfix) => decideConflict({ hotfix, actor, ...rules.value }, { component, reason }))
}

async function loadRules(deps: EngineDependencies) {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  return accept({ configuration, policy: applyOverride(deps.policy, configuration.policy) })
}
