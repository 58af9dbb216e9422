import type { DescribedComponent } from '#domain/difference'
import { counted } from '#domain/difference'
import type { ObservedComponent } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { wordsFor } from './component-words.ts'
import type { ContentIndex } from './forecast-facts.ts'
import { isKind } from './forecast-facts.ts'
import type { IncomingSay } from './forecast-hidden.ts'
import { readStack } from './layer-stack.ts'
import type { PlanLine } from './plan.ts'

/** What the release would change or add although only the publisher of its base may. */
export interface LockedForecast {
  readonly lines: readonly PlanLine[]
  readonly blockers: readonly Refusal[]
}

/** A component of the release that is in the target and not customizable there, with what the release says of it. */
export interface ClosedComponent {
  readonly component: DescribedComponent
  readonly observed: ObservedComponent
  readonly says: IncomingSay
}

/**
 * A component that is not customizable may be changed by the publisher of its base alone, and an import of anybody else that changes it fails
 * whole (0x8004F026) [web-api H, managed properties]. One that says the same as is there already passes: files that carry a table of others
 * with all its parts are full of such. So it is sure only where our own layer is what is there, and the release says something else.
 */
export function forecastLocked(
  index: ContentIndex,
  { closed, created }: { readonly closed: readonly ClosedComponent[]; readonly created: readonly DescribedComponent[] },
): LockedForecast {
  const judged = closed.flatMap((one) => {
    const base = strangerBelow(index, one.observed)
    const change = base === undefined ? 'none' : judgeChange(index, one)
    return base === undefined || change === 'none' ? [] : [{ change, base, words: wordsFor(index, one.component) }]
  })
  const refused = judged.filter(({ change }) => change === 'sure')
  const unclear = judged.filter(({ change }) => change === 'unclear').map(({ words, base }) => unclearLine(words, base))
  return {
    lines: [...unclear, ...closedTableLines(index, created)],
    blockers: refused.length === 0 ? [] : [refusal(refused.map(({ words, base }) => ({ subject: words, message: reasonOf(base) })))],
  }
}

/**
 * Something new in a table of others that is closed to its kind, or to everything. Edits by hand and unmanaged imports are refused then [web-api
 * H, managed properties: CanCreateAttributes and its sisters]; whether managed solutions of other publishers are is nowhere documented.
 */
function closedTableLines(index: ContentIndex, created: readonly DescribedComponent[]): readonly PlanLine[] {
  const news = created.filter((component) => isClosedTo(index, component))
  const ids = new Set(news.map(parentOf))
  return [...ids].flatMap((id): PlanLine[] => {
    const table = index.target.get(id)
    const some = news.filter((component) => parentOf(component) === id)
    const base = table === undefined ? undefined : strangerBelow(index, table)
    if (table === undefined || base === undefined) return []
    const names = some.map((component) => wordsFor(index, component)).join(', ')
    return [
      {
        subject: table.key,
        effect: 'warn',
        message: `It takes nothing new of this kind from others than the publisher of its base, which is of ${base}, and the release makes ${names} in it. Whether the platform holds managed solutions to that is not documented; where it does, it refuses the whole import (0x8004F026).`,
        certainty: 'unknown',
      },
    ]
  })
}

function parentOf({ parent }: DescribedComponent): string {
  return parent?.toLowerCase() ?? ''
}

function isClosedTo(index: ContentIndex, component: DescribedComponent): boolean {
  const table = index.target.get(parentOf(component))
  if (table === undefined || !isMadeInTable(component)) return false
  return table.isCustomizable === false || table.closedTo?.some((kind) => isKind(component, kind)) === true
}

/** Whether a table can be closed to its kind. */
export function isMadeInTable(component: Pick<DescribedComponent, 'kind'>): boolean {
  return isKind(component, 'Attribute', 'SystemForm', 'SavedQuery', 'SavedQueryVisualization')
}

/** Who its base is of, unless that is nobody's, ours or our publisher's. */
function strangerBelow(index: ContentIndex, observed: ObservedComponent): string | undefined {
  const stack = readStack(index, observed)
  if (stack !== undefined && stack.base === undefined) return undefined
  const managed = observed.solutions.filter((name) => index.otherManaged.has(name.toLowerCase()) || index.own.has(name.toLowerCase()))
  const base = stack?.base?.solution ?? (managed.length === 1 ? managed[0] : undefined)
  if (base === undefined) return managed.length === 0 ? undefined : managed.join(' or ')
  const isOurs = index.own.has(base.toLowerCase()) || index.ofPublisher?.has(base.toLowerCase()) === true
  return isOurs ? undefined : base
}

function judgeChange(index: ContentIndex, { observed, says }: ClosedComponent): 'sure' | 'unclear' | 'none' {
  const stack = readStack(index, observed)
  const isTop = stack !== undefined && stack.above.length === 0 && !stack.isPlaceOnly
  if (says.kind === 'nothing') return isTop ? 'none' : 'unclear'
  return says.kind === 'changed' && isTop && index.ofPublisher !== undefined ? 'sure' : 'unclear'
}

function reasonOf(base: string): string {
  return `It is not customizable, and its base is of ${base}: only the publisher of that may change it.`
}

function unclearLine(words: string, base: string): PlanLine {
  return {
    subject: words,
    effect: 'warn',
    message: `${reasonOf(base)} If the release says anything else of it than what is there, the platform refuses the whole import (0x8004F026); whether it does cannot be told.`,
    certainty: 'unknown',
  }
}

function refusal(reasons: readonly Reason[]): Refusal {
  return refuse(
    'plan.not-customizable',
    `The release changes ${counted(reasons.length, 'component')} that only another publisher may change, and the platform refuses such an import (0x8004F026).`,
    'Take the named components out of the release, or have the publisher of their base make them customizable with an update first.',
    reasons,
  ).refusal
}
