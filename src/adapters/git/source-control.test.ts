import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DroverError } from '#domain/kernel'
import type { Log, SourceControl } from '#engine/ports'
import { createSourceControl } from './source-control.ts'

let root: string
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drover-git-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function open(repository = join(root, 'source.git'), workFolder = join(root, 'work')): SourceControl {
  return createSourceControl({ repository, workFolder, log: quiet })
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
}

function files(content: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  return new Map(Object.entries(content).map(([path, text]) => [path, new TextEncoder().encode(text)]))
}

function commitOf(content: Readonly<Record<string, string>>, folder = 'solutions/Loans') {
  return { folder, files: files(content), message: 'Loans 1.0.0.1\n\nExported from Dev.', author: 'anna' }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof DroverError ? error.code : `no DroverError: ${String(error)}`
}

describe('committing source', () => {
  it('makes the repository when it is absent and names author, message and exactly the files', async () => {
    const id = await open().commitSource(commitOf({ 'Other/Solution.xml': '<a/>', 'Ä ö/ü.json': '{}\r\n' }))
    const repository = join(root, 'source.git')
    expect(git(repository, 'rev-parse', 'main')).toBe(id)
    expect(git(repository, 'log', '-1', '--format=%an|%ae|%cn|%B')).toBe(
      'anna|anna@drover.invalid|Drover|Loans 1.0.0.1\n\nExported from Dev.',
    )
    expect(git(repository, '-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', 'main').split('\n')).toEqual([
      'solutions/Loans/Other/Solution.xml',
      'solutions/Loans/Ä ö/ü.json',
    ])
    expect(execFileSync('git', ['-C', repository, 'show', 'main:solutions/Loans/Ä ö/ü.json'], { encoding: 'utf8' })).toBe('{}\r\n')
  })

  it('replaces the folder: what the new version no longer has is gone, other folders stay', async () => {
    const control = open()
    await control.commitSource(commitOf({ 'a.xml': '1', 'deep/b.xml': '2' }))
    await control.commitSource(commitOf({ 'x.xml': 'other' }, 'solutions/LoansPlus'))
    await control.commitSource(commitOf({ 'a.xml': '3', deep: 'now a file' }))
    expect(git(join(root, 'source.git'), 'ls-tree', '-r', '--name-only', 'main').split('\n')).toEqual([
      'solutions/Loans/a.xml',
      'solutions/Loans/deep',
      'solutions/LoansPlus/x.xml',
    ])
  })

  it('gives the commit that is there when the same files come again, also after commits of other solutions', async () => {
    const first = await open().commitSource(commitOf({ 'a.xml': '1' }))
    await open().commitSource(commitOf({ 'a.xml': '1' }, 'solutions/Other'))
    expect(await open().commitSource({ ...commitOf({ 'a.xml': '1' }), message: 'again' })).toBe(first)
    expect(git(join(root, 'source.git'), 'rev-list', '--count', 'main')).toBe('2')
  })

  it('keeps every commit of concurrent calls', async () => {
    const controls = [open(), open(), open()]
    await Promise.all(
      Array.from({ length: 9 }, (_, i) => controls[i % 3]?.commitSource(commitOf({ 'a.xml': String(i) }, `solutions/S${i}`))),
    )
    const repository = join(root, 'source.git')
    expect(git(repository, 'rev-list', '--count', 'main')).toBe('9')
    expect(git(repository, 'ls-tree', '--name-only', 'main:solutions').split('\n')).toHaveLength(9)
  })

  it.each(['../evil.txt', '/etc/passwd', 'a/../../b', 'a\\b', '.git/hooks/x', 'a/.GIT/config', 'a//b', ''])(
    'refuses the path %j',
    async (path) => {
      expect(await codeOf(open().commitSource(commitOf({ [path]: 'x' })))).toBe('source-control.path-refused')
    },
  )

  it("runs no hook and takes neither identity nor signing from the user's settings", async () => {
    const repository = join(root, 'source.git')
    await open().commitSource(commitOf({ 'a.xml': '1' }))
    const ran = join(root, 'hook-ran')
    for (const hook of ['reference-transaction', 'post-commit', 'pre-commit']) {
      writeFileSync(join(repository, 'hooks', hook), `#!/bin/sh\ntouch ${ran}\n`)
      chmodSync(join(repository, 'hooks', hook), 0o755)
    }
    writeFileSync(
      join(root, 'gitconfig'),
      '[user]\n name = Wrong\n email = wrong@example.org\n[commit]\n gpgSign = true\n[tag]\n gpgSign = true\n',
    )
    process.env.GIT_CONFIG_GLOBAL = join(root, 'gitconfig')
    process.env.GIT_AUTHOR_NAME = 'Wrong too'
    try {
      const id = await open().commitSource(commitOf({ 'a.xml': '2' }))
      await open().tag('prod/Loans/1.0.0.1', id, 'Loans 1.0.0.1')
    } finally {
      delete process.env.GIT_CONFIG_GLOBAL
      delete process.env.GIT_AUTHOR_NAME
    }
    expect(git(repository, 'log', '-1', '--format=%an|%cn|%G?', 'main')).toBe('anna|Drover|N')
    expect(readdirSync(root)).not.toContain('hook-ran')
  })

  it('takes an author that is written with an address', async () => {
    await open().commitSource({ ...commitOf({ 'a.xml': '1' }), author: 'Anna Berg <anna@contoso.example>' })
    expect(git(join(root, 'source.git'), 'log', '-1', '--format=%an <%ae>', 'main')).toBe('Anna Berg <anna@contoso.example>')
  })
})

describe('being killed', () => {
  it('leaves the branch whole at whatever moment the process dies, and the next call finishes the work', async () => {
    const content = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}.xml`, `content ${i}`]))
    for (const afterMs of [700, 760, 820, 880, 940, 1000]) {
      const repository = join(root, `killed-${afterMs}.git`)
      const before = await open(repository).commitSource(commitOf({ 'old.xml': 'old' }))
      await killWhileCommitting(repository, content, afterMs)
      const head = git(repository, 'rev-parse', 'main')
      const names = git(repository, 'ls-tree', '-r', '--name-only', 'main').split('\n')
      expect(head === before ? names : names.length).toEqual(head === before ? ['solutions/Loans/old.xml'] : 40)
      const id = await open(repository).commitSource(commitOf(content))
      expect(git(repository, 'rev-parse', 'main')).toBe(id)
      expect(git(repository, 'ls-tree', '-r', '--name-only', 'main').split('\n')).toHaveLength(40)
      expect(git(repository, 'fsck', '--strict', '--no-dangling')).toBe('')
      expect(readdirSync(join(root, 'work')).filter((name) => name.startsWith('draft-'))).toEqual([])
    }
  })

  it.each(['refs/heads/main.lock', 'HEAD.lock'])('clears %s of a git process that was killed long ago', async (name) => {
    const repository = join(root, 'source.git')
    await open().commitSource(commitOf({ 'a.xml': '1' }))
    const lock = join(repository, name)
    writeFileSync(lock, '')
    utimesSync(lock, new Date('2020-01-01'), new Date('2020-01-01'))
    const id = await open().commitSource(commitOf({ 'a.xml': '2' }))
    expect(git(repository, 'rev-parse', 'main')).toBe(id)
  })
})

describe('tagging', () => {
  it('makes an annotated tag, once', async () => {
    const control = open()
    const id = await control.commitSource(commitOf({ 'a.xml': '1' }))
    await control.tag('prod/Loans/1.0.0.1', id, 'Loans 1.0.0.1\n\n# Promotion p-1')
    await control.tag('prod/Loans/1.0.0.1', id, 'again')
    const repository = join(root, 'source.git')
    expect(git(repository, 'cat-file', '-t', 'prod/Loans/1.0.0.1')).toBe('tag')
    expect(git(repository, 'tag', '-l', '--format=%(contents)', 'prod/Loans/1.0.0.1').trim()).toBe('Loans 1.0.0.1\n\n# Promotion p-1')
    expect(git(repository, 'rev-parse', 'prod/Loans/1.0.0.1^{commit}')).toBe(id)
  })

  it('refuses to move a tag', async () => {
    const control = open()
    const first = await control.commitSource(commitOf({ 'a.xml': '1' }))
    const second = await control.commitSource(commitOf({ 'a.xml': '2' }))
    await control.tag('prod/Loans/1', first, 'one')
    expect(await codeOf(control.tag('prod/Loans/1', second, 'two'))).toBe('source-control.tag-moved')
  })

  it.each(['bad name', '--force', 'a..b'])('refuses the tag %j', async (tag) => {
    const control = open()
    const id = await control.commitSource(commitOf({ 'a.xml': '1' }))
    expect(await codeOf(control.tag(tag, id, 'x'))).toBe('source-control.tag-refused')
  })
})

describe('a remote repository', () => {
  it('receives commits and tags, also when someone else pushed in between', async () => {
    const bare = join(root, 'remote.git')
    mkdirSync(bare)
    git(bare, 'init', '--quiet', '--bare', '--initial-branch=main')
    const address = `file://${bare}`
    const [one, two] = [open(address, join(root, 'w1')), open(address, join(root, 'w2'))]
    const first = await one.commitSource(commitOf({ 'a.xml': '1' }))
    await two.commitSource(commitOf({ 'a.xml': '1' }, 'solutions/Two'))
    const third = await one.commitSource(commitOf({ 'a.xml': '2' }))
    await one.tag('prod/Loans/1', first, 'one')
    expect(git(bare, 'rev-list', '--count', 'main')).toBe('3')
    expect(git(bare, 'rev-parse', 'main')).toBe(third)
    expect(git(bare, 'rev-parse', 'prod/Loans/1^{commit}')).toBe(first)
    expect(await codeOf(two.tag('prod/Loans/1', third, 'moved'))).toBe('source-control.tag-moved')
  })

  it('keeps every commit when two workers push at the same time', async () => {
    const bare = join(root, 'remote.git')
    mkdirSync(bare)
    git(bare, 'init', '--quiet', '--bare', '--initial-branch=main')
    const controls = [open(`file://${bare}`, join(root, 'w1')), open(`file://${bare}`, join(root, 'w2'))]
    await Promise.all(
      Array.from({ length: 4 }, (_, i) => controls[i % 2]?.commitSource(commitOf({ 'a.xml': String(i) }, `solutions/S${i}`))),
    )
    expect(git(bare, 'ls-tree', '--name-only', 'main:solutions').split('\n')).toHaveLength(4)
  })

  it('says that it cannot be reached, without the password of its address', async () => {
    const error = await open('http://anna:s3cret@127.0.0.1:1/x.git')
      .commitSource(commitOf({ 'a.xml': '1' }))
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'source-control.unreachable', isRetryable: true })
    expect(String(error)).not.toContain('s3cret')
  })
})

describe('places that cannot hold source', () => {
  it('refuses a folder that is no repository', async () => {
    mkdirSync(join(root, 'plain'))
    writeFileSync(join(root, 'plain', 'note.txt'), 'mine')
    expect(await codeOf(open(join(root, 'plain')).commitSource(commitOf({ 'a.xml': '1' })))).toBe('source-control.not-a-repository')
  })

  it('refuses to commit under a work tree, and commits to a branch that is not checked out', async () => {
    const clone = join(root, 'clone')
    mkdirSync(clone)
    git(clone, 'init', '--quiet', '--initial-branch=main')
    expect(await codeOf(open(clone).commitSource(commitOf({ 'a.xml': '1' })))).toBe('source-control.checked-out')
    git(clone, 'symbolic-ref', 'HEAD', 'refs/heads/mine')
    await open(clone).commitSource(commitOf({ 'a.xml': '1' }))
    expect(git(clone, 'ls-tree', '-r', '--name-only', 'main')).toBe('solutions/Loans/a.xml')
  })

  it('says that git is missing', async () => {
    const path = process.env.PATH
    process.env.PATH = root
    try {
      expect(await codeOf(open().commitSource(commitOf({ 'a.xml': '1' })))).toBe('source-control.git-missing')
    } finally {
      process.env.PATH = path
    }
  })
})

async function killWhileCommitting(repository: string, content: Readonly<Record<string, string>>, afterMs: number): Promise<void> {
  const script = `
    import { createSourceControl } from ${JSON.stringify(join(import.meta.dirname, 'source-control.ts'))}
    const files = new Map(Object.entries(${JSON.stringify(content)}).map(([path, text]) => [path, Buffer.from(text)]))
    const control = createSourceControl({ repository: ${JSON.stringify(repository)}, workFolder: ${JSON.stringify(join(root, 'work'))}, log: console })
    await control.commitSource({ folder: 'solutions/Loans', files, message: 'killed', author: 'anna' })
  `
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', script], {
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const timer = setTimeout(() => {
    // The whole group, so that git dies in the middle too.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, afterMs)
  await ended
  clearTimeout(timer)
}
