import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvidenceSelection, PackFinding, SignedHead } from '#domain/evidence'
import { nodeHashing } from '#adapters/world'
import { hashEntry, packPaths, signedHeadText } from '#domain/evidence'
import type { LedgerEvent, PromotionId, Version } from '#domain/kernel'
import { bindApproval } from '#domain/approval'
import { canonicalJson, DroverError } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import type { PromotionRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import { sealRelease } from '#domain/release'
import type { WorkerDependencies } from '#engine'
import { createEngine, projections } from '#engine'
import { readZip, writeStoredZip } from '#format'
import { personId, sha256 } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import { memorySigning } from '../../../test/support/memory-signing.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { verifyPack } from './verify-evidence.ts'
import { judgeFile } from './verify-pack.ts'

const absent = new DroverError('artifact.absent', 'It is gone.')

let world: PromotionWorld
let promotionId: PromotionId
let anchor: SignedHead
let pem: string
/** Of one promotion that succeeded, in a ledger that holds another release besides. */
let pack: Uint8Array

beforeAll(async () => {
  world = await openPromotionWorld()
  await world.seal(hand('Other'))
  anchor = granted(await world.engine.anchorLedger({ actor: personId('remy') }))
  promotionId = await bring('Permits')
  pem = (await world.deps.signing.publicKey()).pem
  pack = await take(world.deps)
})
afterAll(() => world.close())

function hand(name: string) {
  return { name, version: '1.0.0.0', tables: [{ name: `hand_${name.toLowerCase()}`, columns: [{ name: 'hand_log' }] }] }
}

async function bring(name: string): Promise<PromotionId> {
  const release = await world.seal(hand(name))
  const { promotion } = await world.request(release)
  granted(await world.approve(promotion.request.promotionId))
  await world.work()
  expect((await world.view(promotion.request.promotionId)).promotion.status.state).toBe('succeeded')
  return promotion.request.promotionId
}

interface Taken {
  readonly selection?: EvidenceSelection
  readonly withArtifacts?: boolean
  readonly withNames?: boolean
}

async function take(
  deps: WorkerDependencies,
  { selection = { kind: 'promotion', promotionId }, withArtifacts = false, withNames = true }: Taken = {},
) {
  return granted(await createEngine(deps).exportEvidence({ selection, withArtifacts, withNames, actor: personId('remy') }))
}

/** The same ledger as somebody with the key and the database could have written it instead. */
async function rewritten(change: (event: LedgerEvent) => LedgerEvent, signing = world.deps.signing): Promise<WorkerDependencies> {
  let at = ''
  const ledger = createFakeLedger(() => at)
  for (const event of await world.deps.ledger.readAll(0, 10_000)) {
    const { stream, actor, type, data, key, at: then } = change(event)
    at = then
    await ledger.append({ stream, expectedVersion: undefined, actor, events: [{ type, data, ...(key === undefined ? {} : { key }) }] })
  }
  return { ...world.deps, ledger, signing, readModel: createFakeReadModel(ledger, projections), clock: { now: () => anchor.head.at } }
}

/** The pack with other entries, and everything about it that a key signs signed again. */
async function resigned(change: (entry: LedgerEvent) => LedgerEvent, selection?: EvidenceSelection): Promise<Uint8Array> {
  const files = await readZip(pack)
  const lines = (await fileOf(pack, packPaths.entries)).trimEnd().split('\n')
  const entries = lines.map((line) => `${canonicalJson(change(JSON.parse(line) as LedgerEvent))}\n`).join('')
  const index = JSON.parse(await fileOf(pack, packPaths.index)) as { files: { path: string }[] }
  const listed = index.files.map((file) =>
    file.path === packPaths.entries ? { path: file.path, sha256: nodeHashing.sha256(entries), size: Buffer.byteLength(entries) } : file,
  )
  const text = `${JSON.stringify({ ...index, files: listed, ...(selection === undefined ? {} : { selection }) }, null, 2)}\n`
  const signature = `${JSON.stringify(await world.deps.signing.sign(text), null, 2)}\n`
  const changed = new Map([
    [packPaths.entries as string, entries],
    [packPaths.index, text],
    [packPaths.signature, signature],
  ])
  return writeStoredZip(files.map((file) => ({ ...file, bytes: Buffer.from(changed.get(file.path) ?? file.bytes) })))
}

function failures(findings: readonly PackFinding[]): readonly string[] {
  return findings.filter(({ state }) => state === 'failed').map(({ subject, message }) => `${subject}: ${message}`)
}

async function fileOf(bytes: Uint8Array, path: string): Promise<string> {
  const file = (await readZip(bytes)).find((each) => each.path === path)
  return Buffer.from(file?.bytes ?? []).toString('utf8')
}

describe('a pack of evidence', () => {
  it('proves offline what it shows, against an anchor and a key that were kept elsewhere', async () => {
    const paths = ['pack.zip', 'anchor.jsonl', 'key.pem'].map((name) => join(world.folder, name))
    const [file = '', list = '', key = ''] = paths
    await writeFile(file, await take(world.deps, { withArtifacts: true }))
    await writeFile(list, `${signedHeadText(anchor)}\n`)
    await writeFile(key, pem)
    const { verdict, findings, neverProvable } = await verifyPack({ pack: file, anchors: [list], publicKey: key })
    expect(failures(findings)).toEqual([])
    expect([verdict, findings.filter(({ state }) => state === 'open')]).toEqual(['holds', []])
    const subjects = findings.map(({ subject }) => subject)
    expect(subjects).toEqual(
      expect.arrayContaining([
        'file',
        'key',
        'head of the ledger',
        'place in the ledger',
        `anchor of entry ${anchor.head.sequence}`,
        `promotion ${promotionId}`,
      ]),
    )
    expect(findings.map(({ message }) => message).join('\n')).toContain('the words of people counted: approval by ben')
    expect(neverProvable.join(' ')).toContain('who their token said')
  })

  it('counts every gate again that no person opens, as it stood when the work began', async () => {
    const findings = await judgeFile(pack, [], pem)
    const { gates } = (await world.view(promotionId)).promotion.request
    const machines = gates.filter((gate) => !('people' in gate)).map(({ kind }) => kind)
    const recounted = findings.filter(({ message }) => message.includes(' held: ')).map(({ message }) => message)
    expect(machines).toEqual(expect.arrayContaining(['checks', 'settings', 'preflight']))
    for (const kind of machines) expect(recounted).toContainEqual(expect.stringContaining(`, gate ${gateName(kind)} held: `))
    expect(recounted).toContainEqual(expect.stringContaining('the request held'))
  })

  it('names each gate that cannot be counted again, with what is not in the pack, and calls none of them broken', async () => {
    const elsewhere = (event: LedgerEvent) => {
      if (event.stream !== `promotion/${promotionId}` || event.type !== 'promotion-requested') return event
      const { request } = event.data as { readonly request: PromotionRequest }
      const more = [{ kind: 'train' as const }, { kind: 'validation' as const }]
      // It replaces a version of which nothing is shown.
      const plan = { ...request.plan, fromVersion: '0.9.0.0' as Version }
      const boundTo = {
        ...request.boundTo,
        ...bindApproval({ artifact: request.boundTo.artifact, plan, policyVersion: request.policyVersion }, sha256),
      }
      return { ...event, data: { request: { ...request, plan, boundTo, gates: [...request.gates, ...more] } } }
    }
    const findings = await judgeFile(await take(await rewritten(elsewhere)), [], pem)
    const open = findings.filter(({ state }) => state === 'open').map(({ message }) => message)
    expect(open).toContainEqual(expect.stringContaining('gate releases before it in the train cannot be counted again: how the other'))
    expect(open).toContainEqual(expect.stringContaining('what went in there last, and how that was watched, is not shown'))
  })

  it('says what stays open without an anchor, a key and the artifacts', async () => {
    const findings = await judgeFile(pack, [], undefined)
    expect(failures(findings)).toEqual([])
    expect(findings.filter(({ state }) => state === 'open').map(({ subject }) => subject)).toEqual([
      'key',
      'anchor',
      'managed artifact of Permits 1.0.0.0',
      'unmanaged artifact of Permits 1.0.0.0',
    ])
  })

  it('holds the log that the platform wrote of the import, which is held against what the ledger names', async () => {
    const isLog = ({ path }: { readonly path: string }) => path.startsWith('documents/')
    const logs = (await readZip(pack)).filter(isLog)
    expect(logs.map(({ bytes }) => Buffer.from(bytes).toString('utf8'))).toEqual([expect.stringContaining('<importexportxml')])
    const told = (findings: readonly PackFinding[]) => findings.filter(({ message }) => message.startsWith('The log of import job'))
    expect(told(await judgeFile(pack, [], pem)).map(({ state }) => state)).toEqual(['proved'])

    const without = await take({ ...world.deps, artifacts: { ...world.deps.artifacts, get: () => Promise.reject(absent) } })
    expect((await readZip(without)).filter(isLog)).toEqual([])
    const findings = await judgeFile(without, [], pem)
    expect([failures(findings), told(findings).map(({ state }) => state)]).toEqual([[], ['open']])
    const named = (await world.engine.verifyLedger({ anchors: [], withArtifacts: true })).artifacts.checked
    expect(named).toBeGreaterThan((await world.engine.verifyLedger({ anchors: [], withArtifacts: false })).artifacts.checked)
  })

  it('shows what it is about and withholds the rest', async () => {
    const entries = await fileOf(pack, packPaths.entries)
    expect(entries).toContain(promotionId)
    expect(entries).not.toContain('"Other"')
    expect(JSON.parse(await fileOf(pack, packPaths.withheld))).not.toEqual([])
    expect(await fileOf(pack, packPaths.readme)).toContain('ben said approve')
  })

  it('holds names in one file alone, which can be left out, and never a secret', async () => {
    const nameless = await take(world.deps, { withNames: false })
    expect((await readZip(nameless)).some(({ path }) => path === packPaths.people)).toBe(false)
    expect(await fileOf(pack, packPaths.people)).toContain('"ben"')
    const text = Buffer.from(pack).toString('latin1')
    expect([text.includes('PRIVATE KEY'), text.includes(world.organisation.clientSecret)]).toEqual([false, false])
  })

  it('is the same, byte for byte, when it is taken from the same ledger again', async () => {
    const [one, two] = await Promise.all([rewritten((event) => event), rewritten((event) => event)])
    expect(Buffer.from(await take(one)).equals(await take(two))).toBe(true)
  })

  it('is taken by those alone who answer to an auditor', async () => {
    const asked = await world.engine.exportEvidence({
      ...({ selection: { kind: 'promotion', promotionId }, withArtifacts: false, withNames: true } as const),
      actor: personId('maria'),
    })
    expect(asked).toMatchObject({ ok: false, refusal: { code: 'promotion.not-allowed' } })
  })

  it('can be of a solution, a release, an environment and a time (AUD-02)', async () => {
    const { releaseId } = (await world.view(promotionId)).promotion.request
    for (const selection of [
      { kind: 'solution', solution: 'permits' },
      { kind: 'release', releaseId },
      { kind: 'environment', environmentId: 'prod' },
      { kind: 'period', from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
    ] as const) {
      const taken = await take(world.deps, { selection })
      const findings = await judgeFile(taken, [anchor], pem)
      expect(failures(findings)).toEqual([])
      expect((await fileOf(taken, packPaths.entries)).includes('"Other"')).toBe(selection.kind === 'period')
    }
    const nothing = { withArtifacts: false, withNames: true, actor: personId('remy') } as const
    for (const [selection, code] of [
      [{ kind: 'release', releaseId: 'r-none' }, 'release.unknown'],
      [{ kind: 'environment', environmentId: 'none' }, 'environment.unknown'],
    ] as const)
      expect(await world.engine.exportEvidence({ selection, ...nothing })).toMatchObject({ ok: false, refusal: { code } })
  })
})

describe('a pack that was tampered with', () => {
  it('is found out, wherever one bit of it was turned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: pack.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const turned = Uint8Array.from(pack)
        turned[at] = (turned[at] ?? 0) ^ (1 << bit)
        expect(failures(await judgeFile(turned, [], undefined))).not.toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('is found out when a file was added, taken out or put in the place of another', async () => {
    const files = await readZip(pack)
    const [swapA, swapB] = [files[3], files[4]]
    const tampered = [
      [...files, { path: 'more.txt', bytes: Buffer.from('more') }],
      files.filter(({ path }) => path !== packPaths.readme),
      files.map((file) => (file === swapA ? { ...file, bytes: swapB?.bytes ?? file.bytes } : file)),
    ].map((each) => writeStoredZip(each))
    for (const each of [...tampered, pack.slice(0, -1), Buffer.concat([pack, Buffer.from('x')]), new Uint8Array()])
      expect(failures(await judgeFile(each, [], undefined))).not.toEqual([])
  })

  it('is found out when the key holder put an entry of their own between those of the ledger', async () => {
    const forged = await resigned((entry) => {
      const { hash: _hash, ...content } = { ...entry, actor: 'eve' }
      return entry.type === 'approval-decided' ? { ...content, hash: hashEntry(content, nodeHashing.sha256) } : entry
    })
    expect(failures(await judgeFile(forged, [], pem))).toEqual(
      expect.arrayContaining([expect.stringContaining('The entries are not those of the ledger that the signed head speaks of')]),
    )
    expect(failures(await judgeFile(await resigned((entry) => entry), [], pem))).toEqual([])
    const unhashed = await resigned((entry) => (entry.type === 'approval-decided' ? { ...entry, actor: 'eve' } : entry))
    expect(failures(await judgeFile(unhashed, [], pem))).toContainEqual(expect.stringContaining('Its content does not give its hash'))
  })

  it('is found out when it holds nothing of the promotion that it is about', async () => {
    const other = { kind: 'promotion', promotionId: 'p-other' } as const
    expect(failures(await judgeFile(await resigned((entry) => entry, other), [], pem))).toEqual([
      'promotion p-other: The pack is about it, and holds no entry by which it was asked for.',
    ])
  })

  it('is found out when another key signed it, for whoever has the right one', async () => {
    const forged = await take(await rewritten((event) => event, memorySigning(generateKeyPairSync('ed25519'))))
    expect(failures(await judgeFile(forged, [], undefined))).toEqual([])
    expect(failures(await judgeFile(forged, [], pem))).toHaveLength(1)
  })

  it('is found out by an anchor alone when the key holder rewrote the ledger before it', async () => {
    const forged = await take(await rewritten((event) => (event.sequence === 2 ? { ...event, actor: 'eve' } : event)))
    expect(failures(await judgeFile(forged, [], pem))).toEqual([])
    expect(failures(await judgeFile(forged, [anchor], pem))).toEqual([expect.stringContaining('it was rebuilt since')])
  })

  it('is found out when the key holder let a promotion go in without the words of people', async () => {
    const own = (event: LedgerEvent) => event.stream === `promotion/${promotionId}`
    const byRequester = (event: LedgerEvent) => {
      if (!own(event) || event.type !== 'approval-decided') return event
      const { decision } = event.data as { readonly decision: object }
      return { ...event, data: { decision: { ...decision, by: 'maria' } } }
    }
    expect(failures(await judgeFile(await take(await rewritten(byRequester)), [], pem))).toEqual([
      expect.stringContaining('gate approval had 0 of 1 words that count'),
    ])
  })

  it('is found out when the key holder let a promotion go in past gates of machines', async () => {
    const blocked = (event: LedgerEvent) => {
      if (event.type !== 'release-sealed') return event
      const { seal: _seal, ...release } = (event.data as { readonly release: Release }).release
      const report = { ...release.report, verdict: 'fail' as const }
      return { ...event, data: { release: sealRelease({ ...release, report }, sha256) } }
    }
    expect(failures(await judgeFile(await take(await rewritten(blocked)), [], pem))).toEqual([
      expect.stringContaining('gate checks was not open: The checks of Permits 1.0.0.0 failed: its report says fail'),
    ])
    const tooEarly = (event: LedgerEvent) => {
      if (event.stream !== `promotion/${promotionId}` || event.type !== 'promotion-requested') return event
      const { request } = event.data as { readonly request: PromotionRequest }
      return { ...event, data: { request: { ...request, reviewWindowHours: 24, gates: [...request.gates, { kind: 'review-window' }] } } }
    }
    expect(failures(await judgeFile(await take(await rewritten(tooEarly)), [], pem))).toEqual([
      expect.stringContaining('gate review window was not open: The review window of 24 h ends at'),
    ])
  })

  it('is found out when the key holder put another artifact or plan under what was approved', async () => {
    const other = `sha256:${'5'.repeat(64)}`
    const swap = (from: string, to: string) => (event: LedgerEvent) => {
      if (event.stream !== `promotion/${promotionId}` || event.type !== 'promotion-requested') return event
      return { ...event, data: JSON.parse(JSON.stringify(event.data).replaceAll(from, to)) as unknown }
    }
    const digest = (
      JSON.parse(await fileOf(pack, packPaths.promotion(promotionId))) as { promotion: { request: { boundTo: { artifact: string } } } }
    ).promotion.request.boundTo.artifact
    const artifact = failures(await judgeFile(await take(await rewritten(swap(digest, other))), [], pem))
    expect(artifact).toContainEqual(expect.stringContaining('which is no artifact of release'))
    const plan = failures(await judgeFile(await take(await rewritten(swap('"toVersion":"1.0.0.0"', '"toVersion":"9.0.0.0"'))), [], pem))
    expect(plan).toContainEqual(expect.stringContaining('do not give what approvals were bound to'))
  })
})

describe('a pack that another key signed than the one that was written down', () => {
  it('holds where that key followed it, and so do the anchors of both', async () => {
    const rotated: WorkerDependencies = { ...(await rotatable()), signing: memorySigning(generateKeyPairSync('ed25519')) }
    const engine = createEngine(rotated)
    const was = (await rotated.signing.publicKey()).pem
    const before = granted(await engine.anchorLedger({ actor: personId('remy') }))
    expect(await engine.rotateKey({ reason: 'yearly', actor: personId('pat') })).toMatchObject({ ok: false })
    granted(await engine.rotateKey({ reason: 'yearly', actor: personId('piet') }))
    const after = granted(await engine.anchorLedger({ actor: personId('remy') }))
    const taken = await take(rotated)
    for (const key of [was, (await rotated.signing.publicKey()).pem]) {
      const findings = await judgeFile(taken, [before, after], key)
      expect(failures(findings)).toEqual([])
      expect(findings.filter(({ subject, state }) => subject.startsWith('anchor of') && state === 'proved')).toHaveLength(2)
    }
    expect(failures(await judgeFile(taken, [], pem))).not.toEqual([])
  })

  it('does not hold where a key that was taken out of use brought that key in', async () => {
    const old = generateKeyPairSync('ed25519')
    const genuine: WorkerDependencies = { ...(await rotatable()), signing: memorySigning(old) }
    await rotate(genuine)
    const inUse = (await genuine.signing.publicKey()).pem
    const handedOver = await genuine.ledger.readNewest('signing-keys')
    // Whoever kept a copy of the old key names another successor, and puts the genuine entry behind it: every pack shows that.
    const forged: WorkerDependencies = { ...(await rotatable()), signing: memorySigning(old) }
    await rotate(forged)
    const { stream = '', actor = '', type = '', data } = handedOver ?? {}
    await forged.ledger.append({ stream, expectedVersion: undefined, actor, events: [{ type, data }] })
    expect(failures(await judgeFile(await take(forged), [], inUse))).toContainEqual(
      expect.stringContaining('not one of the key that the pack is held against'),
    )
    expect(failures(await judgeFile(await take(genuine), [], inUse))).toEqual([])
  })
})

async function rotate(deps: WorkerDependencies): Promise<void> {
  const engine = createEngine(deps)
  expect(await engine.rotateKey({ reason: 'yearly', actor: personId('pat') })).toMatchObject({ ok: false })
  granted(await engine.rotateKey({ reason: 'yearly', actor: personId('piet') }))
}

/** The ledger of the world, which is gone on with by itself. */
function rotatable(): Promise<WorkerDependencies> {
  return rewritten((event) => event)
}

describe('provenance', () => {
  it('is a signed in-toto statement of each artifact, the same each time', async () => {
    const { releaseId } = (await world.view(promotionId)).promotion.request
    const asked = async () => granted(await world.engine.loadProvenance(releaseId))
    const { statements } = await asked()
    expect(await asked()).toEqual({ statements })
    const [managed] = statements
    const statement = JSON.parse(Buffer.from(managed?.envelope.payload ?? '', 'base64').toString('utf8')) as {
      subject: { digest: { sha256: string } }[]
      predicateType: string
    }
    expect([statements.length, `sha256:${statement.subject[0]?.digest.sha256}`, statement.predicateType]).toEqual([
      2,
      managed?.digest,
      'https://slsa.dev/provenance/v1',
    ])
  })
})
