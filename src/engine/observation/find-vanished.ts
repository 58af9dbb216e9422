import type { ObservedComponent, Unseen, ReleasedComponent } from '#domain/environment'
import { idOf } from '#domain/plan'
import { isSameName } from '#domain/settings'
import type { ComponentInspection } from '#engine/ports'

/**
 * What deployed releases brought and the environment does not have any more. Memberships leave out parts of tables, so what no listing showed is
 * asked for by its name first; parts of a table that is gone have gone with it and are not told one by one. Where it could not be seen, nothing is
 * said to be gone.
 */
export async function findVanished(
  target: Pick<ComponentInspection, 'findComponents'>,
  known: {
    readonly expected: readonly ReleasedComponent[]
    readonly components: readonly ObservedComponent[]
    readonly unseen: readonly Unseen[]
  },
): Promise<{ readonly vanished: readonly ReleasedComponent[]; readonly unseen: readonly Unseen[] }> {
  const there = idsOf(known.components)
  const missing = known.expected.filter((one) => !there.has(idOf(one)) && canBeSeen(one, known.unseen))
  if (missing.length === 0) return { vanished: [], unseen: [] }
  const tables = await confirm(target, missing.filter(isTable))
  const gone = new Set(tables.vanished.map(({ key }) => key.toLowerCase()))
  const parts = await confirm(
    target,
    missing.filter((one) => !isTable(one) && !gone.has(one.table?.toLowerCase() ?? '')),
  )
  return { vanished: [...tables.vanished, ...parts.vanished], unseen: [...tables.unseen, ...parts.unseen] }
}

/** Components that keep their ids between environments are named by them in some files. */
function idsOf(components: readonly ObservedComponent[]): ReadonlySet<string> {
  return new Set(components.flatMap((component) => [idOf(component), idOf({ kind: component.kind, key: component.id })]))
}

function isTable({ kind }: ReleasedComponent): boolean {
  return isSameName(kind, 'Entity')
}

function canBeSeen({ kind }: ReleasedComponent, unseen: readonly Unseen[]): boolean {
  return !unseen.some((one) => one.hides === 'changes' && (one.kind === undefined || isSameName(one.kind, kind)))
}

async function confirm(target: Pick<ComponentInspection, 'findComponents'>, missing: readonly ReleasedComponent[]) {
  if (missing.length === 0) return { vanished: [], unseen: [] }
  const found = await target.findComponents(missing)
  const there = idsOf(found.components)
  return { vanished: missing.filter((one) => !there.has(idOf(one)) && canBeSeen(one, found.unseen)), unseen: found.unseen }
}
