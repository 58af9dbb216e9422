import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createArchiveStore } from '#adapters/files'
import { archiveStream, readSignedManifest } from '#domain/evidence'
import type { Digest, Instant, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { ours, shippedPolicy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { WorkerDependencies } from '#engine'
import { createEngine } from '#engine'
import { judgeArchive } from '../../app/evidence/verify-archive.ts'
import { judgeFile } from '../../app/evidence/verify-pack.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { findRemovable } from './find-removable.ts'
import { sweepArchive } from './sweep-archive.ts'

const archiving = { open: createArchiveStore, judge: judgeFile }
const pat = { actor: personId('pat'), reason: 'yearly archive' }
const piet = { actor: personId('piet'), reason: 'yearly archive' }

let world: PromotionWorld
/** In hours. */
const threeYears = 3 * 366 * 24
/** Three years later: more than evidence of Tier 2 is kept. */
let later: WorkerDependencies
let archive: string
/** In the order in which they went in; the newest two are what runs there and what it goes back to. */
let releases: readonly Release[]
let promotions: readonly PromotionId[]

beforeEach(async () => {
  world = await openPromotionWorld()
  archive = join(world.folder, 'archive')
  await world.deps.ledger.append({
    stream: 'configuration',
    expectedVersion: undefined,
    actor: 'pat',
    events: [{ type: 'configuration-applied', data: { configuration: await withArchive(), changes: [] } }],
  })
  const brought = []
  for (const version of ['1.0.0.0', '2.0.0.0', '3.0.0.0', '4.0.0.0']) brought.push(await bring(version))
  releases = brought.map(({ release }) => release)
  promotions = brought.map(({ promotionId }) => promotionId)
  // Entries are written at the time of the machine, so a proposal would be three years old.
  const policy = { ...shippedPolicy, evidence: { ...shippedPolicy.evidence, archiveProposalHours: ours(2 * threeYears, 'test') } }
  later = {
    ...world.deps,
    policy,
    archiving,
    clock: { now: () => toId<Instant>(new Date(Date.now() + threeYears * 3_600_000).toISOString()) },
  }
})

afterEach(async () => {
  await rm(archive, { recursive: true, force: true })
  await world.close()
})

async function withArchive() {
  const current = await world.deps.readModel.load<{ readonly configuration: object }>('configuration', 'current')
  return { ...current?.configuration, archive: { folder: archive } }
}

async function bring(version: string) {
  const release = await world.seal({ name: 'Permits', version, tables: [{ name: 'hand_permit', columns: [{ name: 'hand_log' }] }] })
  const { promotion } = await world.request(release)
  const { promotionId } = promotion.request
  granted(await world.approve(promotionId))
  await world.work()
  expect((await world.view(promotionId)).promotion.status.state).toBe('succeeded')
  return { release, promotionId }
}

/** Two people's word. */
async function begin(deps = later) {
  expect(await createEngine(deps).archiveEvidence(pat)).toMatchObject({ refusal: { code: 'evidence.needs-second-person' } })
  return granted(await createEngine(deps).archiveEvidence(piet))
}

async function has(digest: Digest | undefined): Promise<boolean> {
  return later.artifacts.get(digest ?? toId('')).then(
    () => true,
    () => false,
  )
}

async function firstPack(): Promise<string> {
  const signed = readSignedManifest(await readFile(join(archive, 'manifests', '00000001.json'), 'utf8'))
  return signed?.manifest.file ?? ''
}

async function entries(): Promise<readonly string[]> {
  return (await later.ledger.read(archiveStream)).map(({ type }) => type)
}

async function failures(): Promise<readonly string[]> {
  const { pem } = await later.signing.publicKey()
  return (await judgeArchive(archive, [], pem))
    .filter(({ state }) => state === 'failed')
    .map(({ subject, message }) => `${subject}: ${message}`)
}

describe('evidence whose retention is over', () => {
  it('is archived at the word of two people, and only its bytes are removed', async () => {
    expect(await world.engine.archiveEvidence(pat)).toMatchObject({
      refusal: { code: 'archive.nothing-due' },
    })
    expect(await createEngine(later).archiveEvidence({ ...pat, actor: personId('maria') })).toMatchObject({ ok: false })
    expect(granted(await createEngine(later).loadArchive()).due.map(({ promotionId }) => promotionId)).toEqual(promotions.slice(0, 2))
    for (const _twice of [1, 2])
      expect(await createEngine(later).archiveEvidence(pat)).toMatchObject({ refusal: { code: 'evidence.needs-second-person' } })
    expect(granted(await createEngine(later).archiveEvidence(piet)).promotions).toEqual(promotions.slice(0, 2))
    expect(await has(releases[0]?.managed.digest)).toBe(true)
    await sweepArchive(later)
    expect(await Promise.all(releases.map(({ managed }) => has(managed.digest)))).toEqual([false, true, true, true])
    // The second is what the third would have gone back to, which is not archived.
    expect(await Promise.all(releases.map(({ unmanaged }) => has(unmanaged.digest)))).toEqual([false, false, true, true])
    expect(await failures()).toEqual([])
    const verified = await createEngine(later).verifyLedger({ anchors: [], withArtifacts: true })
    expect([verified.faults, verified.artifacts.removed > 1]).toEqual([[], true])
    await sweepArchive(later)
    expect((await entries()).filter((type) => type === 'archive-ended')).toHaveLength(1)
    expect(granted(await createEngine(later).loadArchive()).due).toEqual([])
  })

  it('lies in the archive with all its bytes, in files that are written once', async () => {
    await begin()
    await sweepArchive(later)
    const file = await firstPack()
    const path = join(archive, file)
    expect((await stat(path)).mode & 0o222).toBe(0)
    const findings = await judgeFile(await readFile(path), [], undefined)
    const bytes = findings.filter(({ subject }) => subject.includes('artifact of Permits 1.0.0.0'))
    expect(bytes.map(({ state }) => state)).toEqual(['proved', 'proved'])
    await expect(createArchiveStore(archive).put(file, Buffer.from('other'))).rejects.toMatchObject({
      code: 'archive.other-bytes',
    })
  })

  it('is said to have been removed by a pack that is taken afterwards', async () => {
    await begin()
    await sweepArchive(later)
    const selection = { kind: 'promotion', promotionId: promotions[0] ?? '' } as const
    const taken = granted(
      await createEngine(later).exportEvidence({ selection, withArtifacts: true, withNames: false, actor: personId('remy') }),
    )
    const findings = await judgeFile(taken, [], undefined)
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([])
    const absent = findings.filter(({ subject }) => subject.includes('artifact of Permits 1.0.0.0'))
    expect(absent.map(({ state, message }) => [state, /removed after their retention \(entry \d+/.test(message)])).toEqual([
      ['open', true],
      ['open', true],
    ])
  })

  it('stays when its pack does not hold, or its bytes are not what was approved', async () => {
    const judge = async () => [{ state: 'failed', subject: 'entries', message: 'Changed.' }] as const
    const broken = { ...later, archiving: { ...archiving, judge } }
    await begin()
    await sweepArchive(broken)
    expect(await entries()).toContain('archive-skipped')
    expect(await has(releases[0]?.managed.digest)).toBe(true)
    await begin()
    const tampered = { ...later.artifacts, get: () => Promise.reject(Object.assign(new Error('changed'), { code: 'artifact.tampered' })) }
    await expect(sweepArchive({ ...later, artifacts: tampered })).rejects.toThrow('changed')
    expect(await has(releases[0]?.managed.digest)).toBe(true)
  })

  it('is not removed while anything else in the ledger names it', async () => {
    await begin()
    const named = [{ type: 'looked-at', data: { found: [releases[0]?.unmanaged.digest] } }]
    await later.ledger.append({ stream: 'environment/other', expectedVersion: undefined, actor: 'drover', events: named })
    await sweepArchive(later)
    expect([await has(releases[0]?.managed.digest), await has(releases[0]?.unmanaged.digest)]).toEqual([false, true])
  })
})

describe('a legal hold', () => {
  const hold = { subject: { kind: 'solution', solution: 'permits' }, reason: 'case 4711', actor: personId('sam') } as const

  it('keeps what it concerns from being archived', async () => {
    granted(await createEngine(later).holdEvidence({ ...hold, lifts: false }))
    expect(await createEngine(later).archiveEvidence(pat)).toMatchObject({ refusal: { code: 'archive.nothing-due' } })
    expect(await createEngine(later).holdEvidence({ ...hold, lifts: true, actor: personId('maria') })).toMatchObject({ ok: false })
    granted(await createEngine(later).holdEvidence({ ...hold, lifts: true }))
    await begin()
  })

  it('that comes after the work began still keeps all bytes', async () => {
    await begin()
    granted(await createEngine(later).holdEvidence({ ...hold, lifts: false }))
    await sweepArchive(later)
    expect(await has(releases[0]?.managed.digest)).toBe(true)
    granted(await createEngine(later).holdEvidence({ ...hold, lifts: true }))
    expect((await findRemovable(later, () => false)).map(({ digest }) => digest)).toContain(releases[0]?.managed.digest)
  })
})

describe('an archive', () => {
  it('that is killed anywhere goes on to the same end', async () => {
    await begin()
    let killedAt = 0
    for (; ; killedAt++) {
      const dying = dyingAfter(killedAt)
      const ended = await sweepArchive(dying).then(
        () => true,
        () => false,
      )
      const types = await entries()
      if (!(await has(releases[0]?.managed.digest))) expect(types).toContain('archive-removal-begun')
      if (ended) break
      // Each kill at a later deed, from where the one before left it.
      if (killedAt > 30) throw new Error('It never ends.')
    }
    expect(killedAt).toBeGreaterThan(3)
    expect((await entries()).filter((type) => /kept|removal|ended/.test(type))).toEqual([
      'archive-kept',
      'archive-kept',
      'archive-removal-begun',
      'archive-ended',
    ])
    expect(await readdir(join(archive, 'manifests'))).toEqual(['00000001.json', '00000002.json'])
    expect(await failures()).toEqual([])
    expect(await has(releases[0]?.managed.digest)).toBe(false)
  })

  it('that lost a pack before anything was removed keeps its bytes here', async () => {
    await begin()
    const { ledger } = later
    const diesWhenKept: WorkerDependencies['ledger']['append'] = async (append) => {
      const answer = await ledger.append(append)
      if ((await entries()).filter((type) => type === 'archive-kept').length === 2) throw new Error('killed')
      return answer
    }
    await expect(sweepArchive({ ...later, ledger: { ...ledger, append: diesWhenKept } })).rejects.toThrow('killed')
    expect(await entries()).not.toContain('archive-removal-begun')
    const pack = await firstPack()
    await rm(join(archive, pack))
    await sweepArchive(later)
    expect(await has(releases[0]?.managed.digest)).toBe(true)
    expect((await entries()).at(-1)).toBe('archive-ended')
  })

  it('is found out when a pack or a manifest was changed, and when one is missing in between', async () => {
    await begin()
    await sweepArchive(later)
    const manifest = join(archive, 'manifests', '00000001.json')
    const text = await readFile(manifest, 'utf8')
    await chmod(manifest, 0o600)
    await writeFile(manifest, text.replace('"solution":"Permits"', '"solution":"Others"'))
    expect(await failures()).toContainEqual(expect.stringContaining('Its signature does not hold'))
    await writeFile(manifest, text)
    await writeFile(join(archive, 'manifests', '00000004.json'), text)
    expect(await failures()).toEqual([expect.stringContaining('one in between is missing')])
    await rm(join(archive, 'manifests', '00000004.json'))
    const path = join(archive, await firstPack())
    await chmod(path, 0o600)
    await writeFile(path, 'less')
    expect(await failures()).toEqual([expect.stringContaining('is missing, or is not what it names')])
  })
})

/** The process dies after so many deeds: entries, files written, and bytes removed. The deed at which it dies is done. */
function dyingAfter(deeds: number): WorkerDependencies {
  let done = 0
  const dies = async <T>(deed: Promise<T>): Promise<T> => {
    const answer = await deed
    if (done++ === deeds) throw new Error('killed')
    return answer
  }
  const { ledger, artifacts } = later
  return {
    ...later,
    ledger: { ...ledger, append: (append) => dies(ledger.append(append)) },
    artifacts: { ...artifacts, remove: (digest) => dies(artifacts.remove(digest)) },
    archiving: {
      ...archiving,
      open: (folder) => {
        const store = createArchiveStore(folder)
        return { ...store, put: (name, bytes) => dies(store.put(name, bytes)) }
      },
    },
  }
}
