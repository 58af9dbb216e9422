import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '#engine/ports'
import { createSecrets } from './secrets.ts'

let folder: string
let warnings: string[]
const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-secrets-'))
  warnings = []
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function secrets(env: Readonly<Record<string, string | undefined>> = {}) {
  return createSecrets({ env, baseFolder: folder, log })
}

describe('a secret', () => {
  it('comes from an environment variable', async () => {
    expect(await secrets({ CLIENT_SECRET: ' s p ' }).resolve({ kind: 'environment', variable: 'CLIENT_SECRET' })).toBe(' s p ')
  })

  it.each([undefined, ''])('is absent when the variable is %j, and the message names the variable', async (value) => {
    const work = secrets({ CLIENT_SECRET: value }).resolve({ kind: 'environment', variable: 'CLIENT_SECRET' })
    await expect(work).rejects.toMatchObject({ code: 'secret.absent', message: expect.stringContaining('CLIENT_SECRET') })
  })

  it('comes from a file without its final line break', async () => {
    writeFileSync(join(folder, 'one'), 'canary\n', { mode: 0o600 })
    writeFileSync(join(folder, 'two'), 'a\nb\r\n', { mode: 0o600 })
    expect(await secrets().resolve({ kind: 'file', path: 'one' })).toBe('canary')
    expect(await secrets().resolve({ kind: 'file', path: join(folder, 'two') })).toBe('a\nb')
    expect(warnings).toEqual([])
  })

  it('is given with a warning, which does not hold it, when others may read the file', async () => {
    writeFileSync(join(folder, 'open'), 'canary')
    chmodSync(join(folder, 'open'), 0o644)
    expect(await secrets().resolve({ kind: 'file', path: 'open' })).toBe('canary')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('chmod 600')
    expect(warnings[0]).not.toContain('canary')
  })

  it('is absent when its file is not there or empty, and unreadable when it is a folder', async () => {
    writeFileSync(join(folder, 'empty'), '\n')
    await expect(secrets().resolve({ kind: 'file', path: 'gone' })).rejects.toMatchObject({
      code: 'secret.absent',
      message: expect.stringContaining('gone'),
    })
    await expect(secrets().resolve({ kind: 'file', path: 'empty' })).rejects.toMatchObject({ code: 'secret.absent' })
    await expect(secrets().resolve({ kind: 'file', path: '.' })).rejects.toMatchObject({ code: 'secret.unreadable' })
  })
})
