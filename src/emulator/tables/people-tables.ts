import type { ReadTransaction, Row } from '../store/store.ts'
import { holders, profilesOf, rolesOf, teamsOfUser, usersOfTeam } from './people-relations.ts'
import type { Table } from './table.ts'
import { auditColumns, columns } from './table.ts'
import { guidFrom } from './virtual-tables.ts'

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
  manyToMany: [rolesOf('systemuser'), teamsOfUser, profilesOf('systemuser')],
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
    ints: 'languagecode auditretentionperiodv2',
    bigints: 'versionnumber',
    booleans: 'isauditenabled',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} basecurrencyid>transactioncurrency`,
  }),
}

const roleColumns = columns({
  strings: 'name overriddencreatedon',
  guids: 'roleid roleidunique solutionid',
  bigints: 'versionnumber',
  booleans: 'ismanaged',
  dates: 'createdon modifiedon overwritetime',
  managedProperties: 'iscustomizable',
  lookups: `${auditColumns} businessunitid>businessunit parentroleid>role parentrootroleid>role organizationid>organization roletemplateid>roletemplate`,
  options: {
    componentstate: componentStates(),
    isinherited: { 0: 'Team privileges only', 1: 'Direct User (Basic) access level and Team privileges' },
  },
})

export const role: Table = {
  logicalName: 'role',
  setName: 'roles',
  primaryId: 'roleid',
  primaryName: 'name',
  columns: roleColumns,
  list: (tx) => tx.list('role').map((row) => inRootUnit(tx, row)),
  get(tx, id) {
    const row = tx.get('role', id)
    return row === undefined ? undefined : inRootUnit(tx, row)
  },
  manyToMany: [holders('systemuser'), holders('team')],
}

/** Roles of solutions are in the root business unit, too: the only one here (release-facts §3). */
function inRootUnit(tx: ReadTransaction, row: Row): Row {
  if (row['businessunitid'] !== undefined) return row
  return { ...row, businessunitid: tx.list('businessunit')[0]?.['businessunitid'] ?? null, parentrootroleid: row['roleid'] }
}

export const team: Table = {
  logicalName: 'team',
  setName: 'teams',
  primaryId: 'teamid',
  primaryName: 'name',
  columns: columns({
    strings: 'name description emailaddress',
    guids: 'teamid azureactivedirectoryobjectid organizationid',
    bigints: 'versionnumber',
    booleans: 'isdefault systemmanaged',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} businessunitid>businessunit administratorid>systemuser`,
    // release-facts §3.
    options: {
      teamtype: { 0: 'Owner', 1: 'Access', 2: 'Security Group', 3: 'Office Group' },
      membershiptype: { 0: 'Members and guests', 1: 'Members', 2: 'Owners', 3: 'Guests' },
    },
  }),
  manyToMany: [rolesOf('team'), usersOfTeam, profilesOf('team')],
}

/** Which user holds which role, as the intersect table shows it. */
export const userRoles: Table = {
  logicalName: 'systemuserroles',
  setName: 'systemuserrolescollection',
  primaryId: 'systemuserroleid',
  columns: columns({ guids: 'systemuserroleid systemuserid roleid', bigints: 'versionnumber' }),
  list: (tx) => tx.list('systemuserroles').map((row) => intersectRow(row, 'systemuserroleid', 'systemuserid')),
}

export const teamRoles: Table = {
  logicalName: 'teamroles',
  setName: 'teamrolescollection',
  primaryId: 'teamroleid',
  columns: columns({ guids: 'teamroleid teamid roleid', bigints: 'versionnumber' }),
  list: (tx) => tx.list('teamroles').map((row) => intersectRow(row, 'teamroleid', 'teamid')),
}

function intersectRow(row: Row, primaryId: string, principal: string): Row {
  return { ...row, [primaryId]: guidFrom(`${primaryId} ${String(row[principal])} ${String(row['roleid'])}`) }
}

export function componentStates(): Record<number, string> {
  return { 0: 'Published', 1: 'Unpublished', 2: 'Deleted', 3: 'Deleted Unpublished' }
}
