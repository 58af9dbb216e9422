import type { ConfigurationDataAccess } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchShape } from './definitions.ts'
import { countPointing, fetchDataRows, fetchWholeRows, findDataRows, listDataRows } from './read-data-rows.ts'
import { joinDataRows, writeDataRows } from './write-data-rows.ts'

/** Reads and writes rows of configuration data over the Web API. */
export function createConfigurationData(client: DataverseClient): ConfigurationDataAccess {
  return {
    async fetchDataShapes(tables) {
      const shapes = []
      for (const table of tables) shapes.push((await fetchShape(client, table)) ?? [])
      return shapes.flat()
    },
    fetchDataRows: (table, ids) => fetchDataRows(client, table, ids),
    fetchWholeRows: (table, ids) => fetchWholeRows(client, table, ids),
    listDataRows: (table) => listDataRows(client, table),
    findDataRows: (wanted) => findDataRows(client, wanted),
    countPointing: (of, ids) => countPointing(client, of, ids),
    writeDataRows: (table, writes) => writeDataRows(client, table, writes),
    joinDataRows: (of, joins) => joinDataRows(client, of, joins),
  }
}
