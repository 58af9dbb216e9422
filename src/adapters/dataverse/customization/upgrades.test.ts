import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenEnvironment, OperationState } from '#engine/ports'
import type { HandMade } from '../../../../test/conformance/hand-made.ts'
import { handMade } from '../../../../test/conformance/hand-made.ts'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { createEnvironments } from '../environments.ts'
import { dependencies, environmentAt, failureOf } from '../testing/local-server.ts'

let organisation: Organisation
let count = 0
/** A table and a solution of each test's own. */
let table: string
let name: string

beforeAll(async () => {
  organisation = await openLocal()
})
afterAll(() => organisation.close())
beforeEach(() => {
  count++
  table = `hand_ferry${count}`
  name = `Ferries${count}`
})

function open(): OpenEnvironment {
  const { url, tokenUrl, clientId, clientSecret } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  return createEnvironments(dependencies({ secrets: { resolve: async () => clientSecret } })).open(environmentAt(url, { credentials }))
}

function ferries(version: string, columns: readonly string[]): HandMade {
  return { name, version, isManaged: true, tables: [{ name: table, columns: columns.map((column) => ({ name: column })) }] }
}

/** The first version is in and has a row; the second, without the column `hand_log`, is staged through the product's own import. */
async function stageWithoutLog(): Promise<OpenEnvironment> {
  await bring(organisation, ferries('1.0.0.0', ['hand_log', 'hand_port']))
  await organisation.call('POST', `${table}s`, { body: { hand_name: 'Ada', hand_log: 'fog', hand_port: 'Ely' } })
  const target = open()
  const { uploadId } = await target.stage(await handMade(ferries('2.0.0.0', ['hand_port'])))
  const { asyncOperationId } = await target.startImport({
    importJobId: crypto.randomUUID(),
    uploadId,
    mode: 'stage-for-upgrade',
    parameters: { connectionReferences: [], environmentVariables: [] },
  })
  expect(await follow(target, asyncOperationId)).toEqual({ state: 'succeeded' })
  return target
}

async function follow(target: OpenEnvironment, id: string): Promise<OperationState> {
  for (;;) {
    const operation = await target.fetchOperation(id)
    if (operation.state !== 'waiting') return operation
    await wait(20)
  }
}

async function onlyRow(): Promise<Record<string, unknown>> {
  const [row] = rowsOf(await organisation.call('GET', `${table}s`))
  return row ?? {}
}

describe('a patch', () => {
  it('is told as one of its base, with which an upgrade removes it', async () => {
    await bring(organisation, ferries('1.0.0.0', ['hand_port']))
    await bring(organisation, { ...ferries('1.0.1.0', ['hand_port']), name: `${name}_Patch`, patchOf: { name, version: '1.0.0.0' } })
    const { solutions } = await open().observe({ solution: name, connectionIds: [] })
    expect(solutions.find(({ uniqueName }) => uniqueName === `${name}_Patch`)).toMatchObject({ parent: name })
    expect(solutions.find(({ uniqueName }) => uniqueName === name)).not.toHaveProperty('parent')
  })
})

describe('an upgrade that is staged', () => {
  it('waits beside its base, and values of the column that will go are still there', async () => {
    const target = await stageWithoutLog()
    expect(await target.findUpgrade(name, 'apply')).toMatchObject({ base: '1.0.0.0', holding: '2.0.0.0' })
    expect(await onlyRow()).toMatchObject({ hand_log: 'fog', hand_port: 'Ely' })
  })

  it('takes those values with it when it is applied, and nothing else', async () => {
    const target = await stageWithoutLog()
    const { asyncOperationId } = await target.startUpgradeApplication(name)
    expect(await follow(target, asyncOperationId)).toEqual({ state: 'succeeded' })
    const after = await target.findUpgrade(name, 'apply')
    expect(after).toMatchObject({ base: '2.0.0.0', holding: undefined })
    expect(after.operations[0]).toEqual({ asyncOperationId, isFinished: true })
    expect(await onlyRow()).toMatchObject({ hand_name: 'Ada', hand_port: 'Ely' })
    expect(await onlyRow()).not.toHaveProperty('hand_log')
  })

  it('leaves everything as it was when it is withdrawn', async () => {
    const target = await stageWithoutLog()
    const { asyncOperationId } = await target.startUpgradeWithdrawal(name)
    expect(await follow(target, asyncOperationId)).toEqual({ state: 'succeeded' })
    const after = await target.findUpgrade(name, 'withdraw')
    expect(after).toMatchObject({ base: '1.0.0.0', holding: undefined })
    expect(after.operations[0]?.asyncOperationId).toBe(asyncOperationId)
    expect(await onlyRow()).toMatchObject({ hand_log: 'fog' })
  })

  it('cannot be applied when there is none, and the environment says so itself', async () => {
    await bring(organisation, ferries('1.0.0.0', ['hand_port']))
    const failure = await failureOf(open().startUpgradeApplication(name))
    expect(failure).toMatchObject({ code: 'dataverse.refused', message: expect.stringContaining('0x8004853B') })
  })

  it('is at work from its start to its end, which is how a start without an answer is found again', async () => {
    const target = await stageWithoutLog()
    const before = await target.findUpgrade(name, 'apply')
    const { asyncOperationId } = await target.startUpgradeApplication(name)
    const seen = await target.findUpgrade(name, 'apply')
    expect(seen.operations.map((operation) => operation.asyncOperationId)).toContain(asyncOperationId)
    expect(before.operations.map((operation) => operation.asyncOperationId)).not.toContain(asyncOperationId)
    await follow(target, asyncOperationId)
  })
})
