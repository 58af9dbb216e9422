import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPullRequests } from '#adapters/forge'
import { createSourceControl } from '#adapters/git'
import type { Environment } from '#domain/environment'
import { toId } from '#domain/kernel'
import { memoryTree, readZip, unpackSolution } from '#format'
import type { SourceControl } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { importSolution } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const prod = toId<Parameters<PromotionWorld['engine']['loadDrift']>[0]>('prod')
const olga = { environmentId: prod, actor: personId('olga') }
const column = 'Attribute:hand_boat.hand_length'

let folder: string
let world: PromotionWorld
let source: SourceControl
let host: Server
let origin = ''
/** Pull requests of the host, by number; `isDown`: it answers nobody. */
const pulls: { head: string; base: string; title: string; body: string; state: string; merged: boolean }[] = []
let isDown = false

/** The host of the source, as far as it is asked: GitHub's form, with what was opened. */
function answer(method: string, path: string, body: string): { readonly status: number; readonly json: unknown } {
  if (isDown) return { status: 503, json: {} }
  const { pathname, searchParams } = new URL(path, origin)
  const [, number, more] = /^\/api\/repos\/contoso\/permits\/pulls(?:\/(\d+)(\/reviews)?)?$/.exec(pathname) ?? []
  if (more !== undefined) return { status: 200, json: [] }
  if (number !== undefined) return { status: 200, json: pullOf(Number(number)) }
  if (method === 'POST') {
    const { head = '', base = '', title = '', body: words = '' } = JSON.parse(body) as Record<string, string>
    pulls.push({ head, base, title, body: words, state: 'open', merged: false })
    return { status: 201, json: pullOf(pulls.length) }
  }
  const numbers = pulls.flatMap(({ head }, at) => (`contoso:${head}` === searchParams.get('head') ? [at + 1] : []))
  return { status: 200, json: numbers.map(pullOf) }
}

function pullOf(number: number) {
  const pull = pulls[number - 1]
  return { number, state: pull?.state, merged: pull?.merged, user: { login: 'drover' }, head: { sha: 'head' } }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-requests-'))
  source = createSourceControl({ repository: join(folder, 'source.git'), workFolder: join(folder, 'work'), log })
  host = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { status, json } = answer(request.method ?? '', request.url ?? '', body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(json))
    })
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  // A TCP server has an address of this form.
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  world = await openPromotionWorld({
    change: (configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((solution) => ({ ...solution, owner: personId('maria') })),
      sourceRepository: `${origin}/contoso/permits.git`,
      sourceHosts: [{ kind: 'github', site: origin, api: `${origin}/api` }],
    }),
    besides: { pullRequests: createPullRequests({ secrets: { resolve: async () => '' } }), openSourceControl: () => source },
  })
  await ship(permits('1.0.0.0', 50))
})
afterAll(async () => {
  await world?.close()
  host?.close()
  await rm(folder, { recursive: true, force: true })
})

function permits(version: string, maxLength: number): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length', maxLength }] }] }
}

/** Commits the source of a version, releases it and brings it into production. */
async function ship(solution: HandMade): Promise<void> {
  const files = new Map<string, Uint8Array>()
  const zip = memoryTree(await readZip(await handMade({ ...solution, isManaged: false })))
  for await (const { path, bytes } of unpackSolution(zip)) files.set(path, bytes)
  const commit = await source.commitSource({ folder: 'solutions/Permits', files, message: solution.version, author: 'maria' })
  const release = await world.seal(solution, { commit })
  const { promotionId } = (await world.request(release)).promotion.request
  granted(await world.approve(promotionId))
  await world.work()
  expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
}

/** A column is made longer by hand; environments tell times by the second. */
async function edit(maxLength: number): Promise<void> {
  await wait(1_100)
  const tables = [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_length', maxLength }] }]
  expect(await importSolution(world.organisation, await handMade({ name: 'ByHand', version: '1.0.0.0', tables }))).toMatchObject({
    statuscode: 30,
  })
  expect((await world.organisation.call('POST', 'PublishAllXml', { body: {} })).status).toBeLessThan(300)
}

async function look() {
  const { record } = granted(await world.engine.watchDrift(olga))
  return { disposition: record.dispositions[column], requests: record.changeRequests ?? [] }
}

async function adopt(die?: Parameters<PromotionWorld['work']>[0]) {
  granted(await world.engine.watchDrift(olga))
  granted(await world.engine.adoptDeviations({ ...olga, deviations: [column] }))
  return world.work(die)
}

/** Brings a configuration into force in which environments are otherwise. */
async function apply(change: (environment: Environment) => Environment): Promise<void> {
  const configuration = (await world.engine.loadConfiguration())?.configuration
  const changed = { ...configuration, environments: configuration?.environments.map(change) }
  const events = [{ type: 'configuration-applied', data: { configuration: changed, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

const events = async () =>
  (await world.deps.ledger.read(`environment/${granted(await world.engine.loadDrift(prod)).record.lane}`)).map(({ type }) => type)

describe('a change of production that was adopted', () => {
  it('is a pull request to the owner, opened once though the worker dies right after, and stands open until it is declined', async () => {
    await edit(60)
    const die = (step: string, phase: string): void => {
      if (step === 'ask-owner' && phase === 'after') kill()
    }
    expect(await adopt(die)).toBe('killed')
    expect(await world.work()).toBe('done')
    const { disposition, requests } = await look()
    expect(pulls).toHaveLength(1)
    expect(pulls[0]).toMatchObject({ base: 'main', title: 'Bring back a change of Permits from prod' })
    expect(pulls[0]?.body).toContain('hand_length')
    expect(requests).toMatchObject([
      {
        solution: 'Permits',
        deviations: [column],
        owner: 'maria',
        askedBy: 'olga',
        branch: pulls[0]?.head,
        pull: { url: `${origin}/contoso/permits/pull/1`, state: 'open' },
      },
    ])
    expect((await world.engine.loadBoard()).changeRequests, 'the board shows what waits').toEqual(requests)
    expect(disposition).toMatchObject({ kind: 'adopt', state: 'proposed', branch: pulls[0]?.head })
    const requestId = requests[0]?.id ?? ''
    const decline = (actor: string, reason: string) =>
      world.engine.declineChangeRequest({ environmentId: prod, requestId, reason, actor: personId(actor) })
    expect(await decline('ben', 'No')).toMatchObject({ ok: false, refusal: { code: 'drift.not-allowed' } })
    expect(await decline('olga', ' ')).toMatchObject({ ok: false, refusal: { code: 'drift.reason-missing' } })
    granted(await decline('olga', 'Dev does it otherwise'))
    expect(await look()).toMatchObject({ disposition: { state: 'failed' }, requests: [{ ended: { outcome: 'declined' } }] })
    expect((await world.engine.loadBoard()).changeRequests).toBeUndefined()
    expect(await decline('olga', 'Again')).toMatchObject({ ok: false, refusal: { code: 'drift.request-ended' } })
  })

  it('waits for its owner while the host is away, and is asked for there by the next look', async () => {
    await edit(70)
    isDown = true
    expect(await adopt()).toBe('done')
    const before = await look()
    expect(before).toMatchObject({
      disposition: { state: 'proposed' },
      requests: [{ pullFailure: expect.stringContaining('answered 503') }, {}],
    })
    expect(before.requests[0]?.pull).toBeUndefined()
    isDown = false
    const { requests } = await look()
    expect(requests[0]).toMatchObject({ pull: { url: `${origin}/contoso/permits/pull/2`, state: 'open' } })
    expect(requests[0]?.pullFailure).toBeUndefined()
    // What says nothing new is not written down again.
    const count = (await events()).length
    await look()
    expect((await events()).slice(count)).toEqual(['environment-observed'])
  })

  it('ends as released when a release that carries it is deployed, and its owner has nothing left to do', async () => {
    Object.assign(pulls[1] ?? {}, { state: 'closed', merged: true })
    expect((await look()).requests[0]).toMatchObject({ pull: { state: 'merged' } })
    expect((await look()).requests[0]?.ended).toBeUndefined()
    await ship(permits('1.1.0.0', 70))
    expect((await look()).requests[0]).toMatchObject({ ended: { outcome: 'released', releaseId: expect.any(String) } })
  })

  it('is read out of its layer where the environment is strict, and nothing is made there', async () => {
    await edit(75)
    const applied = (await world.engine.loadConfiguration())?.configuration
    const steps: string[] = []
    const layerPolicy = { kind: 'strict', reason: 'Nothing is made here' } as const
    await apply((environment) => (environment.id === prod ? { ...environment, layerPolicy } : environment))
    expect(await adopt((step) => void steps.push(step))).toBe('done')
    await apply((environment) => applied?.environments.find(({ id }) => id === environment.id) ?? environment)
    expect(steps).toContain('read-layers')
    expect(steps.filter((step) => step.includes('transport'))).toEqual([])
    const { disposition, requests } = await look()
    expect(disposition).toMatchObject({ kind: 'adopt', state: 'proposed', branch: requests[0]?.branch })
    expect(requests[0]?.body).toContain('prod is strict (Nothing is made here), so nothing was made there: ')
    // The layer is from before the release that carried it, so what it says now meets what Dev has made of it.
    const workId = disposition?.kind === 'adopt' ? disposition.workId : ''
    const page = await source.readSource({ folder: `drift/${workId}`, commit: requests[0]?.commit })
    const text = new TextDecoder().decode(page?.files.get('conflicts.md'))
    for (const length of [50, 75, 70]) expect(text).toContain(String(length))
  })

  it('is open again when its pull request is closed without being merged', async () => {
    await edit(80)
    expect(await adopt()).toBe('done')
    expect((await look()).requests[0]).toMatchObject({ pull: { state: 'open' } })
    Object.assign(pulls.at(-1) ?? {}, { state: 'closed' })
    expect(await look()).toMatchObject({
      disposition: { state: 'failed', note: 'Its pull request was closed and not merged.' },
      requests: [{ ended: { outcome: 'declined' } }, {}, {}, {}],
    })
  })
})

describe('a change of production that was reverted', () => {
  const longest = async () => {
    const path =
      "EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_length')/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=MaxLength"
    return (await world.organisation.call('GET', path)).json['MaxLength']
  }
  const imports = async () => {
    const { json } = await world.organisation.call(
      'GET',
      "importjobs?$select=solutionname&$filter=startswith(solutionname,'DroverTransport')",
    )
    return (json['value'] as readonly unknown[]).length
  }

  it('is put back by the rescue of its layer, once though the worker dies, and never over a later change', async () => {
    granted(await world.engine.watchDrift(olga))
    expect(await longest()).toBe(80)
    granted(await world.engine.revertDeviation({ ...olga, deviation: column, reason: 'A slip' }))
    granted(await world.engine.confirmRevert({ environmentId: prod, deviation: column, actor: personId('pat') }))
    expect(await world.work()).toBe('done')
    expect([await longest(), (await look()).disposition]).toEqual([70, expect.objectContaining({ kind: 'revert', state: 'done' })])
    const [saved] = (await world.engine.listRescues({ environmentId: prod })).filter(({ layer }) => layer !== undefined)
    expect(saved).toMatchObject({ solution: 'Permits', layer: { deviation: column, kind: 'Attribute' }, restores: [] })
    const ask = (isDryRun: boolean) =>
      world.engine.restoreRescue({ rescueId: saved?.rescue.id ?? '', reason: 'It was right', isDryRun, actor: personId('olga') })
    expect(granted(await ask(true))).toMatchObject({ places: [{ table: column, isThere: true }], restoreId: undefined })
    const before = await imports()
    granted(await ask(false))
    const die = (step: string, phase: string): void => {
      if (step === 'start-import-0' && phase === 'after') kill()
    }
    expect(await world.work(die)).toBe('killed')
    expect(await world.work()).toBe('done')
    const restored = await world.engine.loadRescue(saved?.rescue.id ?? '')
    expect(restored?.restores.map(({ status }) => status)).toMatchObject([{ state: 'ended' }])
    expect([await longest(), (await imports()) - before]).toEqual([80, 1])
    const { assessment } = granted(await world.engine.watchDrift(olga))
    expect(assessment?.deviations.map(({ id, class: kind }) => `${kind} ${id}`)).toContain(`unregistered ${column}`)
    expect(JSON.stringify(assessment)).not.toContain('DroverTransport')
    granted(await ask(false))
    await world.work()
    const again = await world.engine.loadRescue(saved?.rescue.id ?? '')
    expect(again?.restores[1]?.status).toMatchObject({ state: 'errored', code: 'rescue.layer-there' })
  })
})
