import type { ObservedComponent, ObservedLayer, ObservedSolution, Observation } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { ExpectedDeployment, Origin } from './drift.ts'
import type { Harmless, OwnImports } from './harmless.ts'
import { harmlessBecause, isWrittenByUs, ownImportsOf } from './harmless.ts'
import { isOwnTransport } from './transport-name.ts'

/** Whose something is, how sure that is, and what it is told by. */
export interface Attribution {
  readonly origin: Origin
  readonly certainty: 'known' | 'assumed'
  readonly why: string
}

/** What tells whose a thing is. */
export interface AttributionFacts {
  /** Unique names of all solutions that the configuration governs. */
  readonly governed: readonly string[]
  /** What the ledger says was deployed there. */
  readonly deployments: readonly Pick<ExpectedDeployment, 'solution' | 'importJobIds'>[]
  readonly observation: Pick<Observation, 'solutions' | 'operations' | 'identity' | 'observedAt'>
}

/** Says of each solution, component and layer of one observation whose it is. */
export interface Attributor {
  ofSolution(solution: ObservedSolution): Attribution
  ofComponent(component: ObservedComponent): Attribution
  /** The Active layer: by hand, or made by the platform or by Drover's own steps, then with the rule that says so. */
  ofActiveLayer(component: ObservedComponent, layer: ObservedLayer): Attribution & { readonly harmless: Harmless | undefined }
}

/** Solutions that stand for the environment itself [web-api B.1; facts-2 §8]. */
const ofPlatform: ReadonlySet<string> = new Set(['system', 'active', 'basic', 'default'])

/**
 * Publishers of Microsoft by unique name, and prefixes that are reserved for them: `MicrosoftCorporation` and the like in every environment
 * that was recorded; a list of our own making, so what it does not know counts as a vendor's and only as assumed.
 */
const microsoftPublisher = /^(microsoft|dynamics365|mscrm)/i
const microsoftPrefixes: ReadonlySet<string> = new Set(['msdyn', 'msdynce', 'msft', 'mspp', 'mspcat', 'adx', 'msfp', 'mscrm'])

export function createAttributor(facts: AttributionFacts): Attributor {
  const { observation } = facts
  const byName = new Map(observation.solutions.map((solution) => [fold(solution.uniqueName), solution]))
  const ours = new Set([...facts.governed, ...facts.deployments.map(({ solution }) => solution)].map(fold))
  const ourPublishers = new Set([...ours].flatMap((name) => publisherOf(byName.get(name))))
  const importJobIds = facts.deployments.flatMap((deployment) => deployment.importJobIds)
  const { userId } = observation.identity
  const ownImports = ownImportsOf(observation.operations, { importJobIds, userId, observedAt: observation.observedAt })

  function ofName(name: string): Attribution {
    const solution = byName.get(fold(name))
    if (solution !== undefined) return attributeSolution(solution, ours, ourPublishers)
    if (ofPlatform.has(fold(name))) return known('platform', `${name} is the platform's own.`)
    return assumed('unknown', `The solution ${name} is not listed in the environment.`)
  }
  return {
    ofSolution: (solution) => attributeSolution(solution, ours, ourPublishers),
    ofComponent: (component) => attributeComponent(component, { byName, ofName }),
    ofActiveLayer: (component, layer) => attributeActiveLayer(component, layer, ownImports),
  }
}

function attributeSolution(solution: ObservedSolution, ours: ReadonlySet<string>, ourPublishers: ReadonlySet<string>): Attribution {
  const name = solution.uniqueName
  if (isOwnTransport(name)) return known('drover', 'Drover makes solutions of this name to carry changes out, and removes them.')
  if (ours.has(fold(baseNameOf(solution))))
    return known('ours', 'The configuration governs it, or the ledger says that Drover deployed it.')
  if (ofPlatform.has(fold(name))) return known('platform', `${name} stands for the environment itself.`)
  if (isMicrosoft(solution))
    return known('microsoft', `Its publisher is ${solution.publisher ?? `one with the prefix ${solution.publisherPrefix}`}.`)
  if (!solution.isManaged) return known('by-hand', 'It is unmanaged: somebody made it in this environment or imported it unmanaged.')
  if (publisherOf(solution).some((publisher) => ourPublishers.has(publisher)))
    return known(
      'other-team',
      `Its publisher ${solution.publisher ?? solution.publisherPrefix} also publishes solutions that are governed here.`,
    )
  if (isOfMaker(solution)) return assumed('other-team', 'Its publisher is the default one of an environment, which vendors do not use.')
  if (solution.publisher === undefined && solution.publisherPrefix === undefined)
    return assumed('unknown', 'The environment does not tell its publisher.')
  return assumed('vendor', `Nothing that is governed here has its publisher ${solution.publisher ?? solution.publisherPrefix}.`)
}

/** `<Name>_Upgrade` is a staged upgrade of Name, and a patch belongs to its base. */
function baseNameOf(solution: ObservedSolution): string {
  return solution.parent ?? solution.uniqueName.replace(/_upgrade$/i, '')
}

function isMicrosoft({ publisher, publisherPrefix }: ObservedSolution): boolean {
  return microsoftPublisher.test(publisher ?? '') || (publisher === undefined && microsoftPrefixes.has(publisherPrefix ?? ''))
}

/** `DefaultPublisher<organisation>`, and `Cr…` of the default solution for makers. */
function isOfMaker({ publisher }: ObservedSolution): boolean {
  return /^(defaultpublisher|cr[0-9a-f]{5}$)/i.test(publisher ?? '')
}

function publisherOf(solution: ObservedSolution | undefined): readonly string[] {
  return solution?.publisher === undefined ? [] : [fold(solution.publisher)]
}

/** Whoever brought the lowest managed layer owns a component; where layers were not read, whoever holds it, ours first. */
function attributeComponent(
  component: ObservedComponent,
  environment: { readonly byName: ReadonlyMap<string, ObservedSolution>; ofName(name: string): Attribution },
): Attribution {
  const base = component.layers?.find(({ solution }) => solution !== activeLayer)
  if (base !== undefined) return because(environment.ofName(base.solution), `${base.solution} is its lowest layer.`)
  const holders = component.solutions.map((name) => ({ name, solution: environment.byName.get(fold(name)) }))
  const managed = holders.filter(({ solution }) => solution?.isManaged === true)
  const isUnmanaged = component.layers !== undefined || managed.length === 0
  const told = (isUnmanaged ? holders : managed).map(({ name }) => environment.ofName(name))
  const own = told.find(({ origin }) => origin === 'ours' || origin === 'drover')
  if (own !== undefined) return isUnmanaged || managed.length === 1 ? own : { ...own, certainty: 'assumed' }
  if (isUnmanaged) {
    if (component.layers === undefined && !component.hasActiveRow && holders.length === 0)
      return assumed('platform', 'No solution holds it and nobody changed it.')
    return known('by-hand', 'It is unmanaged, and in no solution that is governed here.')
  }
  const origins = new Set(told.map(({ origin }) => origin))
  const [only] = told
  if (origins.size === 1 && only !== undefined) return only
  return assumed('unknown', `${managed.map(({ name }) => name).join(', ')} hold it, and which of them brought it was not read.`)
}

function attributeActiveLayer(
  component: ObservedComponent,
  layer: ObservedLayer,
  ownImports: OwnImports,
): Attribution & { readonly harmless: Harmless | undefined } {
  const harmless = harmlessBecause(component, layer, ownImports)
  if (harmless?.rule === 'fallback-form') {
    if (component.modified?.by !== undefined) return { ...known('drover', harmless.reason), harmless }
    return { ...assumed('drover', `${harmless.reason} The environment does not tell who wrote it; only the time says so.`), harmless }
  }
  if (harmless?.rule === 'empty-row' || harmless?.rule === 'bookkeeping') return { ...known('platform', harmless.reason), harmless }
  if (harmless !== undefined && isWrittenByUs({ component, layer, ownImports }))
    return { ...assumed('drover', 'It was written while Drover imported, which sets values and connections.'), harmless }
  return { ...known('by-hand', 'It is unmanaged, and nothing says that the platform or Drover made it.'), harmless }
}

function because(attribution: Attribution, why: string): Attribution {
  return { ...attribution, why: `${why} ${attribution.why}` }
}

function known(origin: Origin, why: string): Attribution {
  return { origin, certainty: 'known', why }
}

function assumed(origin: Origin, why: string): Attribution {
  return { origin, certainty: 'assumed', why }
}

/** Names of solutions and publishers differ in more than case, or they are the same. */
function fold(name: string): string {
  return name.toLowerCase()
}
