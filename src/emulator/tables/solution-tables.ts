import type { Table } from './table.ts'
import { auditColumns, columns } from './table.ts'

// Columns: keys of recorded replies, and the table's real metadata.
export const publisher: Table = {
  logicalName: 'publisher',
  setName: 'publishers',
  primaryId: 'publisherid',
  primaryName: 'friendlyname',
  columns: columns({
    strings: `uniquename friendlyname description customizationprefix emailaddress supportingwebsiteurl pinpointpublisherdefaultlocale entityimage_url
      ${addressStrings('address1')} ${addressStrings('address2')}`,
    guids: 'publisherid address1_addressid address2_addressid entityimageid',
    ints: `customizationoptionvalueprefix address1_addresstypecode address1_shippingmethodcode address1_utcoffset
      address2_addresstypecode address2_shippingmethodcode address2_utcoffset`,
    bigints: 'versionnumber pinpointpublisherid entityimage_timestamp',
    doubles: 'address1_latitude address1_longitude address2_latitude address2_longitude',
    booleans: 'isreadonly',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} organizationid>organization`,
  }).concat({ name: 'entityimage', type: 'Edm.Binary' }),
}

export const solution: Table = {
  logicalName: 'solution',
  setName: 'solutions',
  primaryId: 'solutionid',
  primaryName: 'friendlyname',
  columns: columns({
    strings: `uniquename friendlyname description version solutionpackageversion templatesuffix thumbprint upgradeinfo
      pinpointassetid pinpointsolutiondefaultlocale`,
    guids: 'solutionid',
    bigints: 'versionnumber pinpointpublisherid pinpointsolutionid',
    booleans: 'enabledforsourcecontrolintegration isapimanaged isinternal ismanaged isvisible',
    dates: 'createdon modifiedon installedon updatedon',
    lookups: `${auditColumns} publisherid>publisher parentsolutionid>solution organizationid>organization configurationpageid>webresource`,
    options: {
      solutiontype: { 0: 'None', 1: 'Snapshot', 2: 'Internal' },
      sourcecontrolsyncstatus: {
        0: 'Not started',
        1: 'Initial sync in progress',
        2: 'Errors in initial sync',
        3: 'Pending changes to be committed',
        4: 'Committed',
      },
    },
  }),
}

export const solutionComponent: Table = {
  logicalName: 'solutioncomponent',
  setName: 'solutioncomponents',
  primaryId: 'solutioncomponentid',
  columns: columns({
    // rootsolutioncomponentid is a plain guid, not a lookup.
    guids: 'solutioncomponentid objectid rootsolutioncomponentid',
    ints: 'componenttype',
    bigints: 'versionnumber',
    booleans: 'ismetadata',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} solutionid>solution`,
    options: {
      rootcomponentbehavior: { 0: 'Include Subcomponents', 1: 'Do not include subcomponents', 2: 'Include As Shell Only' },
    },
  }),
}

export const solutionComponentDefinition: Table = {
  logicalName: 'solutioncomponentdefinition',
  setName: 'solutioncomponentdefinitions',
  primaryId: 'solutioncomponentdefinitionid',
  primaryName: 'name',
  columns: columns({
    strings: 'name primaryentityname',
    guids: 'solutioncomponentdefinitionid',
    ints: 'solutioncomponenttype objecttypecode',
    bigints: 'versionnumber',
    booleans: 'ismetadata isviewable canbeaddedtosolutioncomponents',
  }),
}

function addressStrings(prefix: string): string {
  const parts =
    'line1 line2 line3 city county country fax name postalcode postofficebox stateorprovince telephone1 telephone2 telephone3 upszone'
  return parts
    .split(' ')
    .map((part) => `${prefix}_${part}`)
    .join(' ')
}
