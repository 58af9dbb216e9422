import type { Artifact } from '#domain/artifact'
import { diffSolutions } from '#domain/difference'
import type { Instant, PersonId, ReleaseId, Result, Version } from '#domain/kernel'
import { accept, compareVersions, raiseRevision, refuse, toId } from '#domain/kernel'
import type { Release } from '#domain/release'
import { sealRelease } from '#domain/release'
import { describeSolution, readPackage, readZip, withVersion } from '#format'
import type { EngineDependencies } from '../dependencies.ts'
import type { NewPreparationEvent } from '../preparation/events.ts'
import { releaseStream } from '../preparation/events.ts'
import { listReleasesOf } from '../queries/releases.ts'

export interface RepackCommand {
  /** What is gone back to. */
  readonly release: Release
  /** The version that is installed where it shall go. */
  readonly above: Version
  readonly actor: PersonId
  readonly reason: string
}

/**
 * A release that is another one, content for content, under a version above all that this solution has had: sealed as one of its own, with what
 * it was made from. The sealed file itself gets the version, so that what goes in was tested to the byte but for that; it is proved before
 * anything is recorded. Asked again for the same, it gives the release that is there.
 */
export async function repackRelease(deps: EngineDependencies, command: RepackCommand): Promise<Result<Release>> {
  const { release, above } = command
  const made = await findMade(deps, command)
  if (made !== undefined) return accept(made)
  const version = await chooseVersion(deps, release.solution, above)
  const at = deps.clock.now()
  const managed = await repackArtifact(deps, { artifact: release.managed, version, at })
  if (!managed.ok) return managed
  const unmanaged = await repackArtifact(deps, { artifact: release.unmanaged, version, at })
  if (!unmanaged.ok) return unmanaged
  // Named by what it is: whoever asks at the same moment makes the same release, and the ledger takes it once.
  const id = toId<ReleaseId>(`r-${deps.hashing.sha256(`${release.id} ${version} ${managed.value.digest}`).slice(0, 16)}`)
  // It goes into the ordinary stage, also where what it is made of was a hotfix.
  const { seal: _seal, id: _id, hotfix: _hotfix, ...content } = release
  const sealed = sealRelease(
    {
      ...content,
      id,
      version,
      managed: managed.value,
      unmanaged: unmanaged.value,
      // The checks were not run again: what they look at is proved to be the same.
      report: { ...release.report, version },
      repackOf: { releaseId: release.id, version: release.version, digest: release.managed.digest },
      sealedAt: at,
      sealedBy: command.actor,
    },
    (text) => deps.hashing.sha256(text),
  )
  await record(deps, command, sealed)
  return accept((await deps.readModel.load<Release>('release', id)) ?? sealed)
}

/** One that was made before for the same, and is still above what is installed. */
async function findMade(deps: EngineDependencies, { release, above }: RepackCommand): Promise<Release | undefined> {
  const { rows } = await deps.readModel.listSummaries<{
    readonly releaseId: ReleaseId
    readonly version: Version
    readonly contentOf?: ReleaseId
  }>('release', { where: { contentOf: release.id } })
  const fit = rows.find(({ version }) => compareVersions(version, above) > 0)
  return fit && (await deps.readModel.load<Release>('release', fit.releaseId))
}

async function chooseVersion(deps: EngineDependencies, solution: string, above: Version): Promise<Version> {
  const known = (await listReleasesOf(deps, solution)).flatMap(({ version }) => (version === undefined ? [] : [version]))
  const taken = new Set(known)
  let version = raiseRevision(above)
  // Only what is taken is passed over: versions of a later line of work must not be reached by going back.
  while (taken.has(version)) version = raiseRevision(version)
  return version
}

async function repackArtifact(
  deps: Pick<EngineDependencies, 'artifacts'>,
  { artifact, version, at }: { readonly artifact: Artifact; readonly version: Version; readonly at: Instant },
): Promise<Result<Artifact>> {
  const before = await deps.artifacts.get(artifact.digest)
  const after = await withVersion(before, version)
  const faults = await findOtherChanges(before, after)
  if (faults.length > 0) {
    return refuse(
      'recovery.not-equal',
      `${artifact.solution} ${artifact.version} could not be packed as ${version} without changing more than the version.`,
      'Report this with the names below; go back by redeploying the known-good bytes, or roll forward.',
      faults.map((subject) => ({ subject, message: 'It is not as it was.' })),
    )
  }
  const digest = await deps.artifacts.put(after)
  return accept({ ...artifact, digest, version, size: after.byteLength, exportedAt: at })
}

/** Every entry but the manifest byte for byte; of the manifest nothing but the version. */
async function findOtherChanges(before: Uint8Array, after: Uint8Array): Promise<readonly string[]> {
  const [was, is] = [await readZip(before), await readZip(after)]
  if (was.length !== is.length) return ['number of files']
  const files = was.flatMap(({ path, bytes }, at) => {
    const other = is[at]
    if (path.toLowerCase() === 'solution.xml' && other?.path === path) return []
    return other?.path === path && Buffer.compare(bytes, other.bytes) === 0 ? [] : [path]
  })
  const { components } = diffSolutions(await describeSolution(await readPackage(before)), await describeSolution(await readPackage(after)))
  const parts = components.flatMap(({ kind, key, change, facts }) => {
    if (change !== 'changed') return [`${kind}:${key}`]
    const others = facts.filter(({ path }) => kind !== 'Solution' || path !== 'SolutionManifest/Version')
    return others.map(({ path }) => `${kind}:${key} ${path}`)
  })
  return [...files, ...parts]
}

async function record(deps: EngineDependencies, { release, actor, reason }: RepackCommand, sealed: Release): Promise<void> {
  const note = `${release.solution} ${release.version} (release ${release.id}, commit ${release.commit || 'none'}) as ${sealed.version}: equal but for the version. ${reason}`
  const events: NewPreparationEvent[] = [
    {
      type: 'preparation-started',
      data: { releaseId: sealed.id, solution: sealed.solution, requestedBy: actor, configurationVersion: 0 },
      key: 'started',
    },
    { type: 'artifact-exported', data: { artifact: sealed.unmanaged }, key: 'artifact:unmanaged' },
    { type: 'artifact-exported', data: { artifact: sealed.managed }, key: 'artifact:managed' },
    { type: 'preparation-step', data: { name: 'repack', note }, key: 'step:repack' },
    { type: 'release-sealed', data: { release: sealed }, key: 'ended' },
  ]
  await deps.ledger.append({ stream: releaseStream(sealed.id), expectedVersion: undefined, actor, events })
}
