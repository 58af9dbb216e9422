import type { CarriedComponent, CarriedFile, CarriedList, CarriedXml } from './carried.ts'

/** Collects what the layout has no place for, while unpacking. */
export class CarriedParts {
  readonly components: CarriedComponent[] = []
  readonly lists: CarriedList[] = []
  readonly files: CarriedFile[] = []
  readonly names: Record<string, string> = {}
  readonly absent: string[] = []
  readonly ownNamespaces: string[] = []

  /** All of it; undefined when nothing was collected. */
  collected(): CarriedXml | undefined {
    const { components, lists, files, names, absent, ownNamespaces } = this
    const parts = { components, lists, files, names, absent, ownNamespaces }
    const filled = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0)
    return filled.length === 0 ? undefined : Object.fromEntries(filled)
  }
}
