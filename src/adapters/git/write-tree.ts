import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Repository } from './open-repository.ts'
import { checkPath, sourcePath } from './source-paths.ts'

export interface SourceFolder {
  readonly folder: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Drafts hold the process id, so that what a killed process left behind can be told from work in progress. */
export function draftPrefix(processId: number): string {
  return `draft-${processId}-`
}

/**
 * Writes the tree of `parent` with the folder replaced by exactly the files, and gives its id. Works on an index and copies of its own:
 * a process that dies here leaves objects that nothing refers to.
 */
export async function writeTree(
  repository: Repository,
  workFolder: string,
  source: { readonly parent: string | undefined; readonly folder: SourceFolder },
): Promise<string> {
  checkPath(source.folder.folder)
  const paths = [...source.folder.files.keys()].map((file) => sourcePath(source.folder.folder, file))
  const draft = await mkdtemp(join(workFolder, draftPrefix(process.pid)))
  try {
    const ids = await writeBlobs(repository, draft, [...source.folder.files.values()])
    const indexFile = join(draft, 'index')
    await repository.git.run(['read-tree', source.parent ?? '--empty'], { indexFile })
    const removals = (await listFiles(repository, source.parent, source.folder.folder)).map((path) => `0 ${'0'.repeat(40)}\t${path}\0`)
    const entries = paths.map((path, i) => `100644 ${ids[i] ?? ''}\t${path}\0`)
    const changes = [...removals, ...entries].join('')
    if (changes !== '') await repository.git.run(['update-index', '--replace', '-z', '--index-info'], { indexFile, input: changes })
    return await repository.git.run(['write-tree'], { indexFile })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function listFiles(repository: Repository, parent: string | undefined, folder: string): Promise<readonly string[]> {
  if (parent === undefined) return []
  const listed = await repository.git.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', parent, `${folder}/`])
  return listed.split('\0').filter((path) => path !== '')
}

/** Without filters: what is committed is what was exported, byte for byte. */
async function writeBlobs(repository: Repository, draft: string, contents: readonly Uint8Array[]): Promise<readonly string[]> {
  if (contents.length === 0) return []
  const copies = contents.map((_, i) => join(draft, String(i)))
  for (const [i, bytes] of contents.entries()) await writeFile(join(draft, String(i)), bytes)
  const ids = await repository.git.run(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    input: copies.map((copy) => `${copy}\n`).join(''),
  })
  return ids.split('\n')
}
