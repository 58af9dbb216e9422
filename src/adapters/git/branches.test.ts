import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorCode } from '#domain/kernel'
import type { SourceControl } from '#engine/ports'
import { createSourceControl } from './source-control.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drover-git-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

function open(repository = join(root, 'source.git')): SourceControl {
  return createSourceControl({ repository, workFolder: join(root, 'work'), log: quiet })
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', join(root, 'source.git'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
}

function files(content: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  return new Map(Object.entries(content).map(([path, text]) => [path, Buffer.from(text, 'latin1')]))
}

const shipped = {
  folder: 'solutions/Loans',
  files: files({ 'a.xml': '<a/>\r\n', 'CanvasApps/x.msapp': 'PK\u0000\u00ff\u00fe\n' }),
  message: 'Loans',
  author: 'anna',
}

const change = (parent: string, more: Readonly<Record<string, string>> = { 'a.xml': '<a>2</a>' }) => ({
  branch: 'drift/prod/Loans/w-1',
  parent,
  folders: [
    { folder: 'solutions/Loans', files: files(more) },
    { folder: 'drift/w-1', files: files({ 'conflicts.md': 'None.' }) },
  ],
  message: 'Bring back what production changed',
  author: 'olga',
})

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'ok', errorCode)
}

describe('reading source', () => {
  it('gives the files byte for byte, as they were at a commit and as they are on the main branch', async () => {
    const control = open()
    const first = await control.commitSource(shipped)
    await control.commitSource({ ...shipped, files: files({ 'a.xml': '<b/>' }) })
    expect(await control.readSource({ folder: 'solutions/Loans', commit: first })).toEqual({ commit: first, files: shipped.files })
    expect((await control.readSource({ folder: 'solutions/Loans', commit: undefined }))?.files).toEqual(files({ 'a.xml': '<b/>' }))
  })

  it('says that a commit is not there, and that a folder is empty', async () => {
    const control = open()
    expect(await control.readSource({ folder: 'solutions/Loans', commit: undefined })).toBeUndefined()
    await control.commitSource(shipped)
    for (const commit of ['0'.repeat(40), '--all', 'main~7'])
      expect(await control.readSource({ folder: 'solutions/Loans', commit })).toBeUndefined()
    expect((await control.readSource({ folder: 'solutions/Other', commit: undefined }))?.files.size).toBe(0)
  })
})

describe.each(['here', 'over a remote'])('a branch %s', (place) => {
  const repository = (): string => (place === 'here' ? join(root, 'source.git') : pathToFileURL(join(root, 'source.git')).href)

  it('holds one commit on its parent with the folders replaced, and leaves the main branch alone', async () => {
    const parent = await open().commitSource(shipped)
    const id = await open(repository()).commitBranch(change(parent))
    expect(git('rev-parse', 'drift/prod/Loans/w-1')).toBe(id)
    expect(git('rev-parse', 'main')).toBe(parent)
    expect(git('rev-parse', `${id}^`)).toBe(parent)
    expect(git('ls-tree', '-r', '--name-only', id).split('\n')).toEqual(['drift/w-1/conflicts.md', 'solutions/Loans/a.xml'])
    expect(git('log', '-1', '--format=%an %s', id)).toBe('olga Bring back what production changed')
  })

  it('is made once, however often it is asked for, and never takes the place of another', async () => {
    const parent = await open().commitSource(shipped)
    const id = await open(repository()).commitBranch(change(parent))
    expect(await open(repository()).commitBranch(change(parent))).toBe(id)
    expect(await codeOf(open(repository()).commitBranch(change(parent, { 'a.xml': 'else' })))).toBe('source-control.branch-taken')
    expect(git('rev-parse', 'drift/prod/Loans/w-1')).toBe(id)
  })

  it('is refused under a name that git cannot have', async () => {
    const parent = await open().commitSource(shipped)
    for (const branch of ['-f', 'a..b', 'a b', 'x.lock'])
      expect(await codeOf(open(repository()).commitBranch({ ...change(parent), branch }))).toBe('source-control.branch-refused')
  })
})
