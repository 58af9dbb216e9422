import type { ComponentKind } from './component-kind.ts'
import { componentTypes } from './component-types.ts'
import { dataModelKinds } from './kinds/data-model.ts'
import { interfaceKinds } from './kinds/interface.ts'
import { logicKinds } from './kinds/logic.ts'

/** The kinds of which Drover says what it does with them. All others travel with their solution and get no step of their own. */
export const componentKinds: readonly ComponentKind[] = [...dataModelKinds, ...interfaceKinds, ...logicKinds]

const kindByNumber = new Map(componentTypes.map(([number, kind]) => [String(number), kind]))
const typeByKind = new Map(componentTypes.map(([number, kind]) => [kind, String(number)]))
const nameByLowerCase = new Map(
  [...kindByNumber.values(), ...componentKinds.map((kind) => kind.name)].map((name) => [name.toLowerCase(), name]),
)

/**
 * The layer-table name for the type that a manifest writes: a number of `componenttype`, or a name for kinds without a fixed number.
 * A number that nobody has published becomes `ComponentType<number>`; an unknown name is its own kind.
 */
export function kindOfType(type: string): string {
  const known = kindByNumber.get(type)
  if (known !== undefined) return known
  if (/^\d+$/.test(type)) return `ComponentType${type}`
  return nameByLowerCase.get(type.toLowerCase()) ?? type
}

/** The number that a manifest writes for a kind; undefined for kinds that have no fixed number. */
export function typeOfKind(kind: string): string | undefined {
  return typeByKind.get(kind) ?? /^ComponentType(\d+)$/.exec(kind)?.[1]
}

/** Kinds that solution files tell apart and layer tables do not: dashboards are forms there, an AI model is its project. */
const fileKinds: ReadonlyMap<string, string> = new Map([
  ['Dashboard', 'SystemForm'],
  ['InteractionCentricDashboard', 'SystemForm'],
  ['Dialog', 'SystemForm'],
  ['AIModel', 'AIProject'],
])

/** The layer-table name for the kind of a component of a solution file: what an environment calls the same component. */
export function layerKindOf(fileKind: string): string {
  const kind = kindOfType(fileKind)
  return fileKinds.get(kind) ?? kind
}

/** What Drover does with a kind, in whatever spelling it is named, or undefined when it does nothing of its own. */
export function describeKind(kind: string): ComponentKind | undefined {
  const name = kindOfType(kind)
  return componentKinds.find((candidate) => candidate.name === name)
}
