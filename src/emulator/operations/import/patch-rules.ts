import { compareVersions, parseVersion } from '#domain/kernel'
import { isPatch, patchedText, patchesOf } from '../../layers/patches.ts'
import { findSolution, publisherOf } from '../../layers/solutions.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import type { ImportProblem, ValidationMode } from './problem.ts'
import { manifestProblem } from './problem.ts'
import type { SolutionFile } from './solution-file.ts'

type Manifest = SolutionFile['model']['manifest']

/** What is wrong with bringing a patch in, or anything over a solution that has patches; empty when nothing (web-api H, facts-2 §1.1). */
export function patchProblems(tx: ReadTransaction, manifest: Manifest, mode: ValidationMode): readonly ImportProblem[] {
  if (manifest.patchOf === undefined) return parentProblems(tx, manifest, mode)
  const parent = findSolution(tx, manifest.patchOf)
  // PatchMissingBase.
  if (parent === undefined) {
    return [
      manifestProblem('0x80048540', `The base solution '${manifest.patchOf}' of the patch '${manifest.uniqueName}' is not installed.`),
    ]
  }
  const found = [
    ...notPatchable(parent, manifest, mode),
    ...pendingUpgrade(tx, manifest.patchOf),
    ...otherPublisher(tx, parent, manifest),
    ...wrongVersion(parent, manifest),
  ]
  return found.length > 0 ? found : notHighest(tx, parent, manifest)
}

/**
 * The base of patches comes again: only by an upgrade, which takes the patches along, or in a managed environment not at all.
 * CannotModifyPatchedSolution; that a managed update is refused too is unverified.
 */
function parentProblems(tx: ReadTransaction, manifest: Manifest, mode: ValidationMode): ImportProblem[] {
  const installed = findSolution(tx, manifest.uniqueName)
  if (installed === undefined || mode !== 'update') return []
  const patches = patchesOf(tx, installed)
  return patches.length === 0 ? [] : [manifestProblem('0x80048538', patchedText(patches))]
}

// CloneSolutionException is the service's catch-all for patches (facts-2 §0); these wordings are our own.
function notPatchable(parent: Row, manifest: Manifest, mode: ValidationMode): ImportProblem[] {
  if (mode === 'holding' || mode === 'upgrade')
    return [manifestProblem('0x80048539', `The patch '${manifest.uniqueName}' cannot be staged for an upgrade: patches are imported.`)]
  if (isPatch(parent))
    return [manifestProblem('0x80048539', `The solution '${String(parent.uniquename)}' is a patch and cannot have patches of its own.`)]
  if ((parent.ismanaged === true) === manifest.isManaged) return []
  const [patch, base] = manifest.isManaged ? ['managed', 'unmanaged'] : ['unmanaged', 'managed']
  return [
    manifestProblem(
      '0x80048539',
      `The patch '${manifest.uniqueName}' is ${patch} and its base solution '${String(parent.uniquename)}' is ${base}: they must match.`,
    ),
  ]
}

// facts-2 §1.1: text of the service.
function pendingUpgrade(tx: ReadTransaction, parent: string): ImportProblem[] {
  if (findSolution(tx, `${parent}_Upgrade`) === undefined) return []
  return [manifestProblem('0x80048539', `Holding solution ${parent}_Upgrade exists. Cannot update solution.`)]
}

// ImportWrongPublisherError; text of the error reference.
function otherPublisher(tx: ReadTransaction, parent: Row, manifest: Manifest): ImportProblem[] {
  const owner = String(publisherOf(tx, parent)?.uniquename ?? '')
  if (owner.toLowerCase() === manifest.publisher.uniqueName.toLowerCase()) return []
  return [
    manifestProblem(
      '0x8004801C',
      `The following managed solution cannot be imported: ${manifest.uniqueName}. The publisher name cannot be changed from ${owner} to ${manifest.publisher.uniqueName}.`,
    ),
  ]
}

/** A patch has the major and minor number of its base and a higher build or revision; the text is the service's (facts-2 §1.1). */
function wrongVersion(parent: Row, manifest: Manifest): ImportProblem[] {
  if (isPatchVersion(manifest.version, String(parent.version))) return []
  return [manifestProblem('0x80048539', `Patch version ${manifest.version} is invalid for parent version ${String(parent.version)}`)]
}

// CloneSolutionPatchException; text of the error reference.
function notHighest(tx: ReadTransaction, parent: Row, manifest: Manifest): ImportProblem[] {
  const higher = patchNotBelow(tx, parent, manifest.version)
  return higher === undefined ? [] : [manifestProblem('0x80061771', notHighestText(higher))]
}

/** Whether a version is one of a patch of a base: same major and minor number, and higher. */
export function isPatchVersion(version: string, baseVersion: string): boolean {
  const [patch, base] = [parseVersion(version), parseVersion(baseVersion)]
  if (!patch.ok || !base.ok) return false
  const isSameLine = patch.value.split('.').slice(0, 2).join('.') === base.value.split('.').slice(0, 2).join('.')
  return isSameLine && compareVersions(patch.value, base.value) > 0
}

/** A patch of the solution whose version is not below this one. */
export function patchNotBelow(tx: ReadTransaction, parent: Row, version: string): Row | undefined {
  const wanted = parseVersion(version)
  if (!wanted.ok) return undefined
  return patchesOf(tx, parent).findLast((patch) => {
    const have = parseVersion(String(patch.version))
    return have.ok && compareVersions(have.value, wanted.value) >= 0
  })
}

export function notHighestText(patch: Row): string {
  return `Patch '${String(patch.uniquename)}' has a matching or higher version (${String(patch.version)}) than that of the patch being installed.`
}
