import { ownMember } from '#domain/kernel'
import { connectorName } from '#domain/solution'
import { entriesOf, filledText, isRecord, valueAt } from '../json-value.ts'
import type { CanvasConnection, CanvasDataSource } from './canvas-app.ts'

const kinds: Readonly<Record<string, CanvasDataSource['kind']>> = {
  NativeCDSDataSourceInfo: 'table',
  ConnectedDataSourceInfo: 'connected table',
  CollectionDataSourceInfo: 'collection',
  OptionSetInfo: 'choice',
  ViewInfo: 'views',
}

/** Data sources of `References/DataSources.json`. */
export function readDataSources(file: unknown): CanvasDataSource[] {
  return itemsOf(valueAt(file, 'DataSources')).map((source) => {
    const connector = connectorName(filledText(valueAt(source, 'ApiId')))
    return {
      name: String(valueAt(source, 'Name') ?? ''),
      kind: kindOf(source),
      table: filledText(valueAt(source, 'LogicalName')),
      connector,
    }
  })
}

function kindOf(source: unknown): CanvasDataSource['kind'] {
  if (valueAt(source, 'IsSampleData') === true) return 'sample'
  const type = String(valueAt(source, 'Type'))
  if (type !== 'ServiceInfo') return ownMember(kinds, type) ?? 'other'
  return filledText(valueAt(source, 'FlowNameId')) === undefined ? 'connector' : 'flow'
}

/** What people call data sources: what the app itself makes (collections), samples of the designer and what comes with a table are none. */
export function isRealDataSource({ kind }: CanvasDataSource): boolean {
  return kind !== 'collection' && kind !== 'sample' && kind !== 'choice' && kind !== 'views'
}

/** Connections of `Properties.json`, where they stand as JSON in a string. */
export function readConnections(properties: unknown): CanvasConnection[] {
  const references = parsed(valueAt(properties, 'LocalConnectionReferences'))
  return entriesOf(references).map(([id, reference]) => ({
    connector:
      filledText(valueAt(reference, 'connectionRef', 'id'))
        ?.split('/')
        .at(-1) ?? id,
    displayName: filledText(valueAt(reference, 'connectionRef', 'displayName')),
    dataSources: itemsOf(valueAt(reference, 'dataSources')).map(String),
  }))
}

/** Names of what makers added, of `References/Resources.json`; samples that come with controls are none. */
export function readMedia(file: unknown): string[] {
  return itemsOf(valueAt(file, 'Resources'))
    .filter((resource) => isRecord(resource) && resource['IsSampleData'] !== true)
    .map((resource) => String(valueAt(resource, 'Name') ?? ''))
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
