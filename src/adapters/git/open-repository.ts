import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DroverError } from '#domain/kernel'
import type { GitCommand } from './git-command.ts'
import { createGitCommand } from './git-command.ts'

export interface Repository {
  readonly git: GitCommand
  readonly gitDir: string
  /** Address to push to; undefined when the repository itself is at hand. */
  readonly remote: string | undefined
}

/** Opens the repository, made bare when a local path has none yet; a remote one gets a bare mirror in the work folder. */
export async function openRepository(options: {
  readonly repository: string
  readonly workFolder: string
  readonly branch: string
}): Promise<Repository> {
  await mkdir(options.workFolder, { recursive: true })
  if (isAddress(options.repository)) {
    const name = createHash('sha256').update(options.repository).digest('hex').slice(0, 16)
    const mirror = join(resolve(options.workFolder), `mirror-${name}.git`)
    await createIfAbsent(mirror, options.branch)
    return { git: createGitCommand(mirror, mirror), gitDir: mirror, remote: options.repository }
  }
  const folder = resolve(options.repository)
  await createIfAbsent(folder, options.branch)
  const gitDir = await findGitDir(folder)
  const git = createGitCommand(folder, gitDir)
  await refuseWhenCheckedOut(git, folder, options.branch)
  return { git, gitDir, remote: undefined }
}

/** A URL, or the short form user@host:path. */
function isAddress(repository: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[^/\\\s]+@[^/\\\s:]+:/.test(repository)
}

async function createIfAbsent(folder: string, branch: string): Promise<void> {
  const isAbsentOrEmpty = await readdir(folder).then(
    (names) => names.length === 0,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
      throw notARepository(folder, error)
    },
  )
  if (!isAbsentOrEmpty) return
  await mkdir(dirname(folder), { recursive: true })
  // Made aside and renamed, so that it appears whole or not at all and the first of several makers wins.
  const draft = await mkdtemp(`${folder}.new-`)
  try {
    await createGitCommand(draft, undefined).run(['init', '--quiet', '--bare', `--initial-branch=${branch}`, '.'])
    await chmod(draft, 0o755)
    await rename(draft, folder)
  } catch (error) {
    const isMadeMeanwhile = error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
    if (!isMadeMeanwhile) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Explicit, so that a folder without a repository is never taken for part of one above it. */
async function findGitDir(folder: string): Promise<string> {
  for (const candidate of [join(folder, '.git'), folder]) {
    const hasHead = await stat(join(candidate, 'HEAD')).then(
      (found) => found.isFile(),
      () => false,
    )
    if (hasHead) return candidate
  }
  throw notARepository(folder)
}

/** Moving a branch under someone's work tree would show all of it as changed. */
async function refuseWhenCheckedOut(git: GitCommand, folder: string, branch: string): Promise<void> {
  if ((await git.run(['rev-parse', '--is-bare-repository'])) === 'true') return
  const head = await git.run(['symbolic-ref', '--quiet', 'HEAD']).catch(() => '')
  if (head !== `refs/heads/${branch}`) return
  throw new DroverError('source-control.checked-out', `Branch ${branch} is checked out in ${folder}, so Drover does not commit to it.`, {
    hint: 'Name a bare repository (or a folder that does not exist yet) as the source repository, or check out another branch there.',
  })
}

function notARepository(folder: string, cause?: unknown): DroverError {
  return new DroverError('source-control.not-a-repository', `${folder} exists and is no git repository.`, {
    hint: 'Name a git repository, or a folder that does not exist yet, as the source repository in drover.yaml.',
    ...(cause === undefined ? {} : { cause }),
  })
}
