import { errorCode } from '#domain/kernel'
import type { SourceFiles } from '#engine/ports'
import type { Repository } from './open-repository.ts'
import { checkPath } from './source-paths.ts'

/** The files below a folder at a commit, byte for byte as they were committed; undefined when there is no such commit. */
export async function readSource(
  repository: Repository,
  of: { readonly folder: string; readonly commit: string | undefined },
): Promise<SourceFiles | undefined> {
  checkPath(of.folder)
  const commit = of.commit === undefined ? undefined : await findCommit(repository, of.commit)
  if (commit === undefined) return undefined
  const listed = await repository.git.run(['ls-tree', '-r', '-z', '--full-tree', commit, `${of.folder}/`])
  const entries = listed.split('\0').flatMap((line) => {
    const [, type, id, path] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    return type === 'blob' && id !== undefined && path !== undefined ? [{ id, path: path.slice(of.folder.length + 1) }] : []
  })
  const contents = await readBlobs(
    repository,
    entries.map(({ id }) => id),
  )
  return { commit, files: new Map(entries.flatMap(({ id, path }) => withContent(path, contents.get(id)))) }
}

function withContent(path: string, bytes: Uint8Array | undefined): [string, Uint8Array][] {
  return bytes === undefined ? [] : [[path, bytes]]
}

async function findCommit(repository: Repository, commit: string): Promise<string | undefined> {
  const name = revisionOf(commit)
  if (name === undefined) return undefined
  try {
    return await repository.git.run(['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
  } catch (error) {
    if (errorCode(error) === 'source-control.failed') return undefined
    throw error
  }
}

/** A commit by its id, or the newest of a branch that is at hand; nothing else that git would understand. */
function revisionOf(text: string): string | undefined {
  if (/^[0-9a-f]{7,64}$/i.test(text)) return text
  return /^[A-Za-z0-9][\w./-]{0,199}$/.test(text) && !text.includes('..') ? `refs/heads/${text}` : undefined
}

/** One process for all: each object comes as `<id> <type> <size>`, a line break, its bytes, and a line break. */
async function readBlobs(repository: Repository, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const output = await repository.git.readObjects(['--batch'], { input: wanted.map((id) => `${id}\n`).join('') })
  const found = new Map<string, Uint8Array>()
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    const [id, type, size] = new TextDecoder().decode(output.subarray(at, end)).split(' ')
    const from = end + 1
    const length = type === 'blob' ? Number(size) : 0
    if (id !== undefined && type === 'blob') found.set(id, output.slice(from, from + length))
    at = type === 'blob' ? from + length + 1 : from
  }
  return found
}
