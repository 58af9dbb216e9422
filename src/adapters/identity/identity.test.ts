import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { Instant, PersonId } from '#domain/kernel'
import { createIdentity } from './identity.ts'

let folder: string
let now: string
const anna = toId<PersonId>('anna')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-identity-'))
  now = '2026-11-21T12:00:00.000Z'
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function open(keyFile = join(folder, 'keys', 'token.key')) {
  return createIdentity({ keyFile, clock: { now: () => toId<Instant>(now) } })
}

describe('a token', () => {
  it('names its person, also after a restart', async () => {
    const token = await open().issue(anna, { expiresInSeconds: 60 })
    expect(await open().verify(token)).toBe('anna')
    expect(await open().verify(` ${token}\n`)).toBe('anna')
  })

  it('is refused as expired once its time is over', async () => {
    const token = await open().issue(anna, { expiresInSeconds: 60 })
    now = '2026-11-21T12:00:59.000Z'
    expect(await open().verify(token)).toBe('anna')
    now = '2026-11-21T12:01:00.000Z'
    await expect(open().verify(token)).rejects.toMatchObject({ code: 'auth.token-expired', hint: expect.stringContaining('drover token') })
  })

  it.each([undefined, '', '  '])('is missing when it is %j', async (token) => {
    await expect(open().verify(token)).rejects.toMatchObject({ code: 'auth.token-missing' })
  })

  it('is refused when it was changed, made elsewhere, or has no signature', async () => {
    const token = await open().issue(anna, { expiresInSeconds: 60 })
    const [header, , signature] = token.split('.')
    const other = Buffer.from(JSON.stringify({ iss: 'drover', aud: 'drover-api', sub: 'otto', exp: 9_999_999_999 })).toString('base64url')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${other}.`
    const elsewhere = await open(join(folder, 'other.key')).issue(anna, { expiresInSeconds: 60 })
    for (const wrong of [`${header}.${other}.${signature}`, unsigned, elsewhere, 'abc']) {
      await expect(open().verify(wrong)).rejects.toMatchObject({ code: 'auth.token-invalid' })
    }
  })

  it('is refused without an end, and for another audience', async () => {
    await open().issue(anna, { expiresInSeconds: 60 })
    const key = Buffer.from(readFileSync(join(folder, 'keys', 'token.key'), 'utf8'), 'base64url')
    const endless = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('drover')
      .setAudience('drover-api')
      .setSubject('anna')
      .sign(key)
    const foreign = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('drover')
      .setAudience('x')
      .setSubject('anna')
      .setExpirationTime('1h')
      .sign(key)
    for (const wrong of [endless, foreign]) await expect(open().verify(wrong)).rejects.toMatchObject({ code: 'auth.token-invalid' })
  })
})

describe('the signing key', () => {
  it('is readable by its owner only, and one even when several processes make it at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => open().issue(anna, { expiresInSeconds: 60 })))
    for (const token of tokens) expect(await open().verify(token)).toBe('anna')
    expect(statSync(join(folder, 'keys', 'token.key')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'keys'))).toEqual(['token.key'])
  })

  it('is refused when it is damaged', async () => {
    writeFileSync(join(folder, 'bad.key'), 'short')
    await expect(open(join(folder, 'bad.key')).issue(anna, { expiresInSeconds: 60 })).rejects.toMatchObject({ code: 'auth.key-unreadable' })
  })
})
