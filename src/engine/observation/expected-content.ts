import type { DescribedComponent } from '#domain/difference'
import type { ExpectedDeployment } from '#domain/drift'
import type { ReleasedComponent } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { idOf, isListedKind } from '#domain/plan'
import type { Release } from '#domain/release'
import { layerKindOf } from '#domain/solution'
import type { EngineDependencies } from '../dependencies.ts'
import { describeArtifact } from '../described-artifacts.ts'

type Needs = Pick<EngineDependencies, 'artifacts' | 'observations' | 'readModel' | 'clock'>

/**
 * What each deployed release brought, of the kinds that environments list. A release never changes, so its file is opened once a place and what
 * it holds is kept beside what was read of the place; nothing of a release whose file is not at hand.
 */
export async function loadExpectedContent(
  deps: Needs,
  of: { readonly lane: string; readonly deployments: readonly ExpectedDeployment[] },
): Promise<readonly ReleasedComponent[]> {
  const content: ReleasedComponent[] = []
  for (const { solution, releaseId, unmanaged } of of.deployments) {
    const release = await deps.readModel.load<Release>('release', releaseId)
    if (release === undefined) continue
    const { digest } = unmanaged === undefined ? release.managed : release.unmanaged
    const leftOut = new Set(unmanaged?.leftOut.map((name) => name.toLowerCase()))
    const named = await loadContent(deps, of.lane, { key: `content/${solution.toLowerCase()}`, digest })
    content.push(...named.filter((one) => !leftOut.has(idOf(one))).map((one) => ({ ...one, solution })))
  }
  return content
}

type Named = Omit<ReleasedComponent, 'solution'>

/** What releases had brought that were gone back from by updates, and those that are deployed have not: an update takes nothing away. */
export async function loadLeftContent(
  deps: Needs,
  of: {
    readonly lane: string
    readonly deployments: readonly ExpectedDeployment[]
    readonly expected: readonly ReleasedComponent[]
  },
): Promise<readonly ReleasedComponent[]> {
  const deployed = new Set(of.expected.map(idOf))
  const content: ReleasedComponent[] = []
  for (const { solution, putBackOver } of of.deployments) {
    const release = putBackOver === undefined ? undefined : await deps.readModel.load<Release>('release', putBackOver)
    if (release === undefined || !of.expected.some((one) => one.solution === solution)) continue
    const key = `content/${solution.toLowerCase()}/left`
    const named = await loadContent(deps, of.lane, { key, digest: release.managed.digest })
    content.push(...named.filter((one) => !deployed.has(idOf(one))).map((one) => ({ ...one, solution })))
  }
  return content
}

async function loadContent(
  deps: Needs,
  lane: string,
  { key, digest }: { readonly key: string; readonly digest: Digest },
): Promise<readonly Named[]> {
  const [known] = await deps.observations.findParts(lane, [key])
  // Written below only.
  if (known?.stamp === digest) return known.content as readonly Named[]
  const described = await describeArtifact(deps.artifacts, digest)
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
