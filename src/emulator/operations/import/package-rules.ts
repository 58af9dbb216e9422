import { attributeOf } from '#format'
import { compareVersions, parseVersion } from '#domain/kernel'
import { kindInfo } from '../../kinds/kind-table.ts'
import { componentId, readComponent } from '../../layers/component-state.ts'
import type { ComponentIndex } from '../../layers/find-component.ts'
import { identitiesOf } from '../../layers/find-component.ts'
import { platformVersion } from '../../templates/platform-version.ts'
import type { ReadTransaction } from '../../store/store.ts'
import { partIndex } from './part-index.ts'
import type { ImportProblem } from './problem.ts'
import { manifestProblem } from './problem.ts'
import type { SolutionFile } from './solution-file.ts'

/** The newest form of packages that this environment reads. */
const newestPackage = '9.2'
/** Packages of the releases of 2011, 5.0, and before are not read any more (text of 0x80048068). */
const oldestPackage = '6.0'

/** What is wrong with the file in itself, and with what it lists; empty when nothing. Codes and texts: error reference, by name. */
export function packageProblems(tx: ReadTransaction, file: SolutionFile): readonly ImportProblem[] {
  const index = partIndex(file.package.parts).names
  return [
    ...badUniqueName(file),
    ...reservedName(file),
    ...badPackageVersion(file),
    ...strayFiles(file),
    ...repeatedRoots(file),
    ...undeclared(file, index),
    ...absentRoots(tx, file, index),
  ].slice(0, 1)
}

// InvalidSolutionUniqueName.
function badUniqueName({ model }: SolutionFile): ImportProblem[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(model.manifest.uniqueName)) return []
  return [
    manifestProblem(
      '0x8004F002',
      'Invalid character specified for solution unique name. Only characters within the ranges [A-Z], [a-z], [0-9] or _ are allowed. The first character may only be in the ranges [A-Z], [a-z] or _.',
    ),
  ]
}

// ImportDefaultAsPackageError, ImportSystemSolutionError, ImportRestrictedSolutionError.
function reservedName({ model }: SolutionFile): ImportProblem[] {
  switch (model.manifest.uniqueName.toLowerCase()) {
    case 'system':
      return [manifestProblem('0x80048046', 'System solution cannot be imported.')]
    case 'active':
      return [manifestProblem('0x8004F007', 'Solution ID provided is restricted and cannot be imported.')]
    case 'default':
      return [
        manifestProblem(
          '0x80048049',
          'The package supplied for the default solution is trying to install it in managed mode. The default solution cannot be managed. In the XML for the default solution, set the Managed value back to "false" and try to import the solution again.',
        ),
      ]
    default:
      return []
  }
}

/** ImportSolutionPackageNotValid for a file without `version`, which counts as made on premises (observed), ImportSolutionPackageInvalidSolutionPackageVersion. */
function badPackageVersion(file: SolutionFile): ImportProblem[] {
  if (file.model.manifest.platformVersion === undefined) {
    return [
      manifestProblem(
        '0x80048066',
        `The solution package you are importing was generated on a version of Microsoft Dynamics 365 that cannot be imported into this system. Package Version:  On-Premises, System Version: ${platformVersion} Online.`,
      ),
    ]
  }
  const form = parseVersion(attributeOf(file.package.manifest, 'SolutionPackageVersion') ?? newestPackage)
  if (form.ok && !isHigher(form.value, newestPackage) && !isHigher(oldestPackage, form.value)) return []
  return [
    manifestProblem(
      '0x80048068',
      `You can only import solutions with a package version of ${newestPackage} or earlier into this organization. Also, you can't import any solutions into this organization that were exported from Microsoft Dynamics 365 2011 or earlier.`,
    ),
  ]
}

function isHigher(left: string, right: string): boolean {
  const [a, b] = [parseVersion(left), parseVersion(right)]
  return a.ok && b.ok && compareVersions(a.value, b.value) > 0
}

// ImportFileUnprocessed.
function strayFiles(file: SolutionFile): ImportProblem[] {
  const stray = file.package.otherFiles.map(({ path }) => path).filter((path) => path.toLowerCase() !== '[content_types].xml')
  return stray.length === 0 ? [] : [manifestProblem('0x80072035', `Unprocessed files found: ${stray.join(', ')}`)]
}

/** A component listed twice: which code the service has for it is unverified. */
function repeatedRoots({ model }: SolutionFile): ImportProblem[] {
  const seen = new Set<string>()
  for (const root of model.manifest.rootComponents) {
    const key = [root.type, root.id, root.schemaName].join('|').toLowerCase()
    if (seen.has(key))
      return [
        manifestProblem(
          '0x8004801A',
          `The import file is invalid. The root component ${nameOf(root)} of type ${root.type} is listed twice.`,
        ),
      ]
    seen.add(key)
  }
  return []
}

/** ImportMissingRootComponentEntry, for kinds that are listed by number; those that travel unlisted, and parts of tables, are not. */
function undeclared({ model, package: pkg }: SolutionFile, index: ComponentIndex): ImportProblem[] {
  const roots = model.manifest.rootComponents
  const declared = new Set(roots.map((root) => index.find(root)))
  const hasRibbon = roots.some((root) => root.type === '50')
  const missing = pkg.parts.find((part) => {
    const info = kindInfo(part.kind)
    if (part.parent !== undefined || info.type === undefined || info.travelsUnlisted) return false
    return !declared.has(componentId(part.kind, part.key)) && !(part.kind === 'RibbonDiff' && hasRibbon)
  })
  if (missing === undefined) return []
  return [
    manifestProblem(
      '0x8004803A',
      `The import has failed because component ${missing.key} of type ${String(kindInfo(missing.kind).type)} is not declared in the solution file as a root component. To fix this, import again using the XML file that was generated when you exported the solution.`,
    ),
  ]
}

/**
 * ImportMissingComponent, for roots that bear the prefix of the package's own publisher. What is named otherwise may be the platform's,
 * whose components are not here: real packages list forms of the platform without carrying them.
 */
function absentRoots(tx: ReadTransaction, { model }: SolutionFile, index: ComponentIndex): ImportProblem[] {
  const prefix = `${model.manifest.publisher.prefix.toLowerCase()}_`
  const absent = model.manifest.rootComponents.find((root) => {
    if (root.schemaName?.toLowerCase().startsWith(prefix) !== true || index.find(root) !== undefined) return false
    return !identitiesOf(root).some((id) => readComponent(tx, id) !== undefined)
  })
  if (absent === undefined) return []
  return [
    manifestProblem(
      '0x8004801F',
      `Cannot add a Root Component ${nameOf(absent)} of type ${absent.type} because it is not in the target system.`,
    ),
  ]
}

function nameOf(root: { readonly id: string | undefined; readonly schemaName: string | undefined }): string {
  return root.schemaName ?? root.id ?? ''
}
