import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { SignedHead } from '#domain/evidence'
import { readSignedHeads } from '#domain/evidence'
import { DroverError, errorMessage } from '#domain/kernel'

const run = promisify(execFile)

/**
 * Signed heads from wherever somebody kept them: a file of one or many, a tag as `tag:<name>@<repository>` (all anchors of a repository without
 * the name), or the head itself. Throws `cli.usage` where there is none, since nothing would then be held against anything.
 */
export async function readAnchor(given: string): Promise<readonly SignedHead[]> {
  const text = given.trimStart().startsWith('{') ? given : given.startsWith('tag:') ? await readTags(given) : await readList(given)
  const heads = readSignedHeads(text)
  if (heads.length > 0) return heads
  throw new DroverError('cli.usage', `There is no signed head of a ledger in ${given}.`, {
    hint: 'Give a file that `drover ledger anchor` or the worker wrote, tag:<name>@<repository>, or the signed head itself.',
  })
}

async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new DroverError('file.absent', `The anchor ${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Name a file that is there.',
      cause: error,
    })
  }
}

async function readTags(given: string): Promise<string> {
  const [, name = '', repository = '.'] = /^tag:([^@]*)(?:@(.*))?$/s.exec(given) ?? []
  const ref = `refs/tags/${name === '' ? 'drover/ledger/*' : name}`
  try {
    const { stdout } = await run('git', ['-C', repository, 'for-each-ref', '--format=%(contents)', '--', ref], {
      maxBuffer: 64 * 1024 ** 2,
    })
    return stdout
  } catch (error) {
    throw new DroverError('file.absent', `The tags of ${repository} cannot be read: ${errorMessage(error)}`, {
      hint: 'Name a Git repository on this machine, with its tags fetched.',
      cause: error,
    })
  }
}
