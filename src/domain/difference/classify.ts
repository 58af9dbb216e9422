import { componentRules, factRules } from './class-rules.ts'
import type { ChangeClass, DescribedComponent } from './described-component.ts'
import type { FoundChange } from './diff-facts.ts'
import type { Change } from './difference.ts'

export interface Classed {
  readonly class: ChangeClass
  readonly reason: string | undefined
}

const byDefault: Readonly<Record<Change, ChangeClass>> = { added: 'additive', removed: 'behavioural', changed: 'behavioural' }

/** What is new beside the rest touches nothing; a value where there was none makes the same thing act otherwise. */
function defaultOf({ change, shape }: FoundChange): ChangeClass {
  return change === 'added' && shape !== 'item' ? 'behavioural' : byDefault[change]
}

/** The class of a whole component's coming or going. */
export function classOfComponent(component: DescribedComponent, change: 'added' | 'removed'): Classed {
  const rule = componentRules.find((one) => one.change === change && one.kinds.includes(component.kind))
  return rule === undefined ? { class: byDefault[change], reason: undefined } : { class: rule.class, reason: rule.reason }
}

/** The class of one fact's change: by rule, else as its describer hinted, else by default. */
export function classOfFact(component: DescribedComponent, found: FoundChange): Classed {
  for (const rule of factRules) {
    if (rule.kind !== undefined && rule.kind !== component.kind) continue
    if (!rule.path.test(found.path)) continue
    if (rule.when(found)) return { class: rule.class, reason: rule.reason }
  }
  return { class: found.classes?.[found.change] ?? defaultOf(found), reason: undefined }
}

const gravity: readonly ChangeClass[] = ['additive', 'behavioural', 'destructive']

export function gravest(changes: readonly { readonly class: ChangeClass }[]): ChangeClass {
  const worst = Math.max(0, ...changes.map((change) => gravity.indexOf(change.class)))
  return gravity[worst] ?? 'additive'
}
