import type { ReadTransaction, Row } from '../../store/store.ts'
import type { DataColumn, DataDefinition } from './definition.ts'

/** Contents of files and images by the id that their row keeps: `{ file: digest, name }`. */
export const contents = '~filecontent'

/**
 * `<file>_name` holds the name of a file, `<image>id` the id of an image (Learn, "Use file column data" and "Use image column data"); undefined
 * for other columns. Time stamp and address of an image are not here.
 */
export function nameBeside({ name, type }: Pick<DataColumn, 'name' | 'type'>): string | undefined {
  if (type === 'file') return `${name}_name`
  return type === 'image' ? `${name}id` : undefined
}

export function contentOf(tx: ReadTransaction, id: string): { readonly bytes: Uint8Array; readonly name: string } | undefined {
  const stored = tx.get(contents, id)
  const bytes = typeof stored?.['file'] === 'string' ? tx.blob(stored['file']) : undefined
  return bytes && { bytes, name: String(stored?.['name']) }
}

/** The row with what stands beside its files and images. */
export function withFileNames(tx: ReadTransaction, definition: DataDefinition, row: Row): Row {
  const columns = fileColumns(definition).filter(({ name }) => typeof row[name] === 'string')
  if (columns.length === 0) return row
  const beside = columns.map((column) => {
    const id = String(row[column.name])
    return [nameBeside(column), column.type === 'image' ? id : tx.get(contents, id)?.['name']]
  })
  return { ...row, ...Object.fromEntries(beside) }
}

const known = new WeakMap<DataDefinition, readonly DataColumn[]>()

function fileColumns(definition: DataDefinition): readonly DataColumn[] {
  const columns = known.get(definition) ?? definition.columns.filter((column) => nameBeside(column) !== undefined)
  known.set(definition, columns)
  return columns
}
