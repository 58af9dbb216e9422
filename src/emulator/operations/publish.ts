import { attributeOf, child, childElements, parseXml, textOf } from '#format'
import { errorMessage } from '#domain/kernel'
import { ODataError } from '../errors.ts'
import type { JobRequest } from '../jobs/jobs.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import { bareGuid } from '../kinds/part-text.ts'
import { readPart } from '../kinds/content.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { currentDigest, findByObjectId, listComponents } from '../layers/component-state.ts'
import { published, saveComponent } from '../layers/stack.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import type { Operation, OperationContext } from './operation.ts'

/** Publishes what the document names (facts-2 §5; an unknown node is refused, because it would be ignored). */
export const publishXml: Operation = {
  name: 'PublishXml',
  kind: 'action',
  parameters: { ParameterXml: { type: 'string', required: true } },
  async run(ctx, params) {
    const targets = parseTargets(String(params.ParameterXml))
    await ctx.jobs.runNow(
      publishJob(ctx, { lock: 'Publish', messageName: 'PublishXml', covers: (tx, state) => isNamed(tx, state, targets) }),
    )
    return { status: 204 }
  },
}

export const publishAllXml: Operation = {
  name: 'PublishAllXml',
  kind: 'action',
  parameters: {},
  async run(ctx) {
    await ctx.jobs.runNow(publishJob(ctx, { lock: 'PublishAll', messageName: 'PublishAllXml', covers: () => true }))
    return { status: 204 }
  },
}

export const publishAllXmlAsync: Operation = {
  name: 'PublishAllXmlAsync',
  kind: 'action',
  parameters: {},
  async run(ctx) {
    const { asyncOperationId } = await ctx.jobs.start(
      publishJob(ctx, { lock: 'PublishAll', messageName: 'PublishAllXmlAsync', covers: () => true }),
    )
    return { status: 200, body: { AsyncOperationId: asyncOperationId } }
  },
}

interface Publishing {
  readonly lock: 'Publish' | 'PublishAll'
  readonly messageName: string
  covers(tx: ReadTransaction, state: ComponentState): boolean
}

function publishJob(ctx: OperationContext, publishing: Publishing): JobRequest {
  const isAll = publishing.lock === 'PublishAll'
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: publishing.lock,
    messageName: publishing.messageName,
    operationName: 'PublishAll',
    operationType: 204,
    history: {
      solution: '',
      version: '',
      publisher: '',
      isManaged: false,
      isPatch: false,
      isOverwrite: false,
      operation: isAll ? 4 : 3,
      suboperation: 0,
    },
    importJob: undefined,
    commit(tx) {
      publishPending(tx, publishing)
      return { result: 'succeeded' }
    },
  }
}

function publishPending(tx: Transaction, publishing: Publishing): void {
  for (const state of listComponents(tx)) {
    if (state.pending !== undefined && publishing.covers(tx, state)) saveComponent(tx, published(tx, state))
  }
}

type Targets = ReadonlyMap<string, ReadonlySet<string>>

/** Container, node and what the node's text is, as the schema has them (facts-2 §5), and app modules (app documentation). */
const nodes: Readonly<Record<string, string>> = {
  entities: 'entity',
  ribbons: 'ribbon',
  dashboards: 'dashboard',
  optionsets: 'optionset',
  sitemaps: 'sitemap',
  webresources: 'webresource',
  appmodules: 'appmodule',
}

function parseTargets(text: string): Targets {
  const targets = new Map<string, Set<string>>()
  for (const container of childElements(parseDocument(text))) {
    const node = nodes[container.name]
    if (node === undefined) throw invalid(`the element '${container.name}' is not one of ${Object.keys(nodes).join(', ')}`)
    const values = childElements(container).map((item) => {
      if (item.name !== node) throw invalid(`the element '${item.name}' does not belong into '${container.name}'`)
      const value = textOf(item)?.trim() ?? ''
      return (bareGuid(value) ?? value).toLowerCase()
    })
    targets.set(node, new Set([...(targets.get(node) ?? []), ...values]))
  }
  return targets
}

function parseDocument(text: string): ReturnType<typeof parseXml> {
  try {
    const root = parseXml(text, 'ParameterXml')
    if (root.name !== 'importexportxml') throw invalid(`its root is '${root.name}' and not 'importexportxml'`)
    return root
  } catch (error) {
    throw error instanceof ODataError ? error : invalid(errorMessage(error))
  }
}

function invalid(reason: string): ODataError {
  return new ODataError(400, '0x80040203', `The publish request is not valid: ${reason}.`)
}

function isNamed(tx: ReadTransaction, state: ComponentState, targets: Targets): boolean {
  const has = (node: string, value: string): boolean => targets.get(node)?.has(value.toLowerCase()) === true
  switch (kindInfo(state.kind).publishedBy) {
    case 'entity':
      return tablesOf(tx, state).some((table) => has('entity', table))
    case 'optionset':
      return has('optionset', state.key)
    case 'webresource':
    case 'appmodule':
    case 'dashboard':
      return has(kindInfo(state.kind).publishedBy ?? '', state.id)
    case 'sitemap':
      return (targets.get('sitemap')?.size ?? 0) > 0 || isMapOfApp(tx, state, targets.get('appmodule'))
    case 'ribbon':
      return state.parent === undefined ? (targets.get('ribbon')?.size ?? 0) > 0 : has('entity', state.parent.slice('Entity:'.length))
    case undefined:
      return false
  }
}

/** The table whose publishing covers the component: its own, or those that a relationship ties. */
function tablesOf(tx: ReadTransaction, state: ComponentState): string[] {
  if (state.kind === 'Entity') return [state.key]
  if (state.parent?.startsWith('Entity:') === true) return [state.parent.slice('Entity:'.length)]
  const digest = currentDigest(state)
  const xml = digest === undefined ? undefined : readPart(tx, digest).xml
  return ['ReferencingEntityName', 'ReferencedEntityName', 'FirstEntityName', 'SecondEntityName'].flatMap(
    (name) => textOf(child(xml, name))?.trim() ?? [],
  )
}

/** Publishing an app publishes its own site map. */
function isMapOfApp(tx: ReadTransaction, state: ComponentState, apps: ReadonlySet<string> | undefined): boolean {
  return [...(apps ?? [])].some((id) => {
    const app = findByObjectId(tx, id)
    const digest = app === undefined ? undefined : currentDigest(app)
    const parts = digest === undefined ? [] : childElements(child(readPart(tx, digest).xml, 'AppModuleComponents'))
    return parts.some(
      (part) => attributeOf(part, 'type') === '62' && attributeOf(part, 'schemaName')?.toLowerCase() === state.key.toLowerCase(),
    )
  })
}
