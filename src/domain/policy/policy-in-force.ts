import type { DemandChange, PolicyChanges, PolicyValueChange } from '#domain/pipeline'
import { canonicalJson } from '#domain/kernel'
import { isSourced } from './list-leaves.ts'
import type { Policy } from './policy.ts'
import { shippedPolicy } from './shipped-policy.ts'
import { ours, type Sourced } from './sourced.ts'

/** What is demanded while this configuration is in force: the shipped policy with what the configuration changes. */
export function policyInForce(configuration: { readonly policy: PolicyChanges | undefined }): Policy {
  return applyOverride(shippedPolicy, configuration.policy)
}

/**
 * The policy as a configuration changes it; a changed value names the configuration's reason as its source. Its version tells two different
 * changes apart, so that what was decided under the one is not taken for a decision under the other.
 */
export function applyOverride(policy: Policy, changes: PolicyChanges | undefined): Policy {
  if (changes === undefined || (changes.values.length === 0 && changes.demands.length === 0)) return policy
  const withValues = changes.values.reduce<unknown>((changed, value) => setLeaf(changed, value.path.split('.'), value), policy) as Policy // only values of leaves were replaced
  return {
    ...withValues,
    version: `${policy.version}+${fingerprint(changes)}`,
    demands: { ...policy.demands, ...Object.fromEntries(changes.demands.map((demand) => [demand.id, demandOf(demand)])) },
  }
}

/** A copy of `part` in which one leaf has another value; what names no leaf (any more) changes nothing. */
function setLeaf(part: unknown, [key, ...rest]: readonly string[], change: PolicyValueChange): unknown {
  if (typeof part !== 'object' || part === null || key === undefined || !Object.hasOwn(part, key)) return part
  const child: unknown = Reflect.get(part, key)
  const changed = rest.length > 0 ? setLeaf(child, rest, change) : isSourced(child) ? changedLeaf(child, change) : child
  if (changed === child) return part
  return Array.isArray(part)
    ? part.map((item, index) => (String(index) === key ? changed : (item as unknown)))
    : { ...part, [key]: changed }
}

function changedLeaf(shipped: Sourced<unknown>, { value, reason }: PolicyValueChange): Sourced<unknown> {
  const was = shipped.value === undefined ? 'none' : JSON.stringify(shipped.value)
  return ours(value ?? undefined, `ours, by the configuration: ${reason} (shipped: ${was}; ${shipped.source})`)
}

function demandOf({ when, gates, reason, source }: DemandChange): Policy['demands'][string] {
  return ours({ when, gates }, `ours, by the configuration: ${reason}${source === undefined ? '' : ` (${source})`}`)
}

/** 53 bits over what is changed: names it, and guards nothing, since every change is one of two people and judged gate by gate. */
function fingerprint(changes: PolicyChanges): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (const character of canonicalJson(changes)) {
    const code = character.codePointAt(0) ?? 0
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  return ((b >>> 0).toString(16) + (a >>> 0).toString(16).padStart(8, '0')).padStart(16, '0')
}
