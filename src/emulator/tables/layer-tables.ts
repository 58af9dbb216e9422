import { ODataError } from '../errors.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { componentLayers, solutionComponentCounts, solutionComponentSummaries } from '../layers/virtual-rows.ts'
import type { Table, TableQuery } from './table.ts'
import { columns } from './table.ts'

/** One row a layer of one component. A virtual table: both filters are needed, and $select is ignored (web-api B.3). */
export const componentLayer: Table = {
  logicalName: 'msdyn_componentlayer',
  setName: 'msdyn_componentlayers',
  primaryId: 'msdyn_componentlayerid',
  primaryName: 'msdyn_name',
  ignoresSelect: true,
  columns: columns({
    strings: `msdyn_componentid msdyn_solutioncomponentname msdyn_name msdyn_solutionname msdyn_publishername
      msdyn_children msdyn_componentjson msdyn_changes`,
    guids: 'msdyn_componentlayerid',
    ints: 'msdyn_order',
    dates: 'msdyn_overwritetime',
  }),
  list: listLayers,
}

/** What a solution contains, with names. A virtual table whose flags are texts: `msdyn_ismanaged eq 'True'` (web-api B.3). */
export const solutionComponentSummary: Table = {
  logicalName: 'msdyn_solutioncomponentsummary',
  setName: 'msdyn_solutioncomponentsummaries',
  primaryId: 'msdyn_solutioncomponentsummaryid',
  primaryName: 'msdyn_name',
  columns: columns({
    strings: `msdyn_componenttypename msdyn_componentlogicalname msdyn_name msdyn_displayname msdyn_schemaname msdyn_uniquename
      msdyn_primaryentityname msdyn_ismanaged msdyn_iscustom msdyn_iscustomizable msdyn_hasactivecustomization msdyn_isdefault`,
    guids: 'msdyn_solutioncomponentsummaryid msdyn_objectid msdyn_solutionid',
    ints: 'msdyn_componenttype msdyn_total',
  }),
  list: listSummaries,
}

/** How many components of each kind a solution contains; the other columns are empty (web-api B.3). */
export const solutionComponentCountSummary: Table = {
  logicalName: 'msdyn_solutioncomponentcountsummary',
  setName: 'msdyn_solutioncomponentcountsummaries',
  primaryId: 'msdyn_solutioncomponentcountsummaryid',
  columns: columns({
    strings: 'msdyn_componentlogicalname msdyn_primaryentityname',
    guids: 'msdyn_solutioncomponentcountsummaryid msdyn_solutionid',
    ints: 'msdyn_componenttype msdyn_total msdyn_subtype msdyn_workflowcategory',
  }),
  list: listCounts,
}

function listCounts(tx: ReadTransaction, query: TableQuery): readonly Row[] {
  const solution = query.wanted('msdyn_solutionid')
  if (typeof solution !== 'string') throw needsFilter('msdyn_solutioncomponentcountsummaries', 'msdyn_solutionid')
  return solutionComponentCounts(tx, solution)
}

function listLayers(tx: ReadTransaction, query: TableQuery): readonly Row[] {
  const id = query.wanted('msdyn_componentid')
  const name = query.wanted('msdyn_solutioncomponentname')
  if (typeof id !== 'string' || typeof name !== 'string')
    throw needsFilter('msdyn_componentlayers', 'msdyn_componentid and msdyn_solutioncomponentname')
  return componentLayers(tx, name, id)
}

function listSummaries(tx: ReadTransaction, query: TableQuery): readonly Row[] {
  const solution = query.wanted('msdyn_solutionid')
  if (typeof solution !== 'string') throw needsFilter('msdyn_solutioncomponentsummaries', 'msdyn_solutionid')
  return solutionComponentSummaries(tx, solution)
}

function needsFilter(set: string, columnNames: string): ODataError {
  return new ODataError(400, '0x80040203', `The virtual table '${set}' needs a $filter with 'eq' on ${columnNames}.`)
}
