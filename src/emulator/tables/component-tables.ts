import { componentStates } from './people-tables.ts'
import type { Table } from './table.ts'
import { auditColumns, columns, ownerColumns } from './table.ts'

const activeStates = { statecode: { 0: 'Active', 1: 'Inactive' }, statuscode: { 1: 'Active', 2: 'Inactive' } }

export const savedQuery: Table = {
  logicalName: 'savedquery',
  setName: 'savedqueries',
  primaryId: 'savedqueryid',
  primaryName: 'name',
  columns: columns({
    strings:
      'name description fetchxml layoutxml layoutjson columnsetxml offlinesqlquery returnedtypecode introducedversion conditionalformatting advancedgroupby queryapi queryappusage',
    guids: 'savedqueryid savedqueryidunique solutionid',
    ints: 'querytype',
    bigints: 'versionnumber',
    booleans: 'iscustom isdefault ismanaged isprivate isquickfindquery isuserdefined enablecrosspartition',
    dates: 'createdon modifiedon overwritetime',
    managedProperties: 'iscustomizable canbedeleted',
    lookups: `${auditColumns} organizationid>organization`,
    options: { componentstate: componentStates(), ...activeStates },
  }),
}

export const savedQueryVisualization: Table = {
  logicalName: 'savedqueryvisualization',
  setName: 'savedqueryvisualizations',
  primaryId: 'savedqueryvisualizationid',
  primaryName: 'name',
  columns: columns({
    strings: 'name description datadescription presentationdescription primaryentitytypecode introducedversion',
    guids: 'savedqueryvisualizationid savedqueryvisualizationidunique solutionid',
    bigints: 'versionnumber',
    booleans: 'isdefault ismanaged',
    dates: 'createdon modifiedon overwritetime',
    managedProperties: 'iscustomizable canbedeleted',
    lookups: `${auditColumns} organizationid>organization webresourceid>webresource`,
    options: { componentstate: componentStates(), type: { 0: 'Charts', 1: 'PowerBI' } },
  }),
}

export const systemForm: Table = {
  logicalName: 'systemform',
  setName: 'systemforms',
  primaryId: 'formid',
  primaryName: 'name',
  columns: columns({
    strings: 'name description formxml formjson objecttypecode introducedversion uniquename',
    guids: 'formid formidunique solutionid',
    ints: 'version versionnumberold',
    bigints: 'versionnumber',
    booleans: 'isairmerged isdefault isdesktopenabled ismanaged istabletenabled',
    dates: 'overwritetime publishedon',
    managedProperties: 'iscustomizable canbedeleted',
    lookups: 'organizationid>organization ancestorformid>systemform',
    options: {
      componentstate: componentStates(),
      formactivationstate: { 0: 'Inactive', 1: 'Active' },
      formpresentation: { 0: 'ClassicForm', 1: 'AirForm', 2: 'ConvertedICForm' },
      type: { 0: 'Dashboard', 2: 'Main', 5: 'Mobile - Express', 6: 'Quick View Form', 7: 'Quick Create', 8: 'Dialog', 11: 'Card' },
    },
  }),
}

export const webResource: Table = {
  logicalName: 'webresource',
  setName: 'webresourceset',
  primaryId: 'webresourceid',
  primaryName: 'name',
  columns: columns({
    strings: 'name displayname description content contentjson dependencyxml introducedversion silverlightversion',
    guids: 'webresourceid webresourceidunique solutionid',
    ints: 'languagecode',
    bigints: 'versionnumber',
    booleans: 'isavailableformobileoffline isenabledformobileclient ismanaged',
    dates: 'createdon modifiedon overwritetime',
    managedProperties: 'iscustomizable ishidden canbedeleted',
    lookups: `${auditColumns} organizationid>organization`,
    options: {
      componentstate: componentStates(),
      webresourcetype: {
        1: 'Webpage (HTML)',
        2: 'Style Sheet (CSS)',
        3: 'Script (JScript)',
        4: 'Data (XML)',
        5: 'PNG format',
        6: 'JPG format',
        7: 'GIF format',
        8: 'Silverlight (XAP)',
        9: 'Style Sheet (XSL)',
        10: 'ICO format',
        11: 'Vector format (SVG)',
        12: 'String (RESX)',
      },
    },
  }),
}

export const canvasApp: Table = {
  logicalName: 'canvasapp',
  setName: 'canvasapps',
  primaryId: 'canvasappid',
  primaryName: 'displayname',
  columns: columns({
    strings: `name displayname description appversion appopenuri tags status authorizationreferences connectionreferences databasereferences
      appcomponents appcomponentdependencies cdsdependencies embeddedapp introducedversion uniquecanvasappid createdbyclientversion minclientversion publisher`,
    guids: 'canvasappid canvasapprowid solutionid aadcreatedbyid aadlastmodifiedbyid aadlastpublishedbyid',
    bigints: 'versionnumber',
    booleans: 'bypassconsent admincontrolbypassconsent canconsumeapppass iscdsupgraded isfeaturedapp isheroapp ishidden ismanaged',
    dates: 'createdtime lastmodifiedtime lastpublishtime overwritetime',
    managedProperties: 'iscustomizable',
    lookups: 'ownerid>systemuser owningbusinessunit>businessunit',
    options: {
      componentstate: componentStates(),
      canvasapptype: { 0: 'StandardCanvasApp', 1: 'CanvasComponentLibrary', 2: 'CustomCanvasPage' },
    },
  }),
}

export const appModule: Table = {
  logicalName: 'appmodule',
  setName: 'appmodules',
  primaryId: 'appmoduleid',
  primaryName: 'name',
  columns: columns({
    strings: 'name uniquename description url appmoduleversion appmodulexmlmanaged configxml eventhandlers descriptor introducedversion',
    guids: 'appmoduleid appmoduleidunique solutionid webresourceid welcomepageid',
    ints: 'formfactor',
    bigints: 'versionnumber',
    booleans: 'isdefault isfeatured ismanaged',
    dates: 'createdon modifiedon overwritetime publishedon',
    lookups: `${auditColumns} publisherid>publisher organizationid>organization`,
    options: {
      componentstate: componentStates(),
      clienttype: { 2: 'Web Client', 4: 'Unified Interface' },
      navigationtype: { 0: 'Single session', 1: 'Multi session' },
      ...activeStates,
    },
  }),
}

export const connectionReference: Table = {
  logicalName: 'connectionreference',
  setName: 'connectionreferences',
  primaryId: 'connectionreferenceid',
  primaryName: 'connectionreferencedisplayname',
  columns: columns({
    strings: `connectionreferencelogicalname connectionreferencedisplayname connectionid connectorid description
      connectionparametersconfig connectionparametersetconfig`,
    guids: 'connectionreferenceid connectionreferenceidunique solutionid',
    ints: 'importsequencenumber timezoneruleversionnumber utcconversiontimezonecode',
    bigints: 'versionnumber',
    booleans: 'ismanaged',
    dates: 'createdon modifiedon overriddencreatedon overwritetime',
    managedProperties: 'iscustomizable',
    lookups: `${auditColumns} ${ownerColumns} customconnectorid>connector:CustomConnectorId`,
    options: {
      componentstate: componentStates(),
      promptingbehavior: { 0: 'Prompt on Solution Import', 1: 'Skip Solution Import Prompt' },
      ...activeStates,
    },
  }),
}

const yesNo = { 0: 'Active', 1: 'Inactive' }

export const environmentVariableDefinition: Table = {
  logicalName: 'environmentvariabledefinition',
  setName: 'environmentvariabledefinitions',
  primaryId: 'environmentvariabledefinitionid',
  primaryName: 'schemaname',
  columns: columns({
    strings:
      'schemaname displayname description defaultvalue hint valueschema apiid parameterkey introducedversion learnmoreurl inputcontrolconfig',
    guids: 'environmentvariabledefinitionid environmentvariabledefinitionidunique solutionid',
    ints: 'importsequencenumber timezoneruleversionnumber utcconversiontimezonecode',
    bigints: 'versionnumber',
    booleans: 'ismanaged isrequired',
    dates: 'createdon modifiedon overriddencreatedon overwritetime',
    managedProperties: 'iscustomizable',
    lookups: `${auditColumns} ${ownerColumns} connectionreferenceid>connectionreference:ConnectionReferenceId
      parentdefinitionid>environmentvariabledefinition:ParentDefinitionId`,
    options: {
      componentstate: componentStates(),
      statecode: yesNo,
      statuscode: { 1: 'Active', 2: 'Inactive' },
      secretstore: { 0: 'Azure Key Vault', 1: 'Microsoft Dataverse' },
      type: {
        100000000: 'String',
        100000001: 'Number',
        100000002: 'Boolean',
        100000003: 'JSON',
        100000004: 'Data source',
        100000005: 'Secret',
      },
    },
  }),
  collections: [
    {
      name: 'environmentvariabledefinition_environmentvariablevalue',
      table: 'environmentvariablevalue',
      lookup: 'environmentvariabledefinitionid',
    },
  ],
}

export const environmentVariableValue: Table = {
  logicalName: 'environmentvariablevalue',
  setName: 'environmentvariablevalues',
  primaryId: 'environmentvariablevalueid',
  primaryName: 'schemaname',
  columns: columns({
    strings: 'schemaname value introducedversion',
    guids: 'environmentvariablevalueid environmentvariablevalueidunique solutionid',
    ints: 'importsequencenumber timezoneruleversionnumber utcconversiontimezonecode',
    bigints: 'versionnumber',
    booleans: 'ismanaged',
    dates: 'createdon modifiedon overriddencreatedon overwritetime',
    managedProperties: 'iscustomizable',
    lookups: `${auditColumns} ${ownerColumns} environmentvariabledefinitionid>environmentvariabledefinition:EnvironmentVariableDefinitionId`,
    options: { componentstate: componentStates(), statecode: yesNo, statuscode: { 1: 'Active', 2: 'Inactive' } },
  }),
}

export const workflow: Table = {
  logicalName: 'workflow',
  setName: 'workflows',
  primaryId: 'workflowid',
  primaryName: 'name',
  columns: columns({
    strings: `name description clientdata xaml uniquename primaryentity formid triggeronupdateattributelist introducedversion
      inputparameters schedule connectionreferences dependencies planid definition`,
    guids: 'workflowid workflowidunique resourceid resourcecontainer solutionid suspensionreasondetailsid entityimageid',
    ints: 'rank trustedaccess processorder businessprocesstype languagecode',
    bigints: 'versionnumber',
    booleans: `asyncautodelete iscrmuiworkflow ismanaged istransacted ondemand subprocess syncworkflowlogonfailure triggeroncreate triggerondelete`,
    dates: 'createdon modifiedon overwritetime',
    managedProperties: 'iscustomizable iscustomprocessingstepallowedforotherpublishers',
    lookups: `${auditColumns} ${ownerColumns} activeworkflowid>workflow parentworkflowid>workflow plugintypeid>plugintype sdkmessageid>sdkmessage`,
    options: {
      componentstate: componentStates(),
      category: {
        0: 'Workflow',
        1: 'Dialog',
        2: 'Business Rule',
        3: 'Action',
        4: 'Business Process Flow',
        5: 'Modern Flow',
        6: 'Desktop Flow',
        7: 'AI Flow',
      },
      type: { 1: 'Definition', 2: 'Activation', 3: 'Template' },
      mode: { 0: 'Background', 1: 'Real-time' },
      scope: { 1: 'User', 2: 'Business Unit', 3: 'Parent: Child Business Units', 4: 'Organization' },
      runas: { 0: 'Owner', 1: 'Calling User' },
      modernflowtype: { 0: 'PowerAutomateFlow', 1: 'CopilotStudioFlow', 2: 'M365CopilotAgentFlow' },
      uiflowtype: { 0: 'Windows recorder (V1)', 1: 'Selenium IDE', 2: 'Power Automate Desktop', 101: 'Recording' },
      statecode: { 0: 'Draft', 1: 'Activated', 2: 'Suspended' },
      statuscode: { 1: 'Draft', 2: 'Activated', 3: 'CompanyDLPViolation' },
    },
  }),
}
