import type { ComponentPart } from '#format'
import type { ColumnSpec, OptionSpec } from '../../kinds/column-part.ts'
import { columnPart } from '../../kinds/column-part.ts'
import { oneToManyPart } from '../../kinds/table-part.ts'

const states: readonly OptionSpec[] = [
  { value: 0, label: 'Active', defaultStatus: 1, invariantName: 'Active' },
  { value: 1, label: 'Inactive', defaultStatus: 2, invariantName: 'Inactive' },
]
const reasons: readonly OptionSpec[] = [
  { value: 1, label: 'Active', state: 0 },
  { value: 2, label: 'Inactive', state: 1 },
]
const wholeLimits = { Format: '', MinValue: '-2147483648', MaxValue: '2147483647' }
const moment = { Format: 'datetime', CanChangeDateTimeBehavior: '0', Behavior: '1' }
const lookup = { LookupStyle: 'single', LookupTypes: '' }

type System = Pick<ColumnSpec, 'type' | 'displayName'> & Partial<ColumnSpec>

function column(schemaName: string, spec: System): [string, System] {
  return [schemaName, spec]
}

/** The columns and relationships that the service gives every new table, as exports of such tables list them. */
export function systemParts(schemaName: string, displayName: string, ownership: 'UserOwned' | 'OrgOwned'): readonly ComponentPart[] {
  const table = schemaName.toLowerCase()
  const readOnly = { canCreate: false, canUpdate: false }
  const person = (name: string): System => ({ type: 'lookup', displayName: name, details: lookup, ...readOnly })
  const columns = [
    column(`${schemaName}Id`, {
      type: 'primarykey',
      displayName,
      requiredLevel: 'systemrequired',
      canUpdate: false,
      displayMask: 'ValidForAdvancedFind|RequiredForGrid',
    }),
    column('CreatedBy', person('Created By')),
    column('CreatedOn', { type: 'datetime', displayName: 'Created On', details: moment, ...readOnly }),
    column('CreatedOnBehalfBy', person('Created By (Delegate)')),
    column('ImportSequenceNumber', { type: 'int', displayName: 'Import Sequence Number', details: wholeLimits, canUpdate: false }),
    column('ModifiedBy', person('Modified By')),
    column('ModifiedOn', { type: 'datetime', displayName: 'Modified On', details: moment, ...readOnly }),
    column('ModifiedOnBehalfBy', person('Modified By (Delegate)')),
    column('OverriddenCreatedOn', { type: 'datetime', displayName: 'Record Created On', details: moment, canUpdate: false }),
    ...(ownership === 'UserOwned'
      ? [
          column('OwnerId', { type: 'owner', displayName: 'Owner', requiredLevel: 'systemrequired', details: lookup }),
          column('OwningBusinessUnit', person('Owning Business Unit')),
          column('OwningTeam', person('Owning Team')),
          column('OwningUser', person('Owning User')),
        ]
      : [column('OrganizationId', person('Organization Id'))]),
    column('statecode', { type: 'state', displayName: 'Status', requiredLevel: 'systemrequired', canCreate: false, options: states }),
    column('statuscode', { type: 'status', displayName: 'Status Reason', options: reasons }),
    column('TimeZoneRuleVersionNumber', { type: 'int', displayName: 'Time Zone Rule Version Number', details: wholeLimits }),
    column('UTCConversionTimeZoneCode', { type: 'int', displayName: 'UTC Conversion Time Zone Code', details: wholeLimits }),
  ].map(([name, spec]) => columnPart({ table, schemaName: name, isCustom: false, ...spec }))
  return [...columns, ...systemRelationships(table, ownership)]
}

function systemRelationships(table: string, ownership: 'UserOwned' | 'OrgOwned'): readonly ComponentPart[] {
  const to = (schemaName: string, target: string, name: string): ComponentPart =>
    oneToManyPart({ schemaName, from: table, column: name, to: target, cascade: {} })
  const stamps = ['CreatedBy', 'CreatedOnBehalfBy', 'ModifiedBy', 'ModifiedOnBehalfBy'].map((name) =>
    to(`lk_${table}_${name.toLowerCase()}`, 'SystemUser', name),
  )
  const owned =
    ownership === 'OrgOwned'
      ? [to(`organization_${table}`, 'Organization', 'OrganizationId')]
      : [
          to(`business_unit_${table}`, 'BusinessUnit', 'OwningBusinessUnit'),
          to(`owner_${table}`, 'Owner', 'OwnerId'),
          to(`team_${table}`, 'Team', 'OwningTeam'),
          to(`user_${table}`, 'SystemUser', 'OwningUser'),
        ]
  return [...stamps, ...owned]
}
