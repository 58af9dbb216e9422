import type { DescribedComponent } from '#domain/difference'
import type { Digest } from '#domain/kernel'
import { describeSolution, readPackage } from '#format'
import type { EngineDependencies } from '../dependencies.ts'

/** What a release holds, and what the installed version does where its very bytes are at hand. */
export interface ReleasedContent {
  readonly release: readonly DescribedComponent[]
  readonly installed: readonly DescribedComponent[] | undefined
}

/** Opens each solution file once: a large one takes a second. */
export async function readContent(
  deps: Pick<EngineDependencies, 'artifacts'>,
  of: { readonly release: Digest; readonly installed: Digest | undefined },
): Promise<ReleasedContent> {
  const release = await describe(deps, of.release)
  if (of.installed === undefined) return { release, installed: undefined }
  return { release, installed: of.installed === of.release ? release : await describe(deps, of.installed) }
}

async function describe(deps: Pick<EngineDependencies, 'artifacts'>, digest: Digest): Promise<readonly DescribedComponent[]> {
  return describeSolution(await readPackage(await deps.artifacts.get(digest)))
}
