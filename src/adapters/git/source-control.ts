import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import { mainBranch } from '#domain/pipeline'
import type { Log, SourceControl } from '#engine/ports'
import type { Repository } from './open-repository.ts'
import { openRepository } from './open-repository.ts'
import { readPerson } from './person.ts'
import { readSource } from './read-source.ts'
import { draftPrefix, writeTree } from './write-tree.ts'

export interface SourceControlOptions {
  /** Path of a local repository (made, bare, when absent) or the address of a remote one. */
  readonly repository: string
  /** Where the mirror of a remote repository and drafts of commits live. */
  readonly workFolder: string
  readonly log: Log
  /** Default: main. */
  readonly branch?: string
}

interface Session extends Repository {
  readonly workFolder: string
  readonly branch: string
  readonly log: Log
}

type Commit = Parameters<SourceControl['commitSource']>[0]
type BranchCommit = Parameters<SourceControl['commitBranch']>[0]

/**
 * Commits without a work tree: objects are written first and the branch is moved last, in one step that fails when someone else moved
 * it meanwhile. So concurrent calls cannot mix, and a killed process leaves the branch as it was.
 */
export function createSourceControl(options: SourceControlOptions): SourceControl {
  const branch = options.branch ?? mainBranch
  let opened: Promise<Session> | undefined
  function open(): Promise<Session> {
    opened ??= openSession(options, branch).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    commitSource: async (commit) => commitSource(await open(), commit),
    tag: async (tag, commit, message) => tagCommit(await open(), { tag, commit, message }),
    readSource: async (of) => {
      const session = await open()
      // Also a commit by its id: a remote repository may have it, and the mirror not yet.
      const head = await fetchHead(session)
      return readSource(session, { folder: of.folder, commit: of.commit ?? head })
    },
    commitBranch: async (commit) => commitBranch(await open(), commit),
  }
}

async function openSession(options: SourceControlOptions, branch: string): Promise<Session> {
  const workFolder = resolve(options.workFolder)
  const repository = await openRepository({ repository: options.repository, workFolder, branch })
  await removeDeadDrafts(workFolder)
  return { ...repository, workFolder, branch, log: options.log }
}

const tries = 20

async function commitSource(main: Session, commit: Commit): Promise<string> {
  const session: Session = commit.branch === undefined ? main : { ...main, branch: commit.branch.name }
  if (commit.branch !== undefined) await checkBranch(session, session.branch)
  for (let attempt = 1; ; attempt++) {
    const head = await fetchHead(session)
    const parent = head ?? commit.branch?.from
    const tree = await writeTree(session, session.workFolder, { parent, folder: commit })
    if (parent !== undefined && tree === (await session.git.run(['rev-parse', `${parent}^{tree}`])))
      return lastCommitOf(session, parent, commit.folder)
    const id = await session.git.run(['commit-tree', tree, ...(parent === undefined ? [] : ['-p', parent])], {
      input: commit.message,
      author: readPerson(commit.author),
    })
    if (await moveBranch(session, id, head)) return id
    if (attempt >= tries) throw busy(session)
    await wait(Math.min(50 * attempt, 500))
  }
}

/** The branch appears whole or not at all; what a killed process left of it is objects that nothing refers to. */
async function commitBranch(session: Session, wanted: BranchCommit): Promise<string> {
  const branch: Session = { ...session, branch: wanted.branch }
  await checkBranch(session, wanted.branch)
  await fetchHead(session)
  let tree = wanted.parent
  for (const folder of wanted.folders) tree = await writeTree(session, session.workFolder, { parent: tree, folder })
  for (let attempt = 1; ; attempt++) {
    const known = await fetchHead(branch)
    if (known !== undefined) return orTaken(session, wanted, { known, tree })
    const id = await session.git.run(['commit-tree', tree, '-p', wanted.parent], {
      input: wanted.message,
      author: readPerson(wanted.author),
    })
    if (await moveBranch(branch, id, undefined)) return id
    if (attempt >= tries) throw busy(branch)
    await wait(Math.min(50 * attempt, 500))
  }
}

/** An earlier, interrupted call made the same; anything else is somebody's work. */
async function orTaken(
  session: Session,
  wanted: BranchCommit,
  { known, tree }: { readonly known: string; readonly tree: string },
): Promise<string> {
  const [there, parents] = await Promise.all([
    session.git.run(['rev-parse', `${known}^{tree}`]),
    session.git.run(['rev-list', '--parents', '-1', known]),
  ])
  if (there === tree && parents === `${known} ${wanted.parent}`) return known
  throw new DroverError('source-control.branch-taken', `The branch ${wanted.branch} is there already and holds something else.`, {
    hint: 'Merge or delete that branch, then try again.',
  })
}

async function checkBranch(session: Session, branch: string): Promise<void> {
  const isName =
    !branch.startsWith('-') && (await session.git.run(['check-ref-format', `refs/heads/${branch}`]).then(() => true, isRefusal))
  if (isName) return
  throw new DroverError('source-control.branch-refused', `"${branch}" cannot be the name of a git branch.`, {
    hint: 'Use letters, digits, dots, dashes and slashes.',
  })
}

/** The newest commit of the branch, read from the remote when there is one; undefined for an empty repository. */
async function fetchHead(session: Session): Promise<string | undefined> {
  const ref = `refs/heads/${session.branch}`
  if (session.remote === undefined) {
    const id = await session.git.run(['for-each-ref', '--format=%(objectname)', ref])
    return id === '' ? undefined : id
  }
  const listed = await overNetwork(session, ['ls-remote', session.remote, ref])
  const id = listed.split('\t')[0]
  if (id === undefined || id === '') return undefined
  await overNetwork(session, ['fetch', '--quiet', '--no-tags', session.remote, `+${ref}:refs/drover/fetched/${session.branch}`])
  return id
}

/** The commit that last changed the folder: what an earlier, interrupted call with the same files made. */
async function lastCommitOf(session: Session, head: string, folder: string): Promise<string> {
  const id = await session.git.run(['rev-list', '-1', head, '--', `:(literal)${folder}`])
  return id === '' ? head : id
}

/** False when the branch has moved since `parent` was read. */
async function moveBranch(session: Session, id: string, parent: string | undefined): Promise<boolean> {
  const ref = `refs/heads/${session.branch}`
  if (session.remote !== undefined) {
    // The lease makes the remote compare, as update-ref does here.
    return tryPush(session, [`--force-with-lease=${ref}:${parent ?? ''}`, session.remote, `${id}:${ref}`])
  }
  try {
    await session.git.run(['update-ref', '-m', 'drover: commit', ref, id, parent ?? '0'.repeat(id.length)])
    return true
  } catch (error) {
    if (!errorMessage(error).includes('cannot lock ref')) throw error
    await removeStaleLocks(session, ref)
    return false
  }
}

async function tryPush(session: Session, args: readonly string[]): Promise<boolean> {
  try {
    await session.git.run(['push', '--quiet', ...args], { isRemote: true })
    return true
  } catch (error) {
    const text = errorMessage(error)
    if (/stale info|fetch first|non-fast-forward|cannot lock ref|incorrect old value|failed to update ref|already exists/.test(text))
      return false
    throw asNetworkFailure(session, error)
  }
}

async function tagCommit(
  session: Session,
  wanted: { readonly tag: string; readonly commit: string; readonly message: string },
): Promise<void> {
  const ref = `refs/tags/${wanted.tag}`
  await checkTag(session, wanted.tag, ref)
  if (session.remote !== undefined) await fetchTag(session, ref)
  for (let attempt = 1; ; attempt++) {
    const tagged = await taggedCommit(session, ref)
    if (tagged !== undefined && tagged !== wanted.commit) throw tagMoved(wanted, tagged)
    if (tagged === undefined && !(await createTag(session, ref, wanted))) {
      if (attempt >= tries) throw busy(session)
      await wait(50)
      continue
    }
    if (session.remote === undefined || (await tryPush(session, [session.remote, `${ref}:${ref}`]))) return
    if (attempt >= tries) throw busy(session)
    await fetchTag(session, ref)
  }
}

async function checkTag(session: Session, tag: string, ref: string): Promise<void> {
  const isName = !tag.startsWith('-') && (await session.git.run(['check-ref-format', ref]).then(() => true, isRefusal))
  if (isName) return
  throw new DroverError('source-control.tag-refused', `"${tag}" cannot be the name of a git tag.`, {
    hint: 'Use letters, digits, dots, dashes and slashes.',
  })
}

function isRefusal(error: unknown): false {
  if (errorCode(error) === 'source-control.failed') return false
  throw error
}

async function createTag(
  session: Session,
  ref: string,
  wanted: { readonly tag: string; readonly commit: string; readonly message: string },
): Promise<boolean> {
  try {
    await session.git.run(['tag', '--annotate', '--no-sign', '--cleanup=verbatim', '--file=-', '--', wanted.tag, wanted.commit], {
      input: wanted.message,
    })
    return true
  } catch (error) {
    if (!/already exists|cannot lock ref/.test(errorMessage(error))) throw error
    await removeStaleLocks(session, ref)
    return false
  }
}

async function taggedCommit(session: Session, ref: string): Promise<string | undefined> {
  const id = await session.git.run(['for-each-ref', '--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)', ref])
  return id === '' ? undefined : id
}

/** What the remote says wins over the mirror, which may hold a tag that was never pushed. */
async function fetchTag(session: Session, ref: string): Promise<void> {
  if (session.remote === undefined) return
  const listed = await overNetwork(session, ['ls-remote', session.remote, ref])
  if (listed === '') return
  await overNetwork(session, ['fetch', '--quiet', '--no-tags', session.remote, `+${ref}:${ref}`])
}

/** Two calls may fetch into the same mirror at once; then one of them finds the ref locked, or moved, and asks again. */
async function overNetwork(session: Session, args: readonly string[]): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session.git.run(args, { isRemote: true })
    } catch (error) {
      const isContended = /cannot lock ref|unable to update local ref/.test(errorMessage(error))
      if (!isContended || attempt >= tries) throw asNetworkFailure(session, error)
      await wait(50 * attempt)
    }
  }
}

function asNetworkFailure(session: Session, error: unknown): unknown {
  if (error instanceof DroverError && error.code !== 'source-control.failed') return error
  return new DroverError(
    'source-control.unreachable',
    `The source repository ${withoutPassword(session.remote ?? '')} cannot be used: ${withoutPassword(errorMessage(error))}`,
    {
      hint: 'Check the network, the address in drover.yaml and that the user who runs Drover may push there; then try again.',
      isRetryable: true,
    },
  )
}

/** Addresses may carry a user name and password before the host. */
function withoutPassword(text: string): string {
  return text.replaceAll(/:\/\/[^/@\s]*@/g, '://')
}

/**
 * git holds a lock for milliseconds; one that is older was left by a killed process. Moving a branch locks the branch, HEAD when it points to it,
 * and the packed refs.
 */
async function removeStaleLocks(session: Session, ref: string): Promise<void> {
  for (const name of [`${ref}.lock`, 'HEAD.lock', 'packed-refs.lock']) {
    const lock = join(session.gitDir, name)
    const age = await stat(lock).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    )
    if (age < staleLockMs) continue
    session.log.warn(`Removed a lock that a killed git process left: ${lock}`)
    await rm(lock, { force: true })
  }
}

const staleLockMs = 5_000

async function removeDeadDrafts(workFolder: string): Promise<void> {
  for (const name of await readdir(workFolder)) {
    const processId = Number(/^draft-(\d+)-/.exec(name)?.[1])
    if (Number.isNaN(processId) || isRunning(processId) || !name.startsWith(draftPrefix(processId))) continue
    await rm(join(workFolder, name), { recursive: true, force: true })
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function tagMoved(wanted: { readonly tag: string; readonly commit: string }, tagged: string): DroverError {
  return new DroverError('source-control.tag-moved', `The tag ${wanted.tag} names commit ${tagged}, not ${wanted.commit}.`, {
    hint: 'A tag of a promotion never moves. Find out who made it; promote under a new version.',
  })
}

function busy(session: Session): DroverError {
  return new DroverError(
    'source-control.busy',
    `Branch ${session.branch} of the source repository kept moving, or is locked, so nothing was committed.`,
    {
      hint: `Try again; if it stays, look for a file ending in .lock in ${session.gitDir}.`,
      isRetryable: true,
    },
  )
}
