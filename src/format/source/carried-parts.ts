import type { CarriedComponent, CarriedFile, CarriedList, CarriedXml } from './carried.ts'

/** Collects what the layout has no place for, while unpacking. */
export class CarriedParts {
  readonly components: CarriedComponent[] = []
  readonly lists: CarriedList[] = []
  readonly files: CarriedFile[] = []
  readonly names = new Map<string, string>()
  readonly absent: string[] = []
  readonly ownNamespaces: string[] = []

  /** All of it; undefined when nothing was collected. */
  collected(): CarriedXml | undefined {
    const { components, files } = this
    const lists = this.lists.sort((a, b) => byText(a.table, b.table))
    const names = Object.fromEntries([...this.names].sort(([a], [b]) => byText(a, b)))
    const [absent, ownNamespaces] = [this.absent.sort(byText), this.ownNamespaces.sort(byText)]
    const parts = { components, lists, files, names, absent, ownNamespaces }
    const filled = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0)
    return filled.length === 0 ? undefined : Object.fromEntries(filled)
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
