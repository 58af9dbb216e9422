import type { MissingDependency } from './model.ts'

/** A solution with the components that are its own: `kind:key` each. */
export interface Carrier {
  readonly uniqueName: string
  readonly components: readonly string[]
}

/** What an export writes where its environment had a component only as somebody's unmanaged work: no solution can be told by it. */
const unmanagedOrigins: ReadonlySet<string> = new Set(['active', 'default', ''])

export function isUnmanagedOrigin({ required }: Pick<MissingDependency, 'required'>): boolean {
  return unmanagedOrigins.has(required.solution.toLowerCase())
}

/**
 * Dependencies with the solution that brings what an export could not name: solutions which are made side by side in one Dev are all unmanaged
 * there (`solution="Active"`), and managed wherever they go. In no version of it: of which one the component came is not told.
 */
export function nameOrigins(dependencies: readonly MissingDependency[], carriers: readonly Carrier[]): readonly MissingDependency[] {
  if (carriers.length === 0) return dependencies
  const owners = new Map<string, string>()
  for (const { uniqueName, components } of carriers)
    for (const component of components) owners.set(component.slice(component.indexOf(':') + 1).toLowerCase(), uniqueName)
  return dependencies.map((dependency) => {
    if (!isUnmanagedOrigin(dependency)) return dependency
    const owner = requiredKeys(dependency.required).flatMap((key) => owners.get(key.toLowerCase()) ?? [])[0]
    return owner === undefined ? dependency : { ...dependency, required: { ...dependency.required, solution: owner } }
  })
}

/** What a dependency may call the component that it needs, the most precise first: files number and name kinds in their own way. */
export function requiredKeys({ schemaName, parentSchemaName, id }: MissingDependency['required']): readonly string[] {
  return [
    ...(schemaName === undefined || parentSchemaName === undefined ? [] : [`${parentSchemaName}.${schemaName}`]),
    ...(schemaName === undefined ? [] : [schemaName]),
    ...(id === undefined ? [] : [id]),
  ]
}
