import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '#adapters/store'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds } from '#adapters/world'
import type { Digest, Instant, PersonId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Access, Person } from '#domain/people'
import { accessScopes } from '#domain/people'
import { shippedPolicy } from '#domain/policy'
import type { Engine, EngineDependencies } from '#engine'
import { createEngine, makeToken, projections, withPersonalDetails } from '#engine'
import { buildConfiguration, buildPerson, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const hour = 3_600_000

let database: TestDatabase
let store: Store
let deps: EngineDependencies
let engine: Engine
let passed = 0

beforeAll(async () => {
  database = await openTestDatabase()
  await database.empty()
  const clock = { now: () => toId<Instant>(new Date(Date.parse('2026-11-21T09:00:00.000Z') + passed).toISOString()) }
  store = createStore({ url: database.appUrl, projections, clock, hashing: nodeHashing })
  const parts = {
    ledger: store.ledger,
    readModel: withPersonalDetails(store.readModel, { directory: store.directory, hashing: nodeHashing }),
    directory: store.directory,
    tokenUses: store.tokenUses,
    ...{ clock, ids: randomIds, hashing: nodeHashing, policy: shippedPolicy, log: silent },
  }
  deps = parts as unknown as EngineDependencies // who people are and how they get in needs nothing else of the world
  engine = createEngine(deps)
  granted(await apply([...people, zed, build]))
})

afterAll(async () => {
  await store.close()
  await database.close()
})

const people = buildConfiguration(2).people
const zed: Person = { id: personId('p-17'), name: 'Zebedee Quarkington', subject: 'oid-quark-4711', roles: ['maker'] }
const build: Person = { id: personId('build'), name: 'Nightly build', roles: ['maker'], kind: 'service' }

function apply(who: readonly Person[], actor = 'pat') {
  return engine.applyConfiguration({ configuration: { ...buildConfiguration(2), people: who }, actor: personId(actor) })
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

async function codeThrown(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: unknown) => (error as { readonly code: string }).code,
  )
}

/** Where a text stands in any table of any schema of the database. */
async function search(text: string): Promise<readonly string[]> {
  const tables = await database.owner.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  const found: string[] = []
  for (const { name } of tables.rows) {
    const { rowCount } = await database.owner.query(`SELECT 1 FROM ${name} AS one WHERE strpos(one::text, $1) > 0`, [text])
    if (rowCount !== 0) found.push(name)
  }
  return found
}

describe('a token', () => {
  const full = (person: string): Access => ({ personId: personId(person), tokenId: 't-0', scopes: accessScopes })
  const issue = (by: Access, wish: Partial<Parameters<Engine['issueToken']>[0]> = {}) =>
    engine.issueToken({ personId: by.personId, hours: 1, label: '', scopes: ['read'], by, ...wish })

  it('names its person and how far it reaches, until its time is over', async () => {
    const { token } = granted(await issue(full('maria'), { scopes: ['request'], solutions: ['Permits'] }))
    expect(await engine.verifyToken(` ${token}\n`)).toMatchObject({
      personId: 'maria',
      scopes: ['read', 'request'],
      solutions: ['Permits'],
    })
    passed += hour - 1
    expect(await codeThrown(engine.verifyToken(token))).toBe('ok')
    passed += 1
    expect(await codeThrown(engine.verifyToken(token))).toBe('auth.token-expired')
  })

  it('is kept nowhere: the ledger and the tables have its hash alone', async () => {
    const { token } = granted(await issue(full('maria')))
    expect(await search(token)).toEqual([])
    expect(await search(nodeHashing.sha256(token))).toEqual(['drover.ledger', 'drover.read_model'])
  })

  it('is refused from the call after its revocation on, also by another process', async () => {
    const { token, tokenId } = granted(await issue(full('maria')))
    await engine.verifyToken(token)
    expect(codeOf(await engine.revokeToken({ tokenId, reason: 'lost', actor: personId('ben') }))).toBe('token.unknown')
    granted(await createEngine(deps).revokeToken({ tokenId, reason: 'lost', actor: personId('pat') }))
    expect(await codeThrown(engine.verifyToken(token))).toBe('auth.token-revoked')
    granted(await engine.revokeToken({ tokenId, reason: 'again', actor: personId('maria') }))
    const revocations = (await deps.ledger.read('tokens')).filter(({ type }) => type === 'token-revoked')
    expect(revocations).toHaveLength(1)
  })

  it.each(['', '  '])('is missing when it is %j', async (token) => {
    expect(await codeThrown(engine.verifyToken(token))).toBe('auth.token-missing')
  })

  it('is refused when it was changed, or made elsewhere', async () => {
    const { token } = granted(await issue(full('maria')))
    for (const wrong of [token.slice(0, -1), `${token}0`, token.toUpperCase(), nodeHashing.sha256(token), 'eyJhbGciOiJub25lIn0.e30.'])
      expect(await codeThrown(engine.verifyToken(wrong))).toBe('auth.token-invalid')
  })

  it('is nobody’s but the person’s own, except that a platform-admin makes those of service identities', async () => {
    expect(codeOf(await issue(full('pat'), { personId: personId('maria') }))).toBe('token.not-allowed')
    expect(codeOf(await issue(full('maria'), { personId: build.id }))).toBe('token.not-allowed')
    expect(codeOf(await issue(full('build')))).toBe('token.not-allowed')
    expect(codeOf(await issue(full('pat'), { personId: build.id, scopes: ['administer'] }))).toBe('token.not-allowed')
    expect(codeOf(await issue(full('pat'), { personId: build.id, scopes: ['request'] }))).toBe('ok')
  })

  it('reaches no further than the one that it was asked for with, and lives no longer than policy lets it', async () => {
    const narrow: Access = { ...full('maria'), scopes: ['read', 'request'], solutions: ['Permits'] }
    expect(codeOf(await issue(narrow, { scopes: ['decide'], solutions: ['Permits'] }))).toBe('token.not-allowed')
    expect(codeOf(await issue(narrow))).toBe('token.not-allowed')
    expect(codeOf(await issue(narrow, { solutions: ['Permits', 'Other'] }))).toBe('token.not-allowed')
    expect(codeOf(await issue(narrow, { solutions: ['Permits'] }))).toBe('ok')
    const longest = shippedPolicy.signIn.tokenHours.value
    expect(codeOf(await issue(full('maria'), { hours: longest }))).toBe('ok')
    expect(codeOf(await issue(full('maria'), { hours: longest + 1 }))).toBe('token.lives-too-long')
    expect(codeOf(await issue(full('maria'), { hours: -1 }))).toBe('token.lives-too-long')
  })

  it('is listed for its person and for platform-admins, with its last use to an hour', async () => {
    const { token, tokenId } = granted(await issue(full('rita'), { label: 'wallboard' }))
    const mine = async (actor: string) =>
      granted(await engine.listTokens({ actor: personId(actor) })).find((one) => one.tokenId === tokenId)
    expect(await mine('rita')).toMatchObject({ label: 'wallboard', state: 'valid', issuedBy: 'rita' })
    expect((await mine('rita'))?.lastUsedAt).toBeUndefined()
    await engine.verifyToken(token)
    const first = (await mine('pat'))?.lastUsedAt
    expect(first).toBe(deps.clock.now())
    passed += 60_000
    await engine.verifyToken(token)
    expect((await mine('pat'))?.lastUsedAt).toBe(first)
    expect(await mine('ben')).toBeUndefined()
  })
})

describe('somebody who leaves', () => {
  it('is out at once, and is forgotten by the word of two platform-admins without a trace of who they were', async () => {
    const of = { personId: zed.id, lifeMs: hour, label: '', purpose: 'token', issuedFrom: 'workspace', issuedBy: 'drover' } as const
    const { token } = await makeToken(deps, of)
    expect((await engine.loadConfiguration())?.configuration.people.find(({ id }) => id === zed.id)).toEqual(zed)
    // Details that were only ever proposed are details as well.
    const proposed = await apply([...people, { ...zed, name: 'Zebedee Quarkington-Smythe', roles: ['maker', 'platform-admin'] }, build])
    const digest = toId<Digest>(proposed.ok ? '' : (proposed.refusal.reasons[0]?.message ?? ''))
    expect((await engine.loadProposal(digest))?.configuration.people.find(({ id }) => id === zed.id)?.name).toBe(
      'Zebedee Quarkington-Smythe',
    )
    expect((await engine.loadConfiguration())?.configuration.people.find(({ id }) => id === zed.id)?.name).toBe('Zebedee Quarkington')
    expect(await search('Quarkington')).toEqual(['drover.person_detail'])

    const forget = (actor: string, id: PersonId = zed.id) => engine.forgetPerson({ personId: id, reason: 'left', actor: personId(actor) })
    expect(codeOf(await forget('pat'))).toBe('people.still-declared')
    granted(await apply([...people, build]))
    expect(await codeThrown(engine.verifyToken(token))).toBe('auth.unknown-person')
    expect(codeOf(await forget('maria'))).toBe('people.not-allowed')
    expect(codeOf(await forget('pat', personId('nobody')))).toBe('people.unknown')
    expect(codeOf(await forget('pat'))).toBe('people.needs-second-person')
    expect(codeOf(await forget('pat'))).toBe('people.needs-second-person')
    expect(granted(await forget('piet'))).toEqual({ personId: zed.id, removed: 2, remainsIn: [] })

    expect([await search('Quarkington'), await search('oid-quark-4711')]).toEqual([[], []])
    expect((await deps.ledger.verify()).firstBroken).toBeUndefined()
    expect((await engine.loadProposal(digest))?.configuration.people.find(({ id }) => id === zed.id)?.name).toBe('forgotten person p-17')
    expect(codeOf(await apply([...people, build, { ...zed, name: 'Somebody Else' }]))).toBe('configuration.forgotten-person')
    expect(granted(await forget('pat'))).toEqual({ personId: zed.id, removed: 0, remainsIn: [] })
  })

  it('keeps a name in the entries of a ledger that is older than the directory, which is said', async () => {
    const old = { ...buildConfiguration(2), people: [...people, build, buildPerson('oskar', 'maker')] }
    const events = [{ type: 'configuration-applied', data: { configuration: old, changes: [] } }]
    const [entry] = await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
    expect((await engine.loadConfiguration())?.configuration.people.at(-1)?.name).toBe('Oskar')
    granted(await apply([...people, build]))
    const forget = (actor: string) => engine.forgetPerson({ personId: personId('oskar'), reason: 'left', actor: personId(actor) })
    await forget('pat')
    const forgotten = await forget('piet')
    expect(forgotten).toMatchObject({ ok: true, value: { remainsIn: [entry?.sequence] } })
  })

  it('cannot be taken for somebody else by writing into the directory', async () => {
    await database.owner.query(`UPDATE drover.person_detail SET subject = 'of-mallory' WHERE person_id = 'pat'`)
    const pat = (await engine.loadConfiguration())?.configuration.people.find(({ id }) => id === 'pat')
    expect([pat?.name, pat?.subject]).toEqual(['forgotten person pat', undefined])
  })
})
