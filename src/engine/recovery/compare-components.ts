import type { Environment, InstalledSolution, ObservedComponent, ObservedLayer } from '#domain/environment'
import { componentKey, layerPolicyOf } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { ComponentPair, ComponentPlan } from '#domain/recovery'
import { planComponents } from '#domain/recovery'
import { isSameName } from '#domain/settings'
import type { OpenEnvironment } from '#engine/ports'

export interface ComparedPair {
  readonly pet: Environment
  readonly sandbox: Environment
  readonly openPet: OpenEnvironment
  readonly openSandbox: OpenEnvironment
  readonly solution: string
}

/** What is compared, as it was seen: the plan, and the components of the sandbox that it names. */
export interface ComparedComponents {
  readonly plan: ComponentPlan
  readonly saved: readonly ObservedComponent[]
}

/** Reads the solution on both sides, layers where somebody worked by hand or the pet lacks the component, and holds them together. */
export async function compareComponents(of: ComparedPair): Promise<ComparedComponents> {
  const { pet, openPet, openSandbox, solution } = of
  const [there, here] = [await findSolution(openSandbox, of.sandbox, solution), await findSolution(openPet, pet, solution)]
  const [saved, now] = [await openSandbox.fetchHoldings(there), await openPet.fetchHoldings(here)]
  const inPet = byKey(now.components)
  const missing = saved.components.filter((component) => !inPet.has(keyOf(component)))
  // What is there and not in the solution is not gone.
  const found = missing.length === 0 ? { components: [], unseen: [] } : await openPet.findComponents(missing)
  for (const component of found.components) inPet.set(keyOf(component), component)
  const pairs = saved.components.map((component) => ({ saved: component, now: inPet.get(keyOf(component)) }))
  const read = await readLayers(of, pairs.filter(isWorthReading))
  const lines = planComponents({
    ...{ solution, petId: pet.id, petName: pet.name },
    pairs: pairs.map((pair) => read.get(keyOf(pair.saved)) ?? pair),
    forbidden: await forbiddenIn(pet, openPet),
    released: here.isManaged || there.version === here.version ? undefined : { saved: there.version, now: here.version },
  })
  const named = new Set(lines.map(({ component }) => component))
  const unseen = [...saved.unseen, ...now.unseen, ...found.unseen].map(({ what, why }) => `${what}: ${why}`)
  const plan = { lines, compared: pairs.length, note: noteOf(of, there, here), unseen: [...new Set(unseen)] }
  return { plan, saved: saved.components.filter((component) => named.has(componentKey(component))) }
}

async function findSolution(target: OpenEnvironment, environment: Environment, solution: string): Promise<InstalledSolution> {
  const found = (await target.fetchSolutions()).find(({ uniqueName }) => isSameName(uniqueName, solution))
  if (found !== undefined) return found
  throw new DroverError('recovery.no-such-solution', `${environment.name} does not have ${solution}.`, {
    hint: 'A solution as a whole comes back by a release: `drover rollback`, or a promotion of the release that is wanted.',
  })
}

function noteOf({ pet, sandbox, solution }: ComparedPair, there: InstalledSolution, here: InstalledSolution): string {
  if (there.version === here.version && there.isManaged === here.isManaged) return ''
  const words = ({ version, isManaged }: InstalledSolution): string => `${version} ${isManaged ? 'managed' : 'unmanaged'}`
  return `${sandbox.name} has ${solution} ${words(there)}, ${pet.name} ${words(here)}: what the release itself says comes back by \`drover rollback ${pet.id} ${solution}\` alone.`
}

/** Nothing by hand comes into what is strict, or where the platform would turn it away. */
async function forbiddenIn(pet: Environment, target: OpenEnvironment): Promise<string | undefined> {
  const { kind, reason } = layerPolicyOf(pet)
  if (kind === 'strict') return `${pet.name} is strict (${reason}): nothing by hand comes into it.`
  return (await target.fetchUnmanagedBlock()) === true ? `${pet.name} blocks unmanaged customizations.` : undefined
}

function isWorthReading({ saved, now }: ComponentPair): boolean {
  return now === undefined || saved.hasActiveRow || now.hasActiveRow
}

async function readLayers(
  { openPet, openSandbox }: ComparedPair,
  pairs: readonly ComponentPair[],
): Promise<ReadonlyMap<string, ComponentPair>> {
  const before = await layersOf(
    openSandbox,
    pairs.map(({ saved }) => saved),
  )
  const after = await layersOf(
    openPet,
    pairs.flatMap(({ now }) => now ?? []),
  )
  return new Map(
    pairs.map(({ saved, now }) => [
      keyOf(saved),
      {
        saved: { ...saved, layers: before.get(saved.id) },
        now: now === undefined ? undefined : { ...now, layers: after.get(now.id) },
      },
    ]),
  )
}

async function layersOf(
  target: OpenEnvironment,
  components: readonly ObservedComponent[],
): Promise<ReadonlyMap<string, readonly ObservedLayer[]>> {
  const read = new Map<string, readonly ObservedLayer[]>()
  await target.fetchLayers(components, async ({ id }, layers) => {
    if (layers !== undefined) read.set(id, layers)
  })
  return read
}

function byKey(components: readonly ObservedComponent[]): Map<string, ObservedComponent> {
  return new Map(components.map((component) => [keyOf(component), component]))
}

function keyOf(component: ObservedComponent): string {
  return componentKey(component).toLowerCase()
}
