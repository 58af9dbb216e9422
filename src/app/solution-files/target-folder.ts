import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { DroverError } from '#domain/kernel'
import { isFolderNoise } from '#format'
import { systemCode, unwritable } from './system-error.ts'

export interface TargetUse {
  /** May what is there be replaced? */
  readonly isClean: boolean
  /** Files that are read for this: the target must not hold them. */
  readonly inputs: readonly string[]
}

/** Refuses a target that must not be written or replaced. What is decided here only, before anything is written, is what a folder is for. */
export function judgeTarget(target: string, use: TargetUse): 'absent' | 'present' {
  const kind = kindOf(target)
  if (kind === 'absent') return 'absent'
  if (kind === 'link') {
    throw new DroverError('solution.symlink', `${target} is a symbolic link.`, { hint: 'Name the folder that it leads to.' })
  }
  if (kind === 'other') {
    throw new DroverError('solution.target-not-a-folder', `${target} is no folder, or lies in something that is none.`, {
      hint: 'Name a folder with --out.',
    })
  }
  const names = readdirSync(target).filter((name) => name === '.git' || !isFolderNoise(name))
  refuseRepository(target, names)
  refuseOccupied(target, names, use.isClean)
  refuseInputsInside(target, use.inputs)
  refuseCurrent(target)
  return 'present'
}

/** Does a folder hold an unpacked solution, in either layout? */
export function isUnpackedSolution(folder: string): boolean {
  if (existsSync(join(folder, 'Other', 'Solution.xml'))) return true
  const solutions = join(folder, 'solutions')
  return isFolder(solutions) && readdirSync(solutions).some((name) => existsSync(join(solutions, name, 'solution.yml')))
}

function kindOf(target: string): 'absent' | 'folder' | 'link' | 'other' {
  try {
    const found = lstatSync(target)
    if (found.isSymbolicLink()) return 'link'
    return found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'absent'
    if (systemCode(error) === 'ENOTDIR') return 'other'
    throw unwritable(target, error)
  }
}

function refuseRepository(target: string, names: readonly string[]): void {
  if (!names.includes('.git')) return
  throw new DroverError('solution.target-is-repository', `${target} is the root of a Git repository and is not replaced.`, {
    hint: `Name a folder in it, for example ${join(target, 'solution')}.`,
  })
}

function refuseOccupied(target: string, names: readonly string[], isClean: boolean): void {
  if (names.length === 0) return
  if (!isClean) {
    throw new DroverError('solution.target-not-empty', `${target} is not empty.`, {
      hint: 'Name an empty or new folder, or replace an unpacked solution with --clean.',
    })
  }
  if (!isUnpackedSolution(target)) {
    throw new DroverError('solution.target-not-a-solution', `${target} holds no unpacked solution, so --clean does not replace it.`, {
      hint: 'Name the folder of an unpacked solution, or an empty one.',
    })
  }
  const foreign = names.filter((name) => !belongsToSolution(target, name))
  if (foreign.length === 0) return
  throw new DroverError('solution.target-has-other-files', `${target} also holds ${listed(foreign)}, which replacing it would delete.`, {
    hint: 'Move that out of the folder; a folder that --clean replaces holds the solution alone.',
  })
}

/** Folders of SolutionPackager's layout that components and their parts are in. */
const packagerFolders: ReadonlySet<string> = new Set(
  `AppModuleSiteMaps AppModules Assets CanvasApps ConnectionRoles Connector Connectors Controls CustomControls Dashboards Dialogs Entities
  EntityDataProviders EntityDataSources Formulas InteractionCentricDashboards OptionSets Other PluginAssemblies PluginPackages Reports
  Resources Roles SdkMessageProcessingSteps ServiceEndpoints StoredProcedures Templates WebResources WebWizards Workflows .drover`.split(
    /\s+/,
  ),
)

/** Known by its name, or by how the platform names what it puts there: `bots/<key>/bot.xml`, `solutions/<name>/solution.yml`. */
function belongsToSolution(target: string, name: string): boolean {
  const folder = join(target, name)
  if (!isFolder(folder)) return false
  if (packagerFolders.has(name)) return true
  if (name.startsWith('.') || name === 'node_modules') return false
  const files = readdirSync(folder).flatMap((entry) => (isFolder(join(folder, entry)) ? readdirSync(join(folder, entry)) : [entry]))
  return files.some((file) => file.endsWith('.yml') || (file.endsWith('.xml') && name.startsWith(file.slice(0, -'y.xml'.length))))
}

function refuseInputsInside(target: string, inputs: readonly string[]): void {
  const held = inputs.find((input) => isInside(realOf(input), realOf(target)))
  if (held === undefined) return
  throw new DroverError('solution.target-holds-input', `${target} holds ${held}, which is read for this.`, {
    hint: 'Name another folder, or move the file out of it.',
  })
}

/** Whoever stands in a folder that is replaced stands in one that is gone. */
function refuseCurrent(target: string): void {
  if (!isInside(realOf('.'), realOf(target))) return
  throw new DroverError(
    'solution.target-in-use',
    `${target} is the folder that this runs in, or one above it, and cannot be replaced from here.`,
    {
      hint: 'Run it from outside of that folder.',
    },
  )
}

/** Is a path the folder itself, or below it? Both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path)
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length <= 5 ? shown : `${shown} and ${names.length - 5} more`
}
