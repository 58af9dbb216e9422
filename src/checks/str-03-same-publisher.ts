import type { Finding, Rule } from '#domain/check'
import type { RootComponent, SolutionModel } from '#domain/solution'
import type { CheckContext, CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'
import { prefixOf } from './publisher-names.ts'

const rule: Rule = {
  id: 'STR-03',
  title: 'Solutions that share components have the same publisher',
  severity: 'high',
  why: 'In a target, whoever installs a component first owns its base layer; a second publisher can then neither take it over nor remove it without breaking the first.',
  fix: 'Leave the shared components to one solution and depend on it, or carry only your own changes to them (not the component whole).',
  source: 'Microsoft Learn: organize solutions; support article on publishers that share a component',
}

/** Kinds whose names carry the prefix of the publisher that made them. */
const namedKinds = new Set(['Entity', 'OptionSet', 'WebResource', 'AppModule', 'CanvasApp', 'Connector', 'CustomControl'])

export const samePublisher: CheckRule = { rule, evaluate }

/**
 * Names tell only who made a component, not who else has it. So a foreign prefix is certain trouble only where the organisation says
 * that the prefix is another of its publishers; otherwise it is worth a look.
 */
function evaluate(model: SolutionModel, context: CheckContext): readonly Finding[] {
  const own = model.manifest.publisher.prefix.toLowerCase()
  const byPrefix = new Map<string, RootComponent[]>()
  for (const root of model.manifest.rootComponents) {
    const prefix = root.schemaName === undefined ? undefined : prefixOf(root.schemaName)
    if (prefix === undefined || prefix === own || !isCarriedWhole(root)) continue
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), root])
  }
  return [...byPrefix].map(([prefix, roots]) => judge(model, context, { prefix, roots }))
}

/** Behaviour 1 and 2 carry the maker's own changes to a table that somebody else owns: the right way to share. */
function isCarriedWhole(root: RootComponent): boolean {
  return namedKinds.has(root.kind) && (root.behavior === 0 || root.behavior === undefined)
}

function judge(
  model: SolutionModel,
  context: CheckContext,
  foreign: { readonly prefix: string; readonly roots: readonly RootComponent[] },
): Finding {
  const { prefix, roots } = foreign
  const { publisher } = model.manifest
  const owner = context.knownPublishers?.find((one) => one.prefix.toLowerCase() === prefix && one.uniqueName !== publisher.uniqueName)
  const names = listNames(roots.map((root) => root.schemaName ?? ''))
  const who = owner === undefined ? 'another publisher' : `the publisher "${owner.uniqueName}"`
  return breach(rule, {
    subject: `${prefix}_*`,
    severity: owner === undefined ? 'medium' : 'high',
    message: `${roots.length} component(s) with the prefix "${prefix}" of ${who} are carried whole by a solution of "${publisher.uniqueName}": ${names}.`,
  })
}

function listNames(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, 5)
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}
