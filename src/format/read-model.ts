import type { ConnectionReference, SolutionModel } from '#domain/solution'
import type { PackageLimits } from './limits.ts'
import type { ComponentPart, SolutionPackage } from './package.ts'
import { readEnvironmentVariable } from './read-environment-variable.ts'
import { readCloudFlow } from './read-flow.ts'
import { readManifest } from './read-manifest.ts'
import { readPackage } from './read-package.ts'
import { readTexts } from './read-texts.ts'
import { childText } from './xml/tree.ts'

/** What a solution file says, for checks and plans. */
export function readModel(pkg: SolutionPackage): SolutionModel {
  return {
    manifest: readManifest(pkg.manifest),
    components: pkg.parts.map(({ kind, key, displayName, parent }) => ({ kind, key, displayName, parent })),
    flows: collect(pkg, 'Workflow', readCloudFlow),
    connectionReferences: collect(pkg, 'connectionreference', readConnectionReference),
    environmentVariables: collect(pkg, 'environmentvariabledefinition', readEnvironmentVariable),
    texts: readTexts(pkg),
  }
}

/** A solution file's package and model in one go. */
export async function readSolution(
  bytes: Uint8Array,
  limits: Partial<PackageLimits> = {},
): Promise<{ package: SolutionPackage; model: SolutionModel }> {
  const pkg = await readPackage(bytes, limits)
  return { package: pkg, model: readModel(pkg) }
}

function collect<T>(pkg: SolutionPackage, kind: string, read: (part: ComponentPart) => T | undefined): T[] {
  const list: T[] = []
  for (const part of pkg.parts) {
    const item = part.kind === kind ? read(part) : undefined
    if (item !== undefined) list.push(item)
  }
  return list
}

function readConnectionReference(part: ComponentPart): ConnectionReference {
  return { logicalName: part.key, displayName: part.displayName, connectorId: childText(part.xml, 'connectorid') }
}
