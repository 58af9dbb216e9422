import { kindOfTable } from '../kinds/kind-table.ts'
import { membersOfProfile } from './people-relations.ts'
import { componentStates } from './people-tables.ts'
import type { Table } from './table.ts'
import { auditColumns, columns } from './table.ts'

/** Logical name → set, of kinds of which only that they are there, and what lists of components need, is told; of a site map also its unique name and what it shows. */
const sets: Readonly<Record<string, string>> = {
  pluginassembly: 'pluginassemblies',
  plugintype: 'plugintypes',
  sdkmessageprocessingstep: 'sdkmessageprocessingsteps',
  serviceendpoint: 'serviceendpoints',
  fieldsecurityprofile: 'fieldsecurityprofiles',
  customcontrol: 'customcontrols',
  connector: 'connectors',
  customapi: 'customapis',
  bot: 'bots',
  botcomponent: 'botcomponents',
  sitemap: 'sitemaps',
  report: 'reports',
  connectionrole: 'connectionroles',
  msdyn_aimodel: 'msdyn_aimodels',
  msdyn_aiconfiguration: 'msdyn_aiconfigurations',
}

/** Component tables that can be read and not written: names, managed state and times. Names of the sets: Dataverse Web API reference. */
export const otherComponentTables: readonly Table[] = Object.entries(sets).map(([logicalName, setName]) => {
  const { idColumn, nameColumn } = kindOfTable(logicalName) ?? { idColumn: `${logicalName}id`, nameColumn: 'name' }
  return {
    logicalName,
    setName,
    primaryId: idColumn,
    primaryName: nameColumn,
    columns: columns({
      strings: `${nameColumn} introducedversion${logicalName === 'sitemap' ? ' sitemapnameunique sitemapxml' : ''}`,
      guids: `${idColumn} solutionid`,
      bigints: 'versionnumber',
      booleans: 'ismanaged',
      dates: 'createdon modifiedon overwritetime',
      managedProperties: 'iscustomizable',
      lookups: auditColumns,
      options: { componentstate: componentStates() },
    }),
    ...(logicalName === 'fieldsecurityprofile' ? { manyToMany: [membersOfProfile('systemuser'), membersOfProfile('team')] } : {}),
  }
})
