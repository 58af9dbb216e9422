import { compareVersions, parseVersion } from '#domain/kernel'
import { signedCode } from '../../errors.ts'
import { kindInfo } from '../../kinds/kind-table.ts'
import { componentId, listComponents } from '../../layers/component-state.ts'
import type { RecordedDependency } from '../../layers/dependencies.ts'
import { isSatisfied } from '../../layers/dependencies.ts'
import { ComponentIndex } from '../../layers/find-component.ts'
import { findSolution, publisherOf } from '../../layers/solutions.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import { withoutLocalChoices } from './local-choices.ts'
import { isLockedDown } from './lockdown.ts'
import { packageProblems } from './package-rules.ts'
import { patchProblems } from './patch-rules.ts'
import type { ImportProblem, ValidationMode } from './problem.ts'
import { manifestProblem } from './problem.ts'
import type { SolutionFile } from './solution-file.ts'
import { unlistedDependencies } from './unlisted-dependencies.ts'
import { mayManagedUpdateFall } from './version-switch.ts'

/** What is wrong with bringing the file into the environment as it is now; empty when nothing. */
export function validateImport(
  tx: ReadTransaction,
  file: SolutionFile,
  { mode, skipsProductUpdates = false }: { readonly mode: ValidationMode; readonly skipsProductUpdates?: boolean },
): readonly ImportProblem[] {
  const manifest = file.model.manifest
  const flaws = packageProblems(tx, file)
  if (flaws.length > 0) return flaws
  const installed = findSolution(tx, manifest.uniqueName)
  const found = [
    ...patchProblems(tx, manifest, mode),
    ...lockedDown(tx, manifest.isManaged),
    ...modeMismatch(installed, manifest.isManaged, mode),
    ...pendingUpgrade(tx, manifest.uniqueName, mode),
    ...otherPublisher(tx, installed, manifest),
    ...baseAbsent(installed, manifest.uniqueName, mode),
    ...versionNotHigher(tx, installed, { manifest, mode }),
  ]
  return found.length > 0 ? found : missingDependencies(tx, file, skipsProductUpdates)
}

/** The error form of validation problems: a JSON array of SolutionValidationResult (web-api A.5, facts-2 §1.4). */
export function validationResults(problems: readonly ImportProblem[]): readonly Row[] {
  return problems.map((problem) => ({
    SolutionValidationResultType: 'Error',
    Message: problem.message,
    ErrorCode: signedCode(problem.code),
    AdditionalInfo: null,
  }))
}

type Manifest = SolutionFile['model']['manifest']

// facts-2 §6.4: unmanaged imports are blocked.
function lockedDown(tx: ReadTransaction, isManaged: boolean): ImportProblem[] {
  if (isManaged || !isLockedDown(tx)) return []
  return [
    manifestProblem(
      '0x80072042',
      "This environment doesn't allow unmanaged customizations. This was a choice made by your admin, and certain actions won't be available or will be view only. Learn more: https://go.microsoft.com/fwlink/?linkid=2251006",
    ),
  ]
}

// facts-2 §7: both texts are the service's.
function modeMismatch(installed: Row | undefined, isManaged: boolean, mode: ValidationMode): ImportProblem[] {
  if (installed === undefined || installed.ismanaged === isManaged) {
    // web-api A.5, real message.
    const isUnmanagedUpgrade = installed !== undefined && !isManaged && (mode === 'holding' || mode === 'upgrade')
    return isUnmanagedUpgrade
      ? [manifestProblem('0x80048033', 'The imported solution and the existing solution must both be managed for upgrade.')]
      : []
  }
  const [was, is, code] = isManaged ? ['an unmanaged', 'managed', '0x80048040'] : ['a managed', 'unmanaged', '0x80048041']
  return [
    manifestProblem(
      code,
      `The solution is already installed on this system as ${was} solution and the package supplied is attempting to install it in ${is} mode. Import can only update solutions when the modes match. Uninstall the current solution and try again.`,
    ),
  ]
}

// facts-2 §1.1: texts of 0x80048539.
function pendingUpgrade(tx: ReadTransaction, uniqueName: string, mode: ValidationMode): ImportProblem[] {
  if (findSolution(tx, `${uniqueName}_Upgrade`) === undefined) return []
  const text =
    mode === 'update'
      ? `Holding solution ${uniqueName}_Upgrade exists. Cannot update solution.`
      : `Holding solution ${uniqueName}_Upgrade already exists.`
  return [manifestProblem('0x80048539', text)]
}

// ImportWrongPublisherError; text of the error reference.
function otherPublisher(tx: ReadTransaction, installed: Row | undefined, manifest: Manifest): ImportProblem[] {
  if (installed === undefined || !manifest.isManaged) return []
  const owner = String(publisherOf(tx, installed)?.uniquename ?? '')
  if (owner.toLowerCase() === manifest.publisher.uniqueName.toLowerCase()) return []
  return [
    manifestProblem(
      '0x8004801C',
      `The following managed solution cannot be imported: ${manifest.uniqueName}. The publisher name cannot be changed from ${owner} to ${manifest.publisher.uniqueName}.`,
    ),
  ]
}

// CannotFindBaseFromUpgrade (web-api A.5); StageAndUpgrade without a base is a plain import (H).
function baseAbsent(installed: Row | undefined, uniqueName: string, mode: ValidationMode): ImportProblem[] {
  if (mode !== 'holding' || installed !== undefined) return []
  return [manifestProblem('0x8004F083', `Cannot find the base solution '${uniqueName}' of the holding solution '${uniqueName}_Upgrade'.`)]
}

/**
 * An upgrade must rise: LowerVersionUpgrade (facts-2 §1.1). For a plain managed update the sources contradict each other, so it is
 * refused unless the environment's switch `managedUpdateMayFall` says otherwise. Unmanaged imports may have any version.
 */
function versionNotHigher(
  tx: ReadTransaction,
  installed: Row | undefined,
  { manifest, mode }: { manifest: Manifest; mode: ValidationMode },
): ImportProblem[] {
  if (installed === undefined || !manifest.isManaged || manifest.patchOf !== undefined) return []
  // A staged file may still become an update; what it becomes is judged again when it is imported.
  if ((mode === 'update' || mode === 'staging') && mayManagedUpdateFall(tx)) return []
  const have = parseVersion(String(installed.version))
  if (!have.ok || compareVersions(manifest.version, have.value) > 0) return []
  return [manifestProblem('0x80048541', 'The import solution must have a higher version than the existing solution it is upgrading.')]
}

/** `skipsProductUpdates`: a platform solution that is there in a lower version does not count (SkipProductUpdateDependencies, unverified in detail). */
function missingDependencies(tx: ReadTransaction, file: SolutionFile, skipsProductUpdates: boolean): ImportProblem[] {
  const { manifest } = file.model
  // What the package itself carries of a required component is its own layer, not the base that it needs.
  const present = new ComponentIndex(listComponents(tx).map((state) => componentId(state.kind, state.key)))
  const unmet = manifest.missingDependencies.filter((dependency) => !isSatisfied(tx, dependency.required, present))
  const missing = [...withoutLocalChoices(tx, unmet), ...unlistedDependencies(tx, file, present)]
  const isProductUpdate = (entry: (typeof missing)[number]): boolean => findSolution(tx, entry.required.solution)?.['~mounted'] === true
  const absent = skipsProductUpdates ? missing.filter((entry) => !isProductUpdate(entry)) : missing
  if (absent.length === 0) return []
  const list = absent.map(
    (dependency) =>
      `<MissingDependency>${end('Required', dependency.required)}${end('Dependent', dependency.dependent)}</MissingDependency>`,
  )
  return [
    {
      stage: 'validation',
      code: '0x8004801D',
      message: `The following solution cannot be imported: ${manifest.uniqueName}. Some dependencies are missing. The missing dependencies are : <MissingDependencies>${list.join('')}</MissingDependencies> , ProductUpdatesOnly : ${absent.every(isProductUpdate) ? 'True' : 'False'}`,
      missing: absent.map((dependency) => dependency.required),
    },
  ]
}

interface End {
  readonly type: string
  readonly schemaName: string | undefined
  readonly displayName: string | undefined
  readonly id: string | undefined
  readonly parentSchemaName?: string | undefined
  readonly solution?: string
  readonly minimumVersion?: string | undefined
}

function end(name: string, dependency: End): string {
  const source =
    dependency.solution === undefined
      ? undefined
      : `${dependency.solution}${dependency.minimumVersion === undefined ? '' : ` (${dependency.minimumVersion})`}`
  const attributes = Object.entries({
    type: dependency.type,
    schemaName: dependency.schemaName,
    displayName: dependency.displayName,
    parentSchemaName: dependency.parentSchemaName,
    solution: source,
    id: dependency.id,
  })
  const written = attributes.flatMap(([key, value]) => (value === undefined ? [] : [`${key}="${escapeXml(value)}"`]))
  return `<${name} ${written.join(' ')} />`
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** A row of `StageSolutionResults.MissingDependencies` (web-api A.1). */
export function missingDependencyRow(required: RecordedDependency['required']): Row {
  return {
    CanResolveMissingDependency: false,
    MissingPackages: [],
    RequiredSolutionName: required.solution,
    RequiredComponent: {
      Type: /^\d+$/.test(required.type) ? kindInfo(required.type).name : required.type,
      SchemaName: required.schemaName ?? null,
      DisplayName: required.displayName ?? null,
      Id: required.id ?? null,
      ParentSchemaName: required.parentSchemaName ?? null,
    },
  }
}
