import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, followOperation, importSolution, openLocal, rowsOf, sampleSolution } from './organisation.ts'

// Faults and limits can be set in local environments only: a live organisation has neither.

let target: Organisation
beforeEach(async () => {
  target = await openLocal()
})
afterEach(() => target.close())

function control(method: string, path: string, body?: unknown): Promise<Answer> {
  return target.control?.(method, path, body) ?? Promise.reject(new Error('There is no control address.'))
}
async function add(...faults: readonly Record<string, unknown>[]): Promise<void> {
  const added = await control('POST', 'faults', { faults })
  expect(added.status, added.text).toBe(201)
}
async function struck(): Promise<Record<string, number>> {
  const { faults } = (await control('GET', 'faults')).json as { faults: { id: string; struck: number }[] }
  return Object.fromEntries(faults.map((fault) => [fault.id, fault.struck]))
}
const statusOf = async (path: string): Promise<number> => (await target.call('GET', path)).status

async function importOrder(): Promise<Record<string, unknown>> {
  const CustomizationFile = Buffer.from(await sampleSolution()).toString('base64')
  return { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile, ImportJobId: crypto.randomUUID() }
}

describe('faults', () => {
  it('are not there unless asked for, are counted when they strike, and end when they are removed', async () => {
    expect(await statusOf('WhoAmI')).toBe(200)
    await add({ kind: 'server-error', id: 'broken', status: 503, path: 'solutions*' })
    expect([await statusOf('solutions'), await statusOf('WhoAmI'), await statusOf('solutions?$top=1')]).toEqual([503, 200, 503])
    expect(await struck()).toEqual({ broken: 2 })
    expect((await control('POST', 'faults', { kind: 'server-error', id: 'broken' })).status).toBe(409)
    expect((await control('DELETE', 'faults/broken')).status).toBe(204)
    expect((await control('DELETE', 'faults/broken')).status).toBe(404)
    expect(await statusOf('solutions')).toBe(200)
  })

  it('strike by count, after the first occasions, in one environment, for one method', async () => {
    await add({ kind: 'server-error', status: 500, method: 'GET', environment: 'dev', after: 1, count: 2 })
    const seen: number[] = []
    for (let each = 0; each < 5; each += 1) seen.push(await statusOf('WhoAmI'))
    expect(seen).toEqual([200, 500, 500, 200, 200])
    await control('DELETE', 'faults')
    await add({ kind: 'server-error', environment: 'test' }, { kind: 'server-error', method: 'POST' })
    expect(await statusOf('WhoAmI')).toBe(200)
    expect((await target.call('POST', 'PublishAllXml', { body: {} })).status).toBe(503)
  })

  it('strike the same requests whenever the seed is the same', async () => {
    const runs: number[][] = []
    for (const seed of [7, 7, 8]) {
      const fault = {
        kind: 'server-error',
        id: 'sometimes',
        probability: 0.5,
        status: 502,
        code: '0x80040216',
        message: 'm',
        after: 0,
      } as const
      const each = await openLocal({ faults: { seed, faults: [fault] } })
      const seen: number[] = []
      for (let request = 0; request < 30; request += 1) seen.push((await each.call('GET', 'WhoAmI')).status)
      await each.close()
      runs.push(seen)
    }
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]).not.toEqual(runs[2])
    expect(new Set(runs[0])).toEqual(new Set([200, 502]))
  })

  it('refuse what is none, and say why', async () => {
    const answer = await control('POST', 'faults', { kind: 'slow-operation', factor: 2, seconds: 3 })
    expect([answer.status, errorOf(answer).message]).toEqual([400, 'This is no fault: Say either factor or seconds.'])
    expect(errorOf(await control('POST', 'faults', { kind: 'lock', seconds: 1, holder: 'Nobody' })).message).toContain('holder')
  })

  it('make operations slow by message, and the import job shows how far it is', async () => {
    await add({ kind: 'slow-operation', message: 'ImportSolution*', seconds: 6 })
    const order = await importOrder()
    const began = performance.now()
    const started = await target.call('POST', 'ImportSolutionAsync', { body: order })
    const seen = new Set<number>()
    const operation = `asyncoperations(${String(started.json['AsyncOperationId'])})`
    while ((await target.call('GET', operation)).json['statecode'] !== 3) {
      const { json } = await target.call('GET', `importjobs(${String(order['ImportJobId'])})?$select=progress`)
      if (typeof json['progress'] === 'number') seen.add(json['progress'])
      await wait(15)
    }
    // Six seconds of the service on a clock that goes ten times faster.
    expect(performance.now() - began).toBeGreaterThan(600)
    expect([...seen]).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.size).toBeGreaterThan(4)
  })

  it('let another holder have the writer’s place for a while, which the solution history shows', async () => {
    await add({ kind: 'lock', wanted: 'Import', holder: 'Uninstall', seconds: 5, count: 1, solution: 'msdyn_Servicing' })
    const refused = await target.call('POST', 'ImportSolutionAsync', { body: await importOrder() })
    expect([refused.status, errorOf(refused).code]).toEqual([400, '0x80071151'])
    expect(errorOf(refused).message).toContain('Cannot start the requested operation [Import] because there is another [Uninstall] running')
    const publish = await target.call('POST', 'PublishAllXml', { body: {} })
    expect(errorOf(publish).message).toContain('[PublishAll] because there is another [Uninstall]')
    const history = `msdyn_solutionhistories?$filter=msdyn_name eq 'msdyn_Servicing'`
    expect(rowsOf(await target.call('GET', history))).toMatchObject([{ msdyn_status: 0, msdyn_operation: 1 }])
    while (rowsOf(await target.call('GET', history))[0]?.['msdyn_status'] !== 1) await wait(20)
    expect(await importSolution(target, await sampleSolution())).toMatchObject({ statuscode: 30 })
  })

  it('answer 429 in storms, in the words of the service', async () => {
    await add(
      { kind: 'throttle', path: 'solutions', count: 2, retryAfterSeconds: 7 },
      { kind: 'throttle', limit: 'concurrent', path: 'roles', retryAfterSeconds: 0 },
    )
    const first = await target.call('GET', 'solutions')
    expect([first.status, first.headers.get('retry-after'), errorOf(first)]).toEqual([
      429,
      '7',
      { code: '0x80072322', message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.' },
    ])
    expect([await statusOf('solutions'), await statusOf('solutions')]).toEqual([429, 200])
    const other = await target.call('GET', 'roles')
    expect([other.status, other.headers.get('retry-after'), errorOf(other).code]).toEqual([429, null, '0x80072326'])
  })

  it('drop the connection before an import is looked at, or after it was accepted: then it runs to its end', async () => {
    await add({ kind: 'drop-connection', when: 'before', path: 'ImportSolutionAsync', count: 1 })
    const order = await importOrder()
    await expect(target.call('POST', 'ImportSolutionAsync', { body: order })).rejects.toThrow()
    expect(rowsOf(await target.call('GET', 'asyncoperations'))).toEqual([])
    await add({ kind: 'drop-connection', when: 'after', path: 'ImportSolutionAsync', count: 1 })
    await expect(target.call('POST', 'ImportSolutionAsync', { body: order })).rejects.toThrow()
    const operations = rowsOf(await target.call('GET', `asyncoperations?$filter=messagename eq 'ImportSolutionAsync'`))
    expect(operations).toHaveLength(1)
    expect(await followOperation(target, String(operations[0]?.['asyncoperationid']))).toMatchObject({ statuscode: 30 })
    expect((await target.call('POST', 'ImportSolutionAsync', { body: order })).status).toBe(412)
  })

  it('hide job records until they are some seconds old', async () => {
    await add({ kind: 'missing-job-record', seconds: 5, tables: ['asyncoperations'] })
    const started = await target.call('POST', 'ImportSolutionAsync', { body: await importOrder() })
    const path = `asyncoperations(${String(started.json['AsyncOperationId'])})`
    const missing = await target.call('GET', path)
    expect([missing.status, errorOf(missing).code]).toEqual([404, '0x80040217'])
    while ((await target.call('GET', path)).status === 404) await wait(20)
    expect(await followOperation(target, String(started.json['AsyncOperationId']))).toMatchObject({ statuscode: 30 })
  })

  it('let chosen components fail inside an import that succeeds', async () => {
    await add({ kind: 'component-failure', components: ['Workflow:*'], code: '0x80060467', text: 'It cannot be "saved".' })
    const job = crypto.randomUUID()
    expect(await importSolution(target, await sampleSolution(), { ImportJobId: job })).toMatchObject({ statuscode: 30, errorcode: null })
    const { data } = (await target.call('GET', `importjobs(${job})`)).json
    expect(data).toMatch(/<workflow [^>]*><result result="failure" errorcode="0x80060467" errortext="It cannot be &quot;saved&quot;\."/)
    expect(data).toMatch(/<solutionManifest [^]*<result result="success"/)
    expect(data).toMatch(/<entity [^>]*><result result="success"/)
    expect(rowsOf(await target.call('GET', 'workflows')), 'what failed is not there').toEqual([])
    expect(rowsOf(await target.call('GET', 'solutioncomponents?$filter=componenttype eq 29')), 'and no member').toEqual([])
  })

  it('take with a component that fails what stands in it', async () => {
    await add({ kind: 'component-failure', components: ['Entity:contoso_inspection'], text: 'The table fails.' })
    const job = crypto.randomUUID()
    expect(await importSolution(target, await sampleSolution(), { ImportJobId: job })).toMatchObject({ statuscode: 30 })
    expect((await target.call('GET', 'contoso_inspections')).status).toBe(404)
    expect(rowsOf(await target.call('GET', "systemforms?$filter=objecttypecode eq 'contoso_inspection'"))).toEqual([])
    expect((await target.call('GET', `importjobs(${job})`)).json['data']).toMatch(
      /<entity id="contoso_inspection"[^>]*><result result="failure"/,
    )
  })

  it('refuse tokens early, or issue them for a short time', async () => {
    expect(await statusOf('WhoAmI')).toBe(200)
    await add({ kind: 'expiring-token', rejectAfterSeconds: 0, count: 1 })
    const refused = await target.call('GET', 'WhoAmI')
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('expired')])
    expect(await statusOf('WhoAmI')).toBe(200)
    await add({ kind: 'expiring-token', lifeSeconds: 60 })
    const { send } = await import('./organisation.ts')
    const form = {
      grant_type: 'client_credentials',
      client_id: target.clientId,
      client_secret: target.clientSecret,
      scope: `${target.url}/.default`,
    }
    const token = await send(target.tokenUrl, { method: 'POST', form })
    expect(token.json['expires_in']).toBe(60)
    const headers = { authorization: `Bearer ${String(token.json['access_token'])}` }
    expect((await send(`${target.url}/api/data/v9.2/WhoAmI`, { method: 'GET', headers })).status).toBe(200)
    await control('POST', 'clock/jump', { seconds: 61 })
    expect((await send(`${target.url}/api/data/v9.2/WhoAmI`, { method: 'GET', headers })).status).toBe(401)
  })

  it('jump in time when a request comes', async () => {
    const before = Date.parse(String((await control('GET', 'clock')).json['now']))
    await add({ kind: 'clock-jump', seconds: -3600, path: 'WhoAmI' })
    expect([await statusOf('solutions'), await statusOf('WhoAmI'), await statusOf('WhoAmI')]).toEqual([200, 200, 200])
    const after = Date.parse(String((await control('GET', 'clock')).json['now']))
    expect((after - before) / 1000).toBeCloseTo(-3600, -2)
    expect(await struck()).toEqual({ 'clock-jump-1': 1 })
  })
})

describe('service protection limits', () => {
  it('are the service’s own from the start, and are said in each answer', async () => {
    expect((await control('GET', 'limits')).json).toEqual({ windowMs: 300_000, requests: 6000, executionMs: 1_200_000, concurrent: 52 })
    const answer = await target.call('GET', 'WhoAmI')
    expect(answer.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')).toBe('5999')
    expect(Number(answer.headers.get('x-ms-ratelimit-time-remaining-xrm-requests'))).toBeGreaterThan(1_190_000)
  })

  it('refuse with 429 and Retry-After when requests are used up, until the window has moved on', async () => {
    await control('PUT', 'limits', { requests: 2 })
    expect([await statusOf('WhoAmI'), await statusOf('nothing')]).toEqual([200, 404])
    const refused = await target.call('GET', 'WhoAmI')
    expect([refused.status, errorOf(refused)]).toEqual([
      429,
      { code: '0x80072322', message: 'Number of requests exceeded the limit of 2 over time window of 300 seconds.' },
    ])
    // 300 s of the service are 30 s of this machine at scale 10.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(28)
    await control('POST', 'clock/jump', { seconds: 31 })
    expect(await statusOf('WhoAmI')).toBe(200)
  })

  it('refuse more than so many requests at a time: a waiting import has its place', async () => {
    await control('PUT', 'limits', { concurrent: 1 })
    await add({ kind: 'slow-operation', message: 'ImportSolution', seconds: 20 })
    const importing = target.call('POST', 'ImportSolution', { body: await importOrder() })
    let refused = await target.call('GET', 'WhoAmI')
    while (refused.status !== 429) refused = await target.call('GET', 'WhoAmI')
    expect(errorOf(refused)).toEqual({ code: '0x80072326', message: 'Number of concurrent requests exceeded the limit of 1.' })
    expect((await importing).status).toBe(204)
    expect(await statusOf('WhoAmI')).toBe(200)
  })

  it('refuse when execution time is used up', async () => {
    await control('PUT', 'limits', { executionMs: 1 })
    await target.call('GET', 'solutions')
    const refused = await target.call('GET', 'WhoAmI')
    expect([refused.status, errorOf(refused).code]).toEqual([429, '0x80072321'])
    expect(errorOf(refused).message).toMatch(/^Combined execution time of incoming requests exceeded limit of 1 milliseconds/)
    await control('PUT', 'limits', { off: true })
    const free = await target.call('GET', 'WhoAmI')
    expect([free.status, free.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')]).toEqual([200, null])
    expect((await control('PUT', 'limits', { request: 3 })).status).toBe(400)
  })
})

describe('cancelling an operation', () => {
  it('is refused by name: nothing is known of what it leaves behind', async () => {
    await add({ kind: 'slow-operation', seconds: 10 })
    const started = await target.call('POST', 'ImportSolutionAsync', { body: await importOrder() })
    const id = String(started.json['AsyncOperationId'])
    const cancel = await target.call('PATCH', `asyncoperations(${id})`, { body: { statecode: 3, statuscode: 32 } })
    expect([cancel.status, errorOf(cancel).message]).toEqual([501, expect.stringContaining('asyncoperations')])
    expect(await followOperation(target, id)).toMatchObject({ statuscode: 30 })
  })
})
