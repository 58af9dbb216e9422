import type { Hotfix } from '#domain/hotfix'
import { isSettled, stateOfHotfix } from '#domain/hotfix'
import type { Digest, ReleaseId } from '#domain/kernel'
import { findUncarried } from '#format'
import type { EngineDependencies } from '../dependencies.ts'
import { loadSealedRelease } from '../promotion/sealed-release.ts'
import { listHotfixesOf } from './stream.ts'

/** How a source of main stands to one hotfix that is owed. */
export interface CarriedHotfix {
  readonly hotfixId: string
  /** The release of it that is in production, whose content was compared. */
  readonly releaseId: ReleaseId
  /** `kind:key` of what the hotfix changed and the source does not have, unless it was decided that main's say holds; empty: nothing is owed. */
  readonly lacking: readonly string[]
}

type Reads = Pick<EngineDependencies, 'readModel' | 'ledger' | 'artifacts'>

/** Compares content: what the hotfix that is in production changed since its base, and what of it is in an unmanaged artifact of main. */
export async function findCarried(
  deps: Reads,
  of: { readonly solution: string; readonly unmanaged: Digest },
): Promise<readonly CarriedHotfix[]> {
  const owed = (await listHotfixesOf(deps, of.solution)).filter((hotfix) => stateOfHotfix(hotfix) === 'owed')
  const found: CarriedHotfix[] = []
  for (const hotfix of owed) {
    const { hotfixId, shipped } = hotfix
    if (shipped === undefined) continue
    const { base, theirs } = await loadLine(deps, hotfix)
    const uncarried = await findUncarried({ base, theirs, ours: await deps.artifacts.get(of.unmanaged) })
    const lacking = uncarried.filter((each) => !isSettled(hotfix, each)).map(({ component }) => component)
    found.push({ hotfixId, releaseId: shipped.releaseId, lacking })
  }
  return found
}

/** The unmanaged artifacts that a hotfix that is in production leads from and to. */
export async function loadLine(
  deps: Reads,
  { base, shipped }: Pick<Hotfix, 'base' | 'shipped'>,
): Promise<{ readonly base: Uint8Array; readonly theirs: Uint8Array }> {
  const [before, after] = [
    await loadSealedRelease(deps.ledger, base.releaseId),
    await loadSealedRelease(deps.ledger, shipped?.releaseId ?? base.releaseId),
  ]
  return { base: await deps.artifacts.get(before.unmanaged.digest), theirs: await deps.artifacts.get(after.unmanaged.digest) }
}
