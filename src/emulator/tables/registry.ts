import { unpublishedRows } from '../kinds/projection.ts'
import type { ReadTransaction } from '../store/store.ts'
import {
  appModule,
  canvasApp,
  connectionReference,
  environmentVariableDefinition,
  environmentVariableValue,
  savedQuery,
  savedQueryVisualization,
  systemForm,
  webResource,
  workflow,
} from './component-tables.ts'
import { createComponent, editComponent, removeRowByHand } from './component-writes.ts'
import { recordCountSnapshot } from './data/count-table.ts'
import { dataTable, dataTableBySet } from './data/data-table.ts'
import { asyncOperation, importJob, solutionHistory, stageSolutionUpload } from './job-tables.ts'
import { componentLayer, solutionComponentCountSummary, solutionComponentSummary } from './layer-tables.ts'
import { entityMetadata } from './metadata/entity-rows.ts'
import { businessUnit, organization, role, systemUser, team, teamRoles, userRoles } from './people-tables.ts'
import {
  createConnectionReference,
  createVariableDefinition,
  createVariableValue,
  removeVariableValue,
  updateConnectionReference,
  updateVariableDefinition,
  updateVariableValue,
} from './settings-writes.ts'
import { removeSolution } from './solution-removal.ts'
import { publisher, solution, solutionComponent, solutionComponentDefinition } from './solution-tables.ts'
import { createPublisher, removePublisher, updatePublisher } from './publisher-writes.ts'
import { createSolution, updateSolution } from './solution-writes.ts'
import { createTeam, removeTeam, updateOrganization, updateTeam, updateUser } from './people-writes.ts'
import type { Table } from './table.ts'
import { principalObjectAccess } from './sharing-tables.ts'
import { otherComponentTables } from './other-component-tables.ts'
import { fixedDefinitions } from './virtual-tables.ts'
import { updateWorkflow } from './workflow-writes.ts'

/** Every table that the Web API of a local environment serves from the start; tables whose rows are data come on top. */
export const tables: readonly Table[] = [
  { ...solution, create: createSolution, update: updateSolution, remove: removeSolution },
  { ...publisher, create: createPublisher, update: updatePublisher, remove: removePublisher },
  solutionComponent,
  { ...solutionComponentDefinition, list: (tx) => [...fixedDefinitions(), ...tx.list('solutioncomponentdefinition')] },
  importJob,
  asyncOperation,
  stageSolutionUpload,
  solutionHistory,
  { ...editable(workflow), update: updateWorkflow },
  principalObjectAccess,
  { ...editable(connectionReference), create: createConnectionReference, update: updateConnectionReference },
  { ...editable(environmentVariableDefinition), create: createVariableDefinition, update: updateVariableDefinition },
  { ...environmentVariableValue, create: createVariableValue, update: updateVariableValue, remove: removeVariableValue },
  { ...creatable(editable(savedQuery), 'SavedQuery'), listUnpublished: (tx) => unpublishedRows(tx, 'savedquery') },
  { ...editable(systemForm), listUnpublished: (tx) => unpublishedRows(tx, 'systemform') },
  { ...savedQueryVisualization, listUnpublished: (tx) => unpublishedRows(tx, 'savedqueryvisualization') },
  { ...creatable(editable(webResource), 'WebResource'), listUnpublished: (tx) => unpublishedRows(tx, 'webresource') },
  canvasApp,
  editable(appModule),
  editable(role),
  { ...systemUser, update: updateUser },
  businessUnit,
  { ...team, create: createTeam, update: updateTeam, remove: removeTeam },
  userRoles,
  teamRoles,
  { ...organization, update: updateOrganization },
  componentLayer,
  solutionComponentSummary,
  solutionComponentCountSummary,
  entityMetadata,
  recordCountSnapshot,
  ...otherComponentTables,
]

/**
 * Sets that every environment of the service has and this emulator does not: asking for them is 501, not 404.
 * Not all that the service has; only what clients of the solution part are known to ask for.
 */
export const knownButMissingSets: ReadonlySet<string> = new Set(
  `privileges dependencies dependencynodes pluginpackages sdkmessages sdkmessagefilters sdkmessageprocessingstepimages
  customapirequestparameters customapiresponseproperties appmodulecomponents languagelocale audits msdyn_analysisjobs
  msdyn_analysisresults deploymentpipelines deploymentstages deploymentstageruns deploymentenvironments deploymentartifacts
  ManagedPropertyDefinitions userqueries teammemberships`.split(/\s+/),
)

export function findTable(tx: ReadTransaction, logicalName: string): Table | undefined {
  return tables.find((table) => table.logicalName === logicalName) ?? dataTable(tx, logicalName)
}

export function findTableBySet(tx: ReadTransaction, setName: string): Table | undefined {
  return tables.find((table) => table.setName === setName) ?? (knownButMissingSets.has(setName) ? undefined : dataTableBySet(tx, setName))
}

/** The table with direct edits and deletions of its components. */
function editable(table: Table): Table {
  return {
    ...table,
    update: (ctx, row, changes) =>
      ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
        ctx.env.write((tx) => editComponent(tx, ctx, { table: table.logicalName, id: String(row[table.primaryId]), changes })),
      ),
    remove: (ctx, row) =>
      ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
        ctx.env.write((tx) => removeRowByHand(tx, table.logicalName, String(row[table.primaryId]))),
      ),
  }
}

function creatable(table: Table, kind: string): Table {
  return {
    ...table,
    create(ctx, values) {
      const given = values[table.primaryId]
      const id = typeof given === 'string' ? given : ctx.guid()
      return ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
        ctx.env.write((tx) => createComponent(tx, ctx, { kind, values, id })),
      )
    },
  }
}
