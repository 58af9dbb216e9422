import type { ComponentPart } from '#format'
import { attributeOf, childElements } from '#format'
import { definitionOf } from '../kinds/part-text.ts'

/** How far a privilege reaches: own rows, those of the business unit, of the units below too, or all. */
export type Depth = 'Basic' | 'Local' | 'Deep' | 'Global'

/** Lower-case names of privileges with the depth of each. */
export type PrivilegeSet = ReadonlyMap<string, Depth>

const depths: readonly Depth[] = ['Basic', 'Local', 'Deep', 'Global']

/** What a role's definition in a solution grants: `<RolePrivilege name="prvReadx_Table" level="Global"/>`. */
export function privilegesOfDefinition(part: ComponentPart): PrivilegeSet {
  const list = childElements(definitionOf(part)).find((node) => node.name === 'RolePrivileges')
  return new Map(
    childElements(list).flatMap((node): [string, Depth][] => {
      const depth = depths.find((known) => known === attributeOf(node, 'level'))
      const name = attributeOf(node, 'name')
      return depth === undefined || name === undefined ? [] : [[name.toLowerCase(), depth]]
    }),
  )
}

/** Privileges of several roles add up: of each the greatest depth. */
export function mergePrivileges(sets: readonly PrivilegeSet[]): PrivilegeSet {
  const merged = new Map<string, Depth>()
  for (const set of sets) {
    for (const [name, depth] of set) merged.set(name, greatest(merged.get(name), depth) ?? depth)
  }
  return merged
}

export function greatest(left: Depth | undefined, right: Depth | undefined): Depth | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return depths.indexOf(left) >= depths.indexOf(right) ? left : right
}

/** What both allow. */
export function least(left: Depth | undefined, right: Depth | undefined): Depth | undefined {
  if (left === undefined || right === undefined) return undefined
  return depths.indexOf(left) <= depths.indexOf(right) ? left : right
}
