import type { ColumnFacts, Option } from './column-facts.ts'
import type { LookupTarget } from './definition.ts'

type SystemColumn = ColumnFacts & { readonly targets: readonly LookupTarget[] }

export interface Nature {
  readonly ownership: 'user' | 'organization'
  readonly states: readonly Option[] | undefined
  readonly reasons: readonly Option[] | undefined
}

/** Columns that every table has, whether its file lists them or not (learn.microsoft.com, table reference of any custom table). */
export function systemColumns({ ownership, states, reasons }: Nature): readonly SystemColumn[] {
  const owned =
    ownership === 'organization'
      ? [lookup('organizationid', 'organization')]
      : [
          { ...lookup('ownerid', 'systemuser', 'team'), type: 'owner', canCreate: true, canUpdate: true },
          lookup('owningbusinessunit', 'businessunit'),
          lookup('owninguser', 'systemuser'),
          lookup('owningteam', 'team'),
        ]
  const life =
    states === undefined
      ? []
      : [
          { ...column('statecode', 'state'), canUpdate: true, options: states },
          { ...column('statuscode', 'status'), canCreate: true, canUpdate: true, options: reasons ?? [] },
        ]
  return [
    column('createdon', 'datetime'),
    column('modifiedon', 'datetime'),
    lookup('createdby', 'systemuser'),
    lookup('modifiedby', 'systemuser'),
    lookup('createdonbehalfby', 'systemuser'),
    lookup('modifiedonbehalfby', 'systemuser'),
    ...owned,
    ...life,
    column('versionnumber', 'bigint'),
    { ...column('overriddencreatedon', 'datetime'), canCreate: true },
    { ...column('importsequencenumber', 'int'), canCreate: true },
    { ...column('timezoneruleversionnumber', 'int'), canCreate: true, canUpdate: true },
    { ...column('utcconversiontimezonecode', 'int'), canCreate: true, canUpdate: true },
  ]
}

function column(name: string, type: string): SystemColumn {
  return { name, schemaName: name, displayName: name, type, isCustom: false, canCreate: false, canUpdate: false, targets: [] }
}

function lookup(name: string, ...tables: readonly string[]): SystemColumn {
  return { ...column(name, 'lookup'), targets: tables.map((table) => ({ table, navigation: name })) }
}
