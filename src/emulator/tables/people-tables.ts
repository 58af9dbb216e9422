import type { Table } from './table.ts'
import { auditColumns, columns } from './table.ts'

export const systemUser: Table = {
  logicalName: 'systemuser',
  setName: 'systemusers',
  primaryId: 'systemuserid',
  primaryName: 'fullname',
  columns: columns({
    strings: 'fullname firstname lastname domainname internalemailaddress title',
    guids: 'systemuserid applicationid azureactivedirectoryobjectid organizationid',
    bigints: 'versionnumber',
    booleans: 'isdisabled isintegrationuser islicensed setupuser',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} businessunitid>businessunit`,
    options: {
      accessmode: { 0: 'Read-Write', 1: 'Administrative', 2: 'Read', 3: 'Support User', 4: 'Non-interactive', 5: 'Delegated Admin' },
    },
  }),
}

export const businessUnit: Table = {
  logicalName: 'businessunit',
  setName: 'businessunits',
  primaryId: 'businessunitid',
  primaryName: 'name',
  columns: columns({
    strings: 'name divisionname description',
    guids: 'businessunitid',
    bigints: 'versionnumber',
    booleans: 'isdisabled',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} organizationid>organization parentbusinessunitid>businessunit`,
  }),
}

export const organization: Table = {
  logicalName: 'organization',
  setName: 'organizations',
  primaryId: 'organizationid',
  primaryName: 'name',
  columns: columns({
    strings: 'name orgdborgsettings schemanameprefix',
    guids: 'organizationid',
    ints: 'languagecode',
    bigints: 'versionnumber',
    dates: 'createdon modifiedon',
    lookups: auditColumns,
  }),
}

const roleColumns = columns({
  strings: 'name overriddencreatedon',
  guids: 'roleid roleidunique solutionid',
  bigints: 'versionnumber',
  booleans: 'ismanaged',
  dates: 'createdon modifiedon overwritetime',
  lookups: `${auditColumns} businessunitid>businessunit parentroleid>role parentrootroleid>role organizationid>organization roletemplateid>roletemplate`,
  options: {
    componentstate: componentStates(),
    isinherited: { 0: 'Team privileges only', 1: 'Direct User (Basic) access level and Team privileges' },
  },
})

export const role: Table = { logicalName: 'role', setName: 'roles', primaryId: 'roleid', primaryName: 'name', columns: roleColumns }

export function componentStates(): Record<number, string> {
  return { 0: 'Published', 1: 'Unpublished', 2: 'Deleted', 3: 'Deleted Unpublished' }
}
