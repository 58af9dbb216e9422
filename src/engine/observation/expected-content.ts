import type { DescribedComponent } from '#domain/difference'
import type { ExpectedDeployment } from '#domain/drift'
import type { VanishedComponent } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { idOf, isListedKind } from '#domain/plan'
import type { Release } from '#domain/release'
import { layerKindOf } from '#domain/solution'
import { describeSolution, readPackage } from '#format'
import type { EngineDependencies } from '../dependencies.ts'

type Needs = Pick<EngineDependencies, 'artifacts' | 'observations' | 'readModel' | 'clock'>

/**
 * What each deployed release brought, of the kinds that environments list. A release never changes, so its file is opened once a place and what
 * it holds is kept beside what was read of the place; nothing of a release whose file is not at hand.
 */
export async function loadExpectedContent(
  deps: Needs,
  of: { readonly lane: string; readonly deployments: readonly ExpectedDeployment[] },
): Promise<readonly VanishedComponent[]> {
  const content: VanishedComponent[] = []
  for (const { solution, releaseId, unmanaged } of of.deployments) {
    const release = await deps.readModel.load<Release>('release', releaseId)
    if (release === undefined) continue
    const { digest } = unmanaged === undefined ? release.managed : release.unmanaged
    const leftOut = new Set(unmanaged?.leftOut.map((name) => name.toLowerCase()))
    const named = await loadContent(deps, of.lane, { solution, digest })
    content.push(...named.filter((one) => !leftOut.has(idOf(one))).map((one) => ({ ...one, solution })))
  }
  return content
}

type Named = Omit<VanishedComponent, 'solution'>

async function loadContent(
  deps: Needs,
  lane: string,
  { solution, digest }: { readonly solution: string; readonly digest: Digest },
): Promise<readonly Named[]> {
  const key = `content/${solution.toLowerCase()}`
  const [known] = await deps.observations.findParts(lane, [key])
  // Written below only.
  if (known?.stamp === digest) return known.content as readonly Named[]
  const described = await describeSolution(await readPackage(await deps.artifacts.get(digest)))
  const content = described.filter(isExpected).map(nameOf)
  await deps.observations.saveParts(lane, [{ key, stamp: digest, readAt: deps.clock.now(), content }])
  return content
}

/** What a file only carries, without saying anything of it, is not what it brings. */
function isExpected({ kind, isUnmodified }: DescribedComponent): boolean {
  return isUnmodified !== true && isListedKind(kind)
}

function nameOf({ kind, key, displayName, parent }: DescribedComponent): Named {
  const [, table] = /^Entity:(.+)$/.exec(parent ?? '') ?? []
  return { kind: layerKindOf(kind), key, name: displayName ?? key, table: kind === 'Entity' ? undefined : table }
}
