import type { ComponentPart } from '#format'
import { element } from '#format'
import { choiceElement, labels, texts } from './column-part.ts'
import type { OptionSpec } from './column-part.ts'

export interface TableSpec {
  readonly schemaName: string
  readonly setName: string
  readonly displayName: string
  readonly displayCollectionName: string
  readonly description: string
  readonly ownership: 'UserOwned' | 'OrgOwned'
  readonly isActivity: boolean
  readonly hasNotes: boolean
}

const offByDefault = `IsDuplicateCheckSupported IsBusinessProcessEnabled IsRequiredOffline IsInteractionCentricEnabled IsCollaboration
  AutoRouteToOwnerQueue IsConnectionsEnabled IsDocumentManagementEnabled AutoCreateAccessTeams IsOneNoteIntegrationEnabled
  IsKnowledgeManagementEnabled IsSLAEnabled IsDocumentRecommendationsEnabled IsBPFEntity`.split(/\s+/)
const onByDefault = `IsCustomizable IsRenameable IsMappable CanModifyAuditSettings CanModifyMobileVisibility CanModifyMobileClientVisibility
  CanModifyMobileClientReadOnly CanModifyMobileClientOffline CanModifyConnectionSettings CanModifyDuplicateDetectionSettings
  CanModifyMailMergeSettings CanModifyQueueSettings CanCreateAttributes CanCreateForms CanCreateCharts CanCreateViews
  CanModifyAdditionalSettings CanEnableSyncToExternalSearchIndex`.split(/\s+/)

/** A table without its columns, as an export writes it. */
export function tablePart(spec: TableSpec): ComponentPart {
  const info = element('entity', { Name: spec.schemaName }, [
    ...labels('LocalizedNames', 'LocalizedName', spec.displayName),
    ...labels('LocalizedCollectionNames', 'LocalizedCollectionName', spec.displayCollectionName),
    ...labels('Descriptions', 'Description', spec.description),
    element('attributes'),
    ...texts({ EntitySetName: spec.setName }),
    ...texts(Object.fromEntries(offByDefault.map((name) => [name, '0']))),
    ...texts({ OwnershipTypeMask: spec.ownership, IsAuditEnabled: '0', IsRetrieveAuditEnabled: '0', IsRetrieveMultipleAuditEnabled: '0' }),
    ...texts({ IsActivity: spec.isActivity ? '1' : '0', ActivityTypeMask: '', IsActivityParty: '0', IsReplicated: '0' }),
    ...texts({ IsReplicationUserFiltered: '0', IsMailMergeEnabled: '0', IsVisibleInMobile: '0', IsVisibleInMobileClient: '0' }),
    ...texts({ IsReadOnlyInMobileClient: '0', IsOfflineInMobileClient: '0', DaysSinceRecordLastModified: '0', MobileOfflineFilters: '' }),
    ...texts({ IsMapiGridEnabled: '1', IsReadingPaneEnabled: '1', IsQuickCreateEnabled: '0', SyncToExternalSearchIndex: '0' }),
    ...texts({ IntroducedVersion: '1.0.0.0' }),
    ...texts(Object.fromEntries(onByDefault.map((name) => [name, '1']))),
    ...texts({ EnforceStateTransitions: '0', CanChangeHierarchicalRelationship: '1', EntityHelpUrlEnabled: '0', EntityHelpUrl: '' }),
    ...texts({ ChangeTrackingEnabled: '0', CanChangeTrackingBeEnabled: '1', IsEnabledForExternalChannels: '0', IsSolutionAware: '0' }),
    ...(spec.hasNotes ? texts({ HasRelatedNotes: 'True' }) : []),
  ])
  const name = { LocalizedName: spec.displayName, OriginalName: spec.displayName }
  const xml = element('Entity', {}, [element('Name', name, [spec.schemaName]), element('EntityInfo', {}, [info])])
  return {
    kind: 'Entity',
    key: spec.schemaName.toLowerCase(),
    displayName: spec.displayName,
    parent: undefined,
    section: ['Entities'],
    xml,
    files: [],
  }
}

export interface OneToManySpec {
  readonly schemaName: string
  readonly from: string
  readonly column: string
  readonly to: string
  /** Navigation properties; undefined for those that every table has. */
  readonly navigation?: string
  readonly cascade: Readonly<Partial<Record<'Assign' | 'Delete' | 'Reparent' | 'Share' | 'Unshare' | 'RollupView', string>>>
  readonly description?: string
}

export function oneToManyPart(spec: OneToManySpec): ComponentPart {
  const cascade = (name: keyof OneToManySpec['cascade']): string => spec.cascade[name] ?? 'NoCascade'
  const roles =
    spec.navigation === undefined
      ? []
      : [
          element('EntityRelationshipRoles', {}, [
            element('EntityRelationshipRole', {}, [
              ...texts({ NavPaneDisplayOption: 'UseCollectionName', NavPaneArea: 'Details', NavPaneOrder: '10000' }),
              ...texts({ NavigationPropertyName: spec.navigation, RelationshipRoleType: '1' }),
            ]),
            element('EntityRelationshipRole', {}, texts({ NavigationPropertyName: spec.schemaName, RelationshipRoleType: '0' })),
          ]),
        ]
  return relationshipPart(spec.schemaName, [
    ...texts({ EntityRelationshipType: 'OneToMany', IsCustomizable: '1', IntroducedVersion: '1.0.0.0', IsHierarchical: '0' }),
    ...texts({ ReferencingEntityName: spec.from, ReferencedEntityName: spec.to }),
    ...texts({ CascadeAssign: cascade('Assign'), CascadeDelete: cascade('Delete'), CascadeReparent: cascade('Reparent') }),
    ...texts({ CascadeShare: cascade('Share'), CascadeUnshare: cascade('Unshare'), CascadeRollupView: cascade('RollupView') }),
    ...(spec.navigation === undefined ? [] : texts({ IsValidForAdvancedFind: '1' })),
    ...texts({ ReferencingAttributeName: spec.column }),
    element('RelationshipDescription', {}, labels('Descriptions', 'Description', spec.description ?? '')),
    ...roles,
  ])
}

export interface ManyToManySpec {
  readonly schemaName: string
  readonly tables: readonly [string, string]
  readonly navigations: readonly [string, string]
  readonly intersect: string
}

export function manyToManyPart(spec: ManyToManySpec): ComponentPart {
  const role = (ordinal: 1 | 2) =>
    element('EntityRelationshipRole', {}, [
      ...texts({ NavPaneDisplayOption: 'UseCollectionName', NavPaneArea: 'Details', NavPaneOrder: '10000' }),
      ...texts({ NavigationPropertyName: spec.navigations[ordinal - 1] ?? '', AssociationRoleOrdinal: String(ordinal) }),
    ])
  return relationshipPart(spec.schemaName, [
    ...texts({ EntityRelationshipType: 'ManyToMany', IsCustomizable: '1', IntroducedVersion: '1.0.0.0', IsHierarchical: '0' }),
    ...texts({ FirstEntityName: spec.tables[0], SecondEntityName: spec.tables[1], IntersectEntityName: spec.intersect }),
    ...texts({ IsValidForAdvancedFind: '1' }),
    element('EntityRelationshipRoles', {}, [role(1), role(2)]),
  ])
}

export function globalChoicePart(name: string, displayName: string, options: readonly OptionSpec[]): ComponentPart {
  const xml = choiceElement({ name, displayName, type: 'picklist', isGlobal: true }, options)
  return { kind: 'OptionSet', key: name, displayName, parent: undefined, section: ['optionsets'], xml, files: [] }
}

export function keyPart(
  table: string,
  key: { readonly schemaName: string; readonly displayName: string; readonly columns: readonly string[] },
): ComponentPart {
  const name = key.schemaName.toLowerCase()
  const columns = key.columns.map((column) => element('AttributeName', {}, [column]))
  const xml = element('EntityKey', {}, [
    ...texts({ Name: key.schemaName, LogicalName: name, IntroducedVersion: '1.0.0.0', IsCustomizable: '1' }),
    element('EntityKeyAttributes', {}, columns),
    ...labels('displaynames', 'displayname', key.displayName),
  ])
  const section = ['Entities', 'Entity', 'EntityInfo', 'entity', 'EntityKeys']
  return { kind: 'EntityKey', key: `${table}.${name}`, displayName: key.displayName, parent: `Entity:${table}`, section, xml, files: [] }
}

function relationshipPart(schemaName: string, children: readonly ReturnType<typeof element>[]): ComponentPart {
  const xml = element('EntityRelationship', { Name: schemaName }, children)
  return {
    kind: 'EntityRelationship',
    key: schemaName,
    displayName: schemaName,
    parent: undefined,
    section: ['EntityRelationships'],
    xml,
    files: [],
  }
}
