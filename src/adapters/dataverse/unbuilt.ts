import { DroverError } from '#domain/kernel'
import type { RowAccess } from '#engine/ports'

function unbuilt(): never {
  throw new DroverError('dataverse.unbuilt', 'This cannot be asked of an environment yet.')
}

export const unbuiltRows: RowAccess = { count: unbuilt, readRows: unbuilt, writeRows: unbuilt }
