import { kindInfo, kindOfRootType, kindsOfRootType } from '../kinds/kind-table.ts'
import { bareGuid } from '../kinds/part-text.ts'
import { componentId } from './component-state.ts'

/** One end of a dependency, or a root component, as manifests name it. */
export interface NamedComponent {
  readonly type: string
  readonly id: string | undefined
  readonly schemaName: string | undefined
  readonly parentSchemaName?: string | undefined
}

/** The possible identities (`kind:key`) behind a manifest's name of a component, most likely first. */
export function identitiesOf(named: NamedComponent): readonly string[] {
  return kindsOfRootType(named.type).flatMap((kind) => keysOf(kind, named).map((key) => componentId(kind, key)))
}

function keysOf(kind: string, named: NamedComponent): readonly string[] {
  const id = bareGuid(named.id) ?? named.id
  const name = named.schemaName
  const parent = named.parentSchemaName?.toLowerCase()
  const keys = kind === 'Attribute' && parent !== undefined && name !== undefined ? [`${parent}.${name.toLowerCase()}`] : []
  for (const key of [name, name?.toLowerCase(), id, id?.toLowerCase()]) if (key !== undefined && !keys.includes(key)) keys.push(key)
  return keys
}

/** Finds components by a manifest's names, regardless of case, in one set of identities. */
export class ComponentIndex {
  readonly #byId = new Map<string, string>()
  readonly #byKind = new Map<string, string[]>()

  constructor(ids: Iterable<string>) {
    for (const id of ids) {
      this.#byId.set(id.toLowerCase(), id)
      const kind = kindInfo(id.slice(0, id.indexOf(':'))).name
      const sameKind = this.#byKind.get(kind)
      if (sameKind === undefined) this.#byKind.set(kind, [id])
      else sameKind.push(id)
    }
  }

  /** Whether a component with this id is among them, regardless of case. */
  has(id: string): boolean {
    return this.#byId.has(id.toLowerCase())
  }

  find(named: NamedComponent): string | undefined {
    for (const identity of identitiesOf(named)) {
      const found = this.#byId.get(identity.toLowerCase())
      if (found !== undefined) return found
    }
    // The classic site map is listed with neither id nor name (facts-2 §1.6).
    if (kindOfRootType(named.type) === 'SiteMap' && named.schemaName === undefined && this.#byId.has('sitemap:default'))
      return this.#byId.get('sitemap:default')
    const ofKind = this.#byKind.get(kindOfRootType(named.type)) ?? []
    return named.id === undefined && named.schemaName === undefined && ofKind.length === 1 ? ofKind[0] : undefined
  }
}
