import type { CarriedComponent, CarriedFile, CarriedList, CarriedXml } from './carried.ts'

/** Collects what the layout has no place for, while unpacking. */
export class CarriedParts {
  readonly components: CarriedComponent[] = []
  readonly lists: CarriedList[] = []
  readonly files: CarriedFile[] = []
  readonly absent: string[] = []
  readonly ownNamespaces: string[] = []

  /** All of it; undefined when nothing was collected. */
  collected(): CarriedXml | undefined {
    const { components, lists, files, absent, ownNamespaces } = this
    const parts = { components, lists, files, absent, ownNamespaces }
    const filled = Object.entries(parts).filter(([, list]) => list.length > 0)
    return filled.length === 0 ? undefined : (Object.fromEntries(filled) as CarriedXml)
  }
}
