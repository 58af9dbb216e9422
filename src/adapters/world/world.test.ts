import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { DroverError } from '#domain/kernel'
import { createLog, nodeHashing, randomIds, systemClock } from './index.ts'

describe('ids', () => {
  it('carry their prefix, are all different, and sort by the time they were made', async () => {
    const early = randomIds.next('p')
    await new Promise((resolve) => setTimeout(resolve, 3))
    const late = randomIds.next('p')
    expect(early).toMatch(/^p-[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(early < late).toBe(true)
    expect(new Set(Array.from({ length: 1000 }, () => randomIds.next('p'))).size).toBe(1000)
  })

  it('are GUIDs where the platform wants GUIDs', () => {
    expect(randomIds.guid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('the clock', () => {
  it('tells an instant in UTC', () => {
    expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })
})

describe('hashing', () => {
  it('takes text as UTF-8', () => {
    expect(nodeHashing.sha256('é')).toBe(nodeHashing.sha256(new Uint8Array([0xc3, 0xa9])))
    expect(nodeHashing.sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe('the log', () => {
  it('writes one JSON line a message, with its fields', () => {
    expect(logged((log) => log.warn('Import waits', { environment: 'test', percent: 40 }))).toMatchObject({
      msg: 'Import waits',
      environment: 'test',
      percent: 40,
    })
  })

  it.each([
    ['a named field', { clientSecret: 'canary' }],
    ['a field deep inside', { request: { headers: [{ Authorization: 'Bearer canary-canary' }] } }],
    ['a password in a URL', { url: 'postgresql://drover:canary@127.0.0.1/drover' }],
    ['a token in a text', { note: 'sent Bearer canarycanary' }],
    ['an error', { error: new Error('could not reach https://user:canary@host/') }],
    ['the cause of an error', { error: new DroverError('x', 'failed', { cause: { password: 'canary' } }) }],
    ['an access_token', { body: { access_token: 'canary', id_token: 'canary' } }],
    ['a text that holds JSON', { body: '{"client_secret":"canary","password": "canary"}' }],
    ['a form', { body: 'grant_type=client_credentials&client_secret=canary&scope=x' }],
  ])('keeps a secret in %s out', (_where, fields) => {
    expect(JSON.stringify(logged((log) => log.error('failed', fields)))).not.toContain('canary')
  })

  it('keeps a secret in a message out', () => {
    expect(JSON.stringify(logged((log) => log.error('postgresql://drover:canary@host failed, client_secret=canary')))).not.toContain(
      'canary',
    )
  })

  it('survives data that holds itself', () => {
    const circle: Record<string, unknown> = { name: 'x' }
    circle['self'] = circle
    expect(logged((log) => log.info('round', { circle }))).toMatchObject({ msg: 'round' })
  })

  it('says nothing below its level', () => {
    expect(logged((log) => log.info('chatter'), 'error')).toBeUndefined()
  })
})

function logged(write: (log: ReturnType<typeof createLog>) => void, level: 'info' | 'error' = 'info'): unknown {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  write(createLog({ level, stream }))
  return text === '' ? undefined : JSON.parse(text)
}
