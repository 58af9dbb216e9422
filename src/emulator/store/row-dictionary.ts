/**
 * What rows of components repeat, for their compression: a row is too short to repeat much by itself, and a text as short as this one is
 * soon learnt for each. Must stay as it is: no row that was compressed with it can be read without it.
 */
export const rowDictionary = Buffer.from(
  [
    'kind key name parent sequence layers solution publisher digest overwrittenAt active pending merged',
    'fetchxml layoutxml formxml returnedtypecode querytype isquickfindquery objecttypecode formactivationstate formpresentation',
    'cascadeassign cascadedelete cascadereparent cascadeshare cascadeunshare entityrelationshiptype ishierarchical',
    'referencingentityname referencedentityname referencingattributename firstentity secondentity intersectentity',
    'lookupstyle lookuptypes format maxlength minvalue maxvalue behavior displaymask physicalname requiredlevel imemode ValidForAdvancedFind',
    'validforcreateapi validforupdateapi validforreadapi iscustomfield isauditenabled issecured isrenameable canmodifyadditionalsettings',
    'canmodifysearchsettings canmodifyrequirementlevelsettings canmodifyglobalfiltersettings canmodifyissortablesettings sourcetype',
    'isglobalfilterenabled issortableenabled isdatasourcesecret logicalname entitylogicalname schemaname attributetype displayname description',
    'ismanaged iscustomizable Value CanBeChanged ManagedPropertyLogicalName iscustomizableanddeletable componentstate introducedversion',
    'overwritetime modifiedon versionnumber',
  ].join(' '),
)
