import { spawn } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAnchors } from '#adapters/anchor'
import { createArtifactStore } from '#adapters/files'
import { createSourceControl } from '#adapters/git'
import { createSigning } from '#adapters/signing'
import type { Store } from '#adapters/store'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds } from '#adapters/world'
import { firstPreviousHash, hashEntry, readSignedHeads } from '#domain/evidence'
import type { Instant, LedgerEvent } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { AnchorTarget } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { WorkerDependencies } from '#engine'
import { projections } from '#engine'
import { readAnchor } from '../../app/evidence/read-anchor.ts'
import { buildConfiguration, buildRelease, personId } from '../../../test/support/domain-builders.ts'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { granted } from '../../../test/support/granted.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import { createEvidenceCommands } from './evidence-commands.ts'
import type { EvidenceCommands } from './evidence-commands.ts'
import { signHead } from './sign-head.ts'
import { sweepAnchors } from './sweep-anchors.ts'

let folder: string
let database: TestDatabase
let store: Store
/** The superuser of the server, who may do anything to the ledger. */
let admin: Client
let deps: WorkerDependencies
let evidence: EvidenceCommands
let now = Date.parse('2026-11-02T08:00:00Z')

beforeAll(async () => {
  database = await openTestDatabase()
  folder = database.folder
  // The server's superuser, in the database of the owner.
  const url = new URL(database.adminUrl ?? '')
  url.pathname = new URL(database.ownerUrl).pathname
  admin = new Client({ connectionString: url.href })
  await admin.connect()
})

beforeEach(async () => {
  await database.empty()
  deps = open()
  evidence = createEvidenceCommands(deps)
})

afterEach(async () => {
  await store.close()
})

afterAll(async () => {
  await admin.end()
  await database.close()
})

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

function open(): WorkerDependencies {
  const clock = { now: () => toId<Instant>(new Date(now).toISOString()) }
  store = createStore({ url: database.appUrl, projections, clock, hashing: nodeHashing })
  const some: Partial<WorkerDependencies> = {
    ...{
      ledger: store.ledger,
      readModel: store.readModel,
      hashing: nodeHashing,
      ids: randomIds,
      clock,
      log: silent,
      policy: shippedPolicy,
    },
    signing: createSigning({ keyFile: join(folder, 'keys', 'signing.key') }),
    anchors: createAnchors({ answersWithinMs: 2_000 }),
    artifacts: createArtifactStore(join(folder, 'artifacts')),
  }
  return some as WorkerDependencies // nothing else is used by this work
}

describe('verifying the ledger finds', () => {
  const six = async () => {
    for (const type of ['A', 'B', 'C', 'D', 'E']) await append(type)
    // The last is remembered by a read model, as nearly all are.
    await configure([])
  }
  const renumber = (from: number, by: number) =>
    `UPDATE drover.ledger SET sequence = -sequence WHERE sequence >= ${from}; UPDATE drover.ledger SET sequence = -sequence + ${by} WHERE sequence < 0`
  const withoutRules = (statement: string) => `
    ALTER TABLE drover.ledger DISABLE TRIGGER USER; ALTER TABLE drover.ledger DROP CONSTRAINT ledger_sequence_check; ${statement}`

  it.each([
    ['an entry that was changed', `UPDATE drover.ledger SET data = '{"verdict":"approve"}' WHERE sequence = 3`, 'changed', 3],
    ['an entry that was changed with its hash', `UPDATE drover.ledger SET hash = repeat('a', 64) WHERE sequence = 3`, 'changed', 3],
    ['an entry that was removed', 'DELETE FROM drover.ledger WHERE sequence = 3', 'removed', 3],
    ['an entry that was removed, its gap closed', `DELETE FROM drover.ledger WHERE sequence = 3; ${renumber(4, -1)}`, 'removed', 3],
    [
      'an entry that was put in',
      `${renumber(3, 1)}; INSERT INTO drover.ledger SELECT 3, 'other', 1, type, data, NULL, at, 'eve', previous_hash, hash FROM drover.ledger WHERE sequence = 4`,
      'inserted',
      3,
    ],
    [
      'entries that changed places',
      'UPDATE drover.ledger SET sequence = -5 WHERE sequence = 3; UPDATE drover.ledger SET sequence = 3 WHERE sequence = 4; UPDATE drover.ledger SET sequence = 4 WHERE sequence = -5',
      'reordered',
      3,
    ],
    ['a tail that was cut off', 'DELETE FROM drover.ledger WHERE sequence >= 5', 'cut-off', 5],
  ] as const)('%s', async (_what, statement, kind, sequence) => {
    await six()
    expect((await evidence.verifyLedger()).faults).toEqual([])
    await admin.query(withoutRules(statement))
    const { faults, firstBroken } = await evidence.verifyLedger()
    expect(faults).toContainEqual(expect.objectContaining({ kind, sequence }))
    expect(firstBroken).toBeLessThanOrEqual(sequence)
  })

  it('a tail that was cut off everywhere, by an anchor', async () => {
    await six()
    const [anchor] = await anchored()
    await admin.query(withoutRules('DELETE FROM drover.ledger WHERE sequence >= 5; DELETE FROM drover.read_model'))
    expect((await evidence.verifyLedger()).faults).toEqual([])
    const { faults } = await evidence.verifyLedger({ anchors: [anchor], withArtifacts: false })
    expect(faults).toEqual([expect.objectContaining({ kind: 'cut-off', sequence: 5 })])
  })

  it('a chain that was rebuilt as a whole, by an anchor and by nothing else', async () => {
    await six()
    const [anchor] = await anchored()
    await rebuildChain((event) => (event.sequence === 3 ? { ...event, actor: 'eve' } : event))
    const alone = await evidence.verifyLedger()
    expect(alone.faults).toEqual([])
    expect(alone.unprovable[0]).toContain('was not rebuilt as a whole')
    const held = await evidence.verifyLedger({ anchors: [anchor], withArtifacts: false })
    expect(held.faults).toEqual([expect.objectContaining({ kind: 'rebuilt', sequence: 6 })])
  })

  it('no fault where an anchor vouches for all but what came in since', async () => {
    await six()
    const [anchor] = await anchored()
    await append('G')
    const verified = await evidence.verifyLedger({ anchors: [anchor], withArtifacts: false })
    expect(verified).toMatchObject({ entries: 8, faults: [], anchors: { held: 1, through: 6 } })
  })

  it('that an anchor was signed by another key, or changed', async () => {
    await six()
    const [anchor] = await anchored()
    const other = (await createSigning({ keyFile: join(folder, 'keys', 'other.key') }).publicKey()).pem
    const foreign = await evidence.verifyLedger({ anchors: [anchor], withArtifacts: false, publicKey: other })
    const changed = { ...anchor, head: { ...anchor.head, sequence: 5 } }
    const edited = await evidence.verifyLedger({ anchors: [changed], withArtifacts: false })
    expect([foreign, edited].map(({ faults }) => faults.map(({ kind }) => kind))).toEqual([['anchor'], ['anchor']])
  })

  it('artifacts that were swapped or are gone, and a release that is not what was sealed', async () => {
    const [kept, swapped] = [await deps.artifacts.put(Buffer.from('managed')), await deps.artifacts.put(Buffer.from('unmanaged'))]
    const gone = toId<typeof kept>(`sha256:${'7'.repeat(64)}`)
    for (const digest of [kept, swapped, gone]) await append('artifact-exported', { artifact: { digest } })
    const release = buildRelease()
    await append('release-sealed', { release: { ...release, commit: 'another' } })
    const hex = swapped.slice('sha256:'.length)
    await writeFile(join(folder, 'artifacts', hex.slice(0, 2), hex), 'something else')
    const { faults, artifacts } = await evidence.verifyLedger({ anchors: [], withArtifacts: true })
    const ofRelease = [...new Set([release.managed.digest, release.unmanaged.digest])].length
    expect(faults.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['artifact', 2],
      ['artifact', 3],
      ['seal', 4],
      ...Array.from({ length: ofRelease }, () => ['artifact', 4]),
    ])
    expect(artifacts.checked).toBe(3 + ofRelease)
  })
})

/** Ends by the signal that it was killed by, once it stands where it was told to. */
async function killAnchorer(cut: string): Promise<unknown> {
  const program = new URL('../../../test/support/anchorer-to-kill.ts', import.meta.url).pathname
  const told = [database.appUrl, join(folder, 'keys', 'signing.key'), new Date(now).toISOString(), cut]
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, ...told], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.once('data', () => child.kill('SIGKILL'))
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
}

describe('anchors of the ledger', () => {
  it('are kept in a file and at an address, once, and made again when enough came in', async () => {
    const received: { readonly body: string; readonly headers: object }[] = []
    let status = 503
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        received.push({ body, headers: request.headers })
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/anchors?key=of-theirs`
    const path = join(folder, 'list.jsonl')
    await configure([
      { kind: 'file', path },
      { kind: 'webhook', url },
    ])
    await sweepAnchors(deps)
    await sweepAnchors(deps)
    const heads = readSignedHeads(await readFile(path, 'utf8'))
    expect(heads).toHaveLength(1)
    expect(received.map(({ body }) => readSignedHeads(body))).toEqual([heads])
    expect(await evidence.loadAnchors()).toMatchObject({ places: [{ kept: { sequence: 1 } }, { failure: { tries: 1 } }] })
    // The address is away: it is asked again after a while, and not the file.
    status = 200
    now += 61_000
    await sweepAnchors(deps)
    await sweepAnchors(deps)
    expect(received).toHaveLength(2)
    expect(await evidence.loadAnchors()).toMatchObject({ places: [{ kept: {} }, { kept: {} }] })
    // What anchoring wrote itself is nothing new; what others write is, after a day.
    now += 25 * 3_600_000
    await sweepAnchors(deps)
    expect(readSignedHeads(await readFile(path, 'utf8'))).toHaveLength(1)
    await append('A')
    await sweepAnchors(deps)
    expect(readSignedHeads(await readFile(path, 'utf8'))).toHaveLength(2)
    const told = JSON.stringify(await store.ledger.read('anchors'))
    expect([told.includes('of-theirs'), 'authorization' in (received[0]?.headers ?? {})]).toEqual([false, false])
    expect((await evidence.verifyLedger({ anchors: readSignedHeads(await readFile(path, 'utf8')), withArtifacts: false })).faults).toEqual(
      [],
    )
    server.close()
  })

  it('are neither halved nor doubled by a process that is killed, wherever it was, and the next one goes on', async () => {
    const keys: string[] = []
    const server = createServer((request, response) => {
      keys.push(String(request.headers['idempotency-key']))
      request.resume().on('end', () => response.writeHead(204).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/` // it listens on a port
    const path = join(folder, 'killed.jsonl')
    await configure([
      { kind: 'file', path },
      { kind: 'webhook', url },
    ])
    const cuts = ['anchor-made', 'half written', 'written', 'posted']
    for (const [index, cut] of cuts.entries()) {
      now += 25 * 3_600_000
      await append(cut)
      expect(await killAnchorer(cut)).toBe('SIGKILL')
      await sweepAnchors(deps)
      await sweepAnchors(deps)
      const made = (await store.ledger.read('anchors')).filter(({ type }) => type === 'anchor-made')
      const heads = readSignedHeads(await readFile(path, 'utf8'))
      expect([cut, made.length, heads.length, new Set(keys).size]).toEqual([cut, index + 1, index + 1, index + 1])
      expect(heads).toEqual(made.map(({ data }) => (data as { readonly signed: unknown }).signed))
      expect(await evidence.loadAnchors()).toMatchObject({ places: [{ kept: {} }, { kept: {} }] })
    }
    // What was posted, and of which the ledger had not heard, came again under the same key.
    expect(keys).toHaveLength(cuts.length + 1)
    const verified = await evidence.verifyLedger({ anchors: readSignedHeads(await readFile(path, 'utf8')), withArtifacts: false })
    expect(verified).toMatchObject({ faults: [], anchors: { held: cuts.length } })
    server.close()
  })

  it('are tags of the source repository that whoever has a clone reads, set once however often it is tried', async () => {
    const repository = join(folder, 'source.git')
    const control = createSourceControl({ repository, workFolder: join(folder, 'work'), log: silent })
    deps = { ...deps, openSourceControl: () => control }
    await configure([{ kind: 'git-tag' }])
    await sweepAnchors(deps)
    expect((await evidence.loadAnchors()).places[0]?.failure?.message).toContain('no commit yet')
    const commit = (text: string) =>
      control.commitSource({ folder: 'solutions/A', files: new Map([['a', Buffer.from(text)]]), message: text, author: 'ann' })
    await commit('first')
    now += 61_000
    await sweepAnchors(deps)
    const heads = await readAnchor(`tag:@${repository}`)
    expect(heads).toEqual([(await evidence.loadAnchors()).newest?.signed])
    // Killed after the tag was set and before the ledger heard of it; and the branch has moved since.
    await commit('second')
    await admin.query("ALTER TABLE drover.ledger DISABLE TRIGGER USER; DELETE FROM drover.ledger WHERE type = 'anchor-kept'")
    await store.rebuildReadModels()
    now += 3_600_000
    await sweepAnchors(deps)
    expect(await readAnchor(`tag:@${repository}`)).toEqual(heads)
    expect(await evidence.loadAnchors()).toMatchObject({ places: [{ kept: { sequence: 1 } }] })
  })

  it('hold with the key before and the key after, once another signs; what the old one signs then counts for nothing', async () => {
    await configure([])
    const [pat, piet] = [
      { reason: 'yearly', actor: personId('pat') },
      { reason: 'yearly', actor: personId('piet') },
    ]
    const old = createSigning({ keyFile: join(folder, 'keys', 'old.key') })
    const keyFile = join(folder, 'keys', 'rotated.key')
    await old.publicKey()
    await copyFile(join(folder, 'keys', 'old.key'), keyFile)
    const signing = createSigning({ keyFile })
    const rotating = createEvidenceCommands({ ...deps, signing })
    const before = granted(await rotating.anchorLedger({ actor: personId('pat') }))
    expect(await rotating.rotateKey({ reason: 'alone', actor: personId('maria') })).toMatchObject({
      refusal: { code: 'promotion.not-allowed' },
    })
    const needsSecond = { refusal: { code: 'evidence.needs-second-person' } }
    // Taken back, or too old, the word of a first person is none: whoever comes next is the first.
    expect(await rotating.rotateKey(pat)).toMatchObject(needsSecond)
    expect(await rotating.withdrawKeyProposal(piet)).toMatchObject({ ok: true, value: { by: 'pat' } })
    expect(await rotating.withdrawKeyProposal(piet)).toMatchObject({ refusal: { code: 'evidence.nothing-proposed' } })
    expect(await rotating.rotateKey(piet)).toMatchObject(needsSecond)
    now += 73 * 3_600_000
    for (const _twice of [1, 2]) expect(await rotating.rotateKey(pat)).toMatchObject({ refusal: { code: 'evidence.needs-second-person' } })
    // Killed between the ledger and the key: whatever signs next changes it.
    const dying = { ...signing, adoptNext: () => Promise.reject(new Error('killed')) }
    await expect(createEvidenceCommands({ ...deps, signing: dying }).rotateKey(piet)).rejects.toThrow('killed')
    expect((await signing.publicKey()).keyId).toBe(before.head.keyId)
    const after = granted(await rotating.anchorLedger({ actor: personId('pat') }))
    expect(after.head.keyId).not.toBe(before.head.keyId)
    const late = granted(
      await createEvidenceCommands({ ...deps, signing: { ...old, adoptNext: async () => undefined } }).anchorLedger({
        actor: personId('pat'),
      }),
    )
    const [was, is] = [await old.publicKey(), await signing.publicKey()]
    for (const { pem } of [was, is]) {
      const held = await rotating.verifyLedger({ anchors: [before, after], publicKey: pem, withArtifacts: false })
      expect(held).toMatchObject({ faults: [], anchors: { held: 2, through: after.head.sequence } })
      const { faults } = await rotating.verifyLedger({ anchors: [late], publicKey: pem, withArtifacts: false })
      expect(faults.map(({ kind }) => kind)).toEqual(['anchor'])
    }
    // A rotation that somebody with the database alone wrote changes nothing.
    const stranger = await createSigning({ keyFile: join(folder, 'keys', 'stranger.key') }).publicKey()
    const forged = { from: is, to: stranger, at: new Date(now).toISOString(), byOld: before.signature, byNew: before.signature }
    const data = { rotation: forged, reason: 'x', proposedBy: 'pat' }
    await store.ledger.append({
      stream: 'signing-keys',
      expectedVersion: undefined,
      actor: 'pat',
      events: [{ type: 'signing-key-rotated', data }],
    })
    expect(granted(await rotating.anchorLedger({ actor: personId('pat') })).head.keyId).toBe(is.keyId)
  })

  it('never touch a file that holds something else', async () => {
    const path = join(folder, 'diary.jsonl')
    await writeFile(path, 'Dear diary\n')
    await configure([{ kind: 'file', path }])
    await sweepAnchors(deps)
    expect(await readFile(path, 'utf8')).toBe('Dear diary\n')
    expect((await evidence.loadAnchors()).places[0]?.failure?.message).toContain('something else than signed heads')
  })

  it('are made at the word of those who may alone', async () => {
    await configure([])
    expect(await evidence.anchorLedger({ actor: toId('maria') })).toMatchObject({ ok: false, refusal: { code: 'promotion.not-allowed' } })
  })
})

async function configure(anchors: readonly AnchorTarget[]): Promise<void> {
  const event = { type: 'configuration-applied', data: { configuration: { ...buildConfiguration(2), anchors }, changes: [] } }
  await store.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events: [event] })
}

async function append(type: string, data: unknown = { type }): Promise<void> {
  await store.ledger.append({ stream: 'things', expectedVersion: undefined, actor: 'ann', events: [{ type, data }] })
}

/** The head of the ledger as somebody outside keeps it. */
async function anchored() {
  const signed = await signHead(deps)
  if (signed === undefined) throw new Error('the ledger is empty')
  await store.ledger.append({
    stream: 'anchors',
    expectedVersion: undefined,
    actor: 'drover',
    events: [{ type: 'anchor-made', data: { anchorId: 'an-1', signed } }],
  })
  return [signed] as const
}

/** As whoever holds the key and the database would: every hash is right again. */
async function rebuildChain(change: (event: LedgerEvent) => LedgerEvent): Promise<void> {
  await admin.query('ALTER TABLE drover.ledger DISABLE TRIGGER USER')
  let previousHash = firstPreviousHash
  for (const event of await store.ledger.readAll(0, 1000)) {
    const changed = { ...change(event), previousHash }
    const hash = hashEntry(changed, nodeHashing.sha256)
    await admin.query('UPDATE drover.ledger SET actor = $2, previous_hash = $3, hash = $4 WHERE sequence = $1', [
      event.sequence,
      changed.actor,
      previousHash,
      hash,
    ])
    previousHash = hash
  }
}
