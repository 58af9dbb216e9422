import type { Result, Version } from '#domain/kernel'
import { accept, compareVersions, refuse, versionParts } from '#domain/kernel'

/**
 * The versions that one hotfix may give: `major.minor.build.*`. Production's line keeps the third and fourth place of its minor version, and
 * main goes on in a later one (release-facts §6: both lines have to rise, since a lower version is refused on the upgrade path, 0x80048541).
 */
export interface VersionLane {
  readonly major: number
  readonly minor: number
  readonly build: number
}

/** The first lane above all that was ever given in the minor version that production runs; no two hotfixes get one. */
export function reserveLane(of: {
  readonly production: Version
  /** Every version that a release of the solution was given, wherever it went. */
  readonly given: readonly Version[]
  readonly lanes: readonly VersionLane[]
}): Result<VersionLane> {
  const [major = 0, minor = 0] = versionParts(of.production)
  const inLine = [of.production, ...of.given].map(laneOfVersion).concat(of.lanes)
  const builds = inLine.filter((lane) => lane.major === major && lane.minor === minor).map(({ build }) => build)
  return makeLane({ major, minor, build: Math.max(...builds) + 1 })
}

/** The next version of a lane. */
export function nextInLane(lane: VersionLane, given: readonly Version[]): Result<Version> {
  const revisions = given.filter((version) => isInLane(lane, version)).map((version) => versionParts(version)[3] ?? 0)
  const revision = Math.max(-1, ...revisions) + 1
  if (revision > largestPart) return tooFar(`${describeLane(lane)} is used up.`)
  return accept(toVersion(lane, revision))
}

/**
 * The version that main may have next: the one it would have, unless that is not above every lane; then the first of the minor version after
 * the highest lane.
 */
export function raiseOverLanes(wanted: Version, lanes: readonly VersionLane[]): Result<Version> {
  const highest = highestOf(lanes)
  if (highest === undefined || isAbove(wanted, highest)) return accept(wanted)
  const lane = makeLane({ major: highest.major, minor: highest.minor + 1, build: 0 })
  return lane.ok ? accept(toVersion(lane.value, 0)) : lane
}

/** Why main may not have a version that a maker gave it; undefined where it may. */
export function refuseMainVersion(version: Version, lanes: readonly VersionLane[]): ReturnType<typeof refuse> | undefined {
  const highest = highestOf(lanes)
  if (highest === undefined || isAbove(version, highest)) return undefined
  const own = lanes.find((lane) => isInLane(lane, version))
  const why =
    own === undefined
      ? `is below ${describeLane(highest)}, which a hotfix of production has`
      : `lies in ${describeLane(own)}, which a hotfix of production has`
  return refuse(
    'hotfix.version-lane',
    `Version ${version} ${why}; what goes along the pipeline has to be above it.`,
    `Raise the version in Dev to ${highest.major}.${highest.minor + 1}.0.0 or higher, or set versioning: raise, and prepare the release again.`,
  )
}

export function isInLane(lane: VersionLane, version: Version): boolean {
  const { major, minor, build } = laneOfVersion(version)
  return major === lane.major && minor === lane.minor && build === lane.build
}

/** `1.8.1.*` */
export function describeLane({ major, minor, build }: VersionLane): string {
  return `${major}.${minor}.${build}.*`
}

/** As the platform's versions are limited ({@link Version}). */
const largestPart = 2_147_483_647

function makeLane(lane: VersionLane): Result<VersionLane> {
  if (lane.minor <= largestPart && lane.build <= largestPart) return accept(lane)
  return tooFar(`There is no version after ${lane.major}.${lane.minor - 1}.${lane.build - 1}.`)
}

function tooFar(message: string): ReturnType<typeof refuse> {
  return refuse('hotfix.no-lane', message, 'Raise the minor version of the solution in Dev and bring that to production.')
}

function isAbove(version: Version, lane: VersionLane): boolean {
  return compareVersions(version, toVersion(lane, largestPart)) > 0
}

function highestOf(lanes: readonly VersionLane[]): VersionLane | undefined {
  return lanes.toSorted((a, b) => compareVersions(toVersion(b, 0), toVersion(a, 0)))[0]
}

function laneOfVersion(version: Version): VersionLane {
  const [major = 0, minor = 0, build = 0] = versionParts(version)
  return { major, minor, build }
}

function toVersion({ major, minor, build }: VersionLane, revision: number): Version {
  // Four whole numbers in range, joined by dots: well-formed by construction.
  return `${major}.${minor}.${build}.${revision}` as Version
}
