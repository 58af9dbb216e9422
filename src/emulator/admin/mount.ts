import { putSolution } from '../layers/solutions.ts'
import type { EnvironmentStore } from '../store/store.ts'

/** Mounts a platform solution: it has a name and a version here, and satisfies dependencies, without components of its own. */
export async function mountPlatformSolution(
  env: EnvironmentStore,
  solution: { readonly uniqueName: string; readonly version: string },
  make: { guid(): string; now(): Date },
): Promise<void> {
  const publisher = { uniqueName: 'MicrosoftCorporation', displayName: 'Microsoft', prefix: '', optionValuePrefix: undefined }
  const facts = {
    uniqueName: solution.uniqueName,
    displayName: solution.uniqueName,
    version: solution.version,
    isManaged: true,
    publisher,
    isMounted: true,
  }
  await env.write((tx) =>
    putSolution(tx, facts, { guid: () => make.guid(), at: make.now().toISOString(), by: '00000000-0000-0000-0000-000000000001' }),
  )
}
