import type { DescribedComponent } from '#domain/difference'
import type { Digest } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import { describeArtifact } from '../described-artifacts.ts'

/** What a release holds, and what the installed version does where its very bytes are at hand. */
export interface ReleasedContent {
  readonly release: readonly DescribedComponent[]
  readonly installed: readonly DescribedComponent[] | undefined
}

export async function readContent(
  deps: Pick<EngineDependencies, 'artifacts'>,
  of: { readonly release: Digest; readonly installed: Digest | undefined },
): Promise<ReleasedContent> {
  const release = await describeArtifact(deps.artifacts, of.release)
  if (of.installed === undefined) return { release, installed: undefined }
  return { release, installed: await describeArtifact(deps.artifacts, of.installed) }
}
