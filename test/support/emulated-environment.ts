import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { ComponentPart, SolutionPackage } from '#format'
import { buildManifest, element, emptySkeleton, writePackage } from '#format'
import { parseVersion } from '#domain/kernel'
import { createClock } from '../../src/emulator/clock.ts'
import { createJobs } from '../../src/emulator/jobs/start-jobs.ts'
import type { EmulatorStore, Row } from '../../src/emulator/store/store.ts'
import { openStore } from '../../src/emulator/store/store.ts'
import { prepareEnvironment } from '../../src/emulator/templates/index.ts'
import type { OperationContext, OperationReply } from '../../src/emulator/operations/operation.ts'
import { operations } from '../../src/emulator/operations/registry.ts'

export interface TestEnvironments {
  readonly store: EmulatorStore
  readonly dataDir: string
  open(name: string): Promise<TestEnvironment>
  close(): Promise<void>
}

export interface TestEnvironment {
  readonly ctx: OperationContext
  call(name: string, params?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
  /** Calls an asynchronous message and waits for its end. */
  finish(
    name: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly reply: Record<string, unknown>; readonly operation: Row }>
  rows(table: string): readonly Row[]
  row(table: string, column: string, value: string): Row | undefined
}

/** Real local environments over a temporary folder. */
export async function openTestEnvironments(dataDir?: string, clockScale = 20): Promise<TestEnvironments> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'drover-emulator-')))
  const store = await openStore(folder)
  const clock = createClock(clockScale)
  const maker = { now: () => clock.now(), guid: () => randomUUID() }
  const jobs = createJobs({ clock, guid: maker.guid })
  return {
    store,
    dataDir: folder,
    async open(name) {
      if (!store.environments().includes(name)) await store.create(name)
      const env = store.environment(name)
      await prepareEnvironment(env, maker)
      await jobs.recover(env)
      return testEnvironment({
        ...maker,
        env,
        tenant: store.tenant(),
        jobs,
        clock,
        caller: {
          userId: '11111111-0000-4000-8000-000000000001',
          objectId: '22222222-0000-4000-8000-000000000001',
          name: 'Tester',
          roles: ['System Administrator'],
        },
      })
    },
    async close() {
      await jobs.idle()
      await store.close()
      if (dataDir === undefined) await rm(folder, { recursive: true })
    },
  }
}

function testEnvironment(ctx: OperationContext): TestEnvironment {
  async function call(name: string, params: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
    const operation = operations.find((candidate) => candidate.name === name)
    if (operation === undefined) throw new Error(`No operation ${name}`)
    const reply: OperationReply = await operation.run(ctx, params)
    return reply.status === 204 ? {} : reply.body
  }
  const rows = (table: string): readonly Row[] => ctx.env.read((tx) => tx.list(table))
  return {
    ctx,
    call,
    async finish(name, params) {
      const reply = await call(name, params)
      await ctx.jobs.idle()
      const operation = ctx.env.read((tx) => tx.get('asyncoperation', String(reply.AsyncOperationId)))
      if (operation === undefined) throw new Error(`${name} left no asyncoperation`)
      return { reply, operation }
    },
    rows,
    row: (table, column, value) => rows(table).find((row) => row[column] === value),
  }
}

export interface SampleOptions {
  readonly name?: string
  readonly version?: string
  readonly isManaged?: boolean
  readonly publisher?: string
  /** Unique name of the solution that this one patches. */
  readonly patchOf?: string
  readonly parts: readonly ComponentPart[]
  readonly roots: readonly { readonly type: string; readonly id?: string; readonly schemaName?: string; readonly behavior: 0 | 1 | 2 }[]
}

/** A solution file of our own making, as base64. */
export async function solutionFile(options: SampleOptions): Promise<string> {
  return Buffer.from(await writePackage(solutionPackage(options))).toString('base64')
}

function solutionPackage(options: SampleOptions): SolutionPackage {
  const version = parseVersion(options.version ?? '1.0.0.0')
  if (!version.ok) throw new Error(version.refusal.message)
  const name = options.name ?? 'Sample'
  const manifest = buildManifest({
    uniqueName: name,
    displayName: name,
    version: version.value,
    isManaged: options.isManaged ?? false,
    ...(options.patchOf === undefined ? {} : { patchOf: options.patchOf }),
    publisher: { uniqueName: options.publisher ?? 'contoso', displayName: 'Contoso', prefix: 'con', optionValuePrefix: 12_345 },
    rootComponents: options.roots.map((root) => ({ id: undefined, schemaName: undefined, ...root })),
    missingDependencies: [],
  })
  return { manifest, skeleton: emptySkeleton(), parts: options.parts, otherFiles: [] }
}

export function table(name: string): ComponentPart {
  const xml = element('Entity', {}, [
    element('Name', { LocalizedName: name, OriginalName: name }, [name]),
    element('EntityInfo', {}, [
      element('entity', { Name: name }, [
        element('attributes'),
        element('EntitySetName', {}, [`${name}s`]),
        element('IsCustomizable', {}, ['1']),
      ]),
    ]),
  ])
  return { kind: 'Entity', key: name, displayName: name, parent: undefined, section: ['Entities'], xml, files: [] }
}

/** A table that is there only as the place of its columns. */
export function placeOf(name: string): ComponentPart {
  const xml = element('Entity', {}, [
    element('Name', { LocalizedName: name, OriginalName: name }, [name]),
    element('EntityInfo', {}, [element('entity', { Name: name, unmodified: '1' }, [element('attributes')])]),
  ])
  return { ...table(name), xml }
}

export function column(tableName: string, name: string, label = name): ComponentPart {
  const xml = element('attribute', { PhysicalName: name }, [
    element('Type', {}, ['nvarchar']),
    element('Name', {}, [name]),
    element('LogicalName', {}, [name]),
    element('displaynames', {}, [element('displayname', { description: label, languagecode: '1033' })]),
  ])
  return {
    kind: 'Attribute',
    key: `${tableName}.${name}`,
    displayName: label,
    parent: `Entity:${tableName}`,
    section: ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes'],
    xml,
    files: [],
  }
}

export function view(tableName: string, id: string, name: string): ComponentPart {
  const xml = element('savedquery', {}, [
    element('savedqueryid', {}, [`{${id}}`]),
    element('fetchxml', {}, [element('fetch', { version: '1.0' }, [element('entity', { name: tableName })])]),
    element('LocalizedNames', {}, [element('LocalizedName', { description: name, languagecode: '1033' })]),
  ])
  return {
    kind: 'SavedQuery',
    key: id,
    displayName: name,
    parent: `Entity:${tableName}`,
    section: ['Entities', 'Entity', 'SavedQueries', 'savedqueries'],
    xml,
    files: [],
  }
}

export function flow(id: string, name: string, reference?: string): ComponentPart {
  const path = `Workflows/${name}-${id.toUpperCase()}.json`
  const connectionReferences =
    reference === undefined ? {} : { shared_x: { connection: { connectionReferenceLogicalName: reference }, api: { name: 'shared_x' } } }
  const definition = { properties: { connectionReferences, definition: { actions: {} } }, schemaVersion: '1.0.0.0' }
  const xml = element('Workflow', { WorkflowId: `{${id}}`, Name: name }, [
    element('JsonFileName', {}, [`/${path}`]),
    element('Type', {}, ['1']),
    element('Category', {}, ['5']),
    element('StateCode', {}, ['1']),
    element('StatusCode', {}, ['2']),
  ])
  return {
    kind: 'Workflow',
    key: id,
    displayName: name,
    parent: undefined,
    section: ['Workflows'],
    xml,
    files: [{ path, bytes: Buffer.from(JSON.stringify(definition)) }],
  }
}

export function connectionReferencePart(name: string): ComponentPart {
  const xml = element('connectionreference', { connectionreferencelogicalname: name }, [
    element('connectionreferencedisplayname', {}, [name]),
    element('connectorid', {}, ['/providers/Microsoft.PowerApps/apis/shared_x']),
  ])
  return { kind: 'connectionreference', key: name, displayName: name, parent: undefined, section: ['connectionreferences'], xml, files: [] }
}

export function variable(schemaName: string): ComponentPart {
  const text = `<environmentvariabledefinition schemaname="${schemaName}"><displayname default="${schemaName}"></displayname><type>100000000</type></environmentvariabledefinition>`
  const path = `environmentvariabledefinitions/${schemaName}/environmentvariabledefinition.xml`
  return {
    kind: 'environmentvariabledefinition',
    key: schemaName,
    displayName: schemaName,
    parent: undefined,
    section: [],
    xml: undefined,
    files: [{ path, bytes: Buffer.from(text) }],
  }
}
