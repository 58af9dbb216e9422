import type { Table } from './table.ts'
import { auditColumns, columns, ownerColumns } from './table.ts'

export const importJob: Table = {
  logicalName: 'importjob',
  setName: 'importjobs',
  primaryId: 'importjobid',
  primaryName: 'solutionname',
  columns: columns({
    strings: 'name solutionname data importcontext operationcontext',
    guids: 'importjobid solutionid',
    bigints: 'versionnumber',
    doubles: 'progress',
    dates: 'createdon modifiedon startedon completedon',
    lookups: `${auditColumns} organizationid>organization`,
  }),
}

export const asyncOperation: Table = {
  logicalName: 'asyncoperation',
  setName: 'asyncoperations',
  primaryId: 'asyncoperationid',
  primaryName: 'name',
  columns: columns({
    strings: `name messagename message friendlymessage data dependencytoken hostid breadcrumbid callerorigin datablobid datablobid_name
      primaryentitytype recurrencepattern rootexecutioncontext workflowstagename workload`,
    guids: 'asyncoperationid correlationid parentpluginexecutionid requestid',
    ints: 'depth errorcode retrycount subtype timezoneruleversionnumber utcconversiontimezonecode',
    bigints: 'sequence',
    doubles: 'executiontimespan',
    booleans: 'iswaitingforevent retainjobhistory',
    dates: 'createdon modifiedon startedon completedon postponeuntil correlationupdatedtime expanderstarttime recurrencestarttime',
    lookups: `${auditColumns} ${ownerColumns} owningextensionid>sdkmessageprocessingstep regardingobjectid>solution workflowactivationid>workflow`,
    options: {
      statecode: { 0: 'Ready', 1: 'Suspended', 2: 'Locked', 3: 'Completed' },
      statuscode: {
        0: 'Waiting For Resources',
        10: 'Waiting',
        20: 'In Progress',
        21: 'Pausing',
        22: 'Canceling',
        30: 'Succeeded',
        31: 'Failed',
        32: 'Canceled',
      },
      operationtype: {
        54: 'Execute Async Request',
        202: 'Export Solution',
        204: 'Publish All',
        207: 'Delete And Promote',
        208: 'Uninstall Solution',
      },
    },
  }),
}

export const stageSolutionUpload: Table = {
  logicalName: 'stagesolutionupload',
  setName: 'stagesolutionuploads',
  primaryId: 'stagesolutionuploadid',
  primaryName: 'name',
  columns: columns({
    strings: 'name solutionuniquename',
    guids: 'stagesolutionuploadid',
    bigints: 'versionnumber',
    dates: 'createdon modifiedon',
    lookups: `${auditColumns} organizationid>organization`,
    options: { statecode: { 0: 'Active', 1: 'Inactive' }, statuscode: { 1: 'Active', 2: 'Inactive' } },
  }),
}

export const solutionHistory: Table = {
  logicalName: 'msdyn_solutionhistory',
  setName: 'msdyn_solutionhistories',
  primaryId: 'msdyn_solutionhistoryid',
  primaryName: 'msdyn_name',
  columns: columns({
    strings: `msdyn_name msdyn_solutionversion msdyn_publishername msdyn_packagename msdyn_packageversion msdyn_exceptionmessage msdyn_exceptionstack`,
    guids: 'msdyn_solutionhistoryid msdyn_solutionid msdyn_activityid msdyn_correlationid',
    ints: 'msdyn_totaltime msdyn_errorcode msdyn_retrycount msdyn_maxretries',
    booleans: 'msdyn_ismanaged msdyn_ispatch msdyn_isoverwritecustomizations msdyn_result',
    dates: 'msdyn_starttime msdyn_endtime',
    options: {
      msdyn_operation: {
        0: 'Import',
        1: 'Uninstall',
        2: 'Export',
        3: 'Publish',
        4: 'PublishAll',
        5: 'LanguageProvision',
        6: 'ImportTranslation',
        7: 'RibbonMetadataGeneration',
        8: 'WorkflowSetState',
        9: 'None',
      },
      msdyn_suboperation: { 0: 'None', 1: 'New', 2: 'Upgrade', 3: 'Update', 4: 'Delete' },
      msdyn_status: { 0: 'Started', 1: 'Completed' },
    },
  }),
}
