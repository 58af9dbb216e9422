import { z } from 'zod'
import type { DataverseClient } from '../client.ts'
import type { ColumnDefinition, TableDefinition } from './definitions.ts'
import type { CurrentRow } from './current-rows.ts'
import { makerOf } from './current-rows.ts'

/** Column types whose content has an address of its own beside the row. */
const withContent: ReadonlySet<string> = new Set(['File', 'Image'])

/** A file or image column of one row. */
export interface ContentPlace {
  readonly definition: TableDefinition
  readonly column: ColumnDefinition
  readonly id: string
}

export function hasContent(column: ColumnDefinition | undefined): column is ColumnDefinition {
  return column !== undefined && withContent.has(column.type)
}

/** Of a selection; all that the table has when no columns are named. */
export function contentColumns(definition: TableDefinition, columns: readonly string[] | undefined): readonly ColumnDefinition[] {
  const wanted = columns === undefined ? [...definition.columns.values()] : columns.map((name) => definition.columns.get(name))
  return wanted.filter(hasContent)
}

/**
 * The column that tells whether there is a content, and which: of a file the column itself, which holds an id; of an image the id beside it
 * (learn.microsoft.com/power-apps/developer/data-platform/file-column-data and image-column-data; that it can be filtered by is unverified).
 */
export function idColumn({ name, type }: ColumnDefinition): string {
  return type === 'Image' ? `${name}id` : name
}

export function contentPath({ definition, column, id }: ContentPlace): string {
  return `${definition.setName}(${id})/${column.name}`
}

const row = z.record(z.string(), z.unknown())

/** The row as far as it says whether there is a content, and who made it; undefined where it is gone. */
export function fetchHolder(client: DataverseClient, { definition, column, id }: ContentPlace): Promise<CurrentRow | undefined> {
  const names = [definition.primaryId, idColumn(column), ...makerOf(definition)]
  return client.find(`${definition.setName}(${id})?$select=${names.join(',')}`, row)
}
