import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { createArtifactStore } from './index.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-artifacts-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the artifact store', () => {
  it('names an artifact by the sha256 of its bytes and gives the same bytes back', async () => {
    const bytes = randomBytes(100_000)
    const digest = await createArtifactStore(folder).put(bytes)
    expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
    expect(Buffer.from(await createArtifactStore(folder).get(digest)).equals(bytes)).toBe(true)
  })

  it('keeps the same bytes once, also when they come many times at once', async () => {
    const store = createArtifactStore(folder)
    const bytes = randomBytes(50_000)
    const digests = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)))
    expect(new Set(digests).size).toBe(1)
    expect(await files()).toHaveLength(1)
  })

  it('keeps an artifact of no bytes', async () => {
    const store = createArtifactStore(folder)
    expect(await store.get(await store.put(new Uint8Array()))).toHaveLength(0)
  })

  it('refuses to hand out bytes that were changed', async () => {
    const store = createArtifactStore(folder)
    const digest = await store.put(Buffer.from('solution'))
    await writeFile(join(folder, onlyPath(await files())), 'Solution')
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'artifact.tampered', message: expect.stringContaining(digest) })
  })

  it('mends a changed artifact when its true bytes come again', async () => {
    const store = createArtifactStore(folder)
    const digest = await store.put(Buffer.from('solution'))
    await writeFile(join(folder, onlyPath(await files())), 'half')
    await store.put(Buffer.from('solution'))
    expect(Buffer.from(await store.get(digest)).toString()).toBe('solution')
  })

  it('says that an artifact is absent', async () => {
    const digest = toId<Digest>(`sha256:${'0'.repeat(64)}`)
    await expect(createArtifactStore(folder).get(digest)).rejects.toMatchObject({ code: 'artifact.absent' })
  })

  it.each(['', 'sha256:', '../../etc/passwd', `sha256:${'g'.repeat(64)}`, `sha256:../${'0'.repeat(61)}`])(
    'takes "%s" for no digest',
    async (digest) => {
      await expect(createArtifactStore(folder).get(toId<Digest>(digest))).rejects.toMatchObject({ code: 'artifact.digest-malformed' })
    },
  )

  it('says that there is no room, and keeps neither a half artifact nor a temporary file', async () => {
    const small = await runLimited('x'.repeat(20_000))
    expect(small).toEqual({ digest: expect.stringMatching(/^sha256:/) })
    const large = await runLimited('y'.repeat(4_000_000))
    expect(large).toEqual({ code: 'artifact-store.full', cause: 'EFBIG', isRetryable: true })
    expect(await files()).toHaveLength(1)
  })

  it('says that a file system is full', async (context) => {
    const disk = await mountSmallDisk(join(folder, 'disk'))
    if (disk === undefined) return context.skip('mounting a small disk needs more rights than this process has')
    try {
      const store = createArtifactStore(disk.folder)
      const kept = await store.put(Buffer.alloc(100_000, 1))
      await expect(store.put(Buffer.alloc(4_000_000, 2))).rejects.toMatchObject({ code: 'artifact-store.full' })
      expect((await files()).filter((path) => path.startsWith('disk/'))).toHaveLength(1)
      expect(await store.get(kept)).toHaveLength(100_000)
    } finally {
      await disk.unmount()
    }
  })
})

/** Below the store's folder, files only. */
async function files(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function onlyPath(paths: readonly string[]): string {
  const [only, ...others] = paths
  if (only === undefined || others.length > 0) throw new Error(`Expected one file, found: ${paths.join(', ')}`)
  return only
}

/** Puts `text` in a process that the system lets write files of at most 1 MB; the shell ignores the signal, so that writing fails with EFBIG. */
async function runLimited(text: string): Promise<unknown> {
  const script = `
    import { createArtifactStore } from '#adapters/files'
    const store = createArtifactStore(process.env.FOLDER)
    const [letter, length] = process.env.TEXT.split('*')
    const answer = await store.put(Buffer.from(letter.repeat(Number(length)))).then(
      (digest) => ({ digest }),
      (error) => ({ code: error.code, cause: error.cause.code, isRetryable: error.isRetryable }),
    )
    process.stdout.write(JSON.stringify(answer))`
  const node = `"${process.execPath}" --import tsx --conditions=source --input-type=module -e "$SCRIPT"`
  const child = spawn('sh', ['-c', `trap '' XFSZ; ulimit -f 2000; exec ${node}`], {
    env: { ...process.env, SCRIPT: script, FOLDER: folder, TEXT: `${text[0]}*${text.length}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let answer = ''
  child.stdout.on('data', (data: Buffer) => {
    answer += data.toString()
  })
  await new Promise((resolve) => child.once('close', resolve))
  return JSON.parse(answer)
}

async function mountSmallDisk(path: string): Promise<{ readonly folder: string; unmount(): Promise<void> } | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const run = (command: string, flags: readonly string[]) =>
    new Promise<number | null>((resolve) =>
      spawn(command, flags, { stdio: 'ignore' })
        .once('error', () => resolve(1))
        .once('exit', resolve),
    )
  if ((await run('mkdir', [path])) !== 0 || (await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path])) !== 0) return undefined
  return { folder: path, unmount: async () => void (await run('umount', [path])) }
}
