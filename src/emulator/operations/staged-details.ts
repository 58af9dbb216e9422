import type { ComponentPart } from '#format'
import { attributeOf, child, childElements } from '#format'
import { connectionReference } from '../kinds/connection-reference.ts'
import { environmentVariableDefinition, packagedValue } from '../kinds/environment-variable.ts'
import type { KindBehaviour } from '../kinds/kind-behaviour.ts'
import { entity } from '../kinds/metadata-kinds.ts'
import { fileText } from '../kinds/part-text.ts'
import { componentId, readComponent } from '../layers/component-state.ts'
import { patchesOf } from '../layers/patches.ts'
import { findSolution, publisherOf } from '../layers/solutions.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { SolutionFile } from './import/solution-file.ts'

/** A component that a staged file holds, with the columns that the service tells of its kind. */
interface Detail {
  readonly type: string
  readonly name: string
  readonly columns: Readonly<Record<string, unknown>>
  readonly isPresent: 'True' | 'False' | 'Unknown'
}

/**
 * What a staged file holds, of the kinds that recorded replies show: the solution, tables, connection references and environment variables
 * with their values. The recordings were made where none of it was present; `True` for what is there is unverified.
 */
export function componentsDetails(tx: ReadTransaction, file: SolutionFile): readonly Row[] {
  const ofKind = ({ kind }: KindBehaviour): readonly ComponentPart[] =>
    file.package.parts.filter((part) => part.kind.toLowerCase() === kind.toLowerCase())
  const variables = ofKind(environmentVariableDefinition)
  const details = [
    { type: 'solution', name: file.model.manifest.displayName, columns: solutionColumns(file), isPresent: 'Unknown' as const },
    ...ofKind(entity).map((part) => tableDetail(tx, part)),
    ...ofKind(connectionReference).map((part) => referenceDetail(tx, part)),
    ...variables.map((part) => variableDetail(tx, part)),
    ...variables.flatMap((part) => valueDetail(tx, part)),
  ]
  return details.map(rowOf)
}

/** What a staged file is, beside the solution of the same name that is installed. */
export function solutionDetails(tx: ReadTransaction, file: SolutionFile): Row {
  const { manifest } = file.model
  const previous = findSolution(tx, manifest.uniqueName)
  const publisher = previous === undefined ? undefined : publisherOf(tx, previous)
  return {
    SolutionUniqueName: manifest.uniqueName,
    SolutionFriendlyName: manifest.displayName,
    SolutionDescription: descriptionOf(file),
    PublisherUniqueName: manifest.publisher.uniqueName,
    PublisherFriendlyName: manifest.publisher.displayName,
    PreviousSolutionUniqueName: previous?.['uniquename'] ?? null,
    PreviousSolutionFriendlyName: previous?.['friendlyname'] ?? null,
    PreviousPublisherUniqueName: publisher?.['uniquename'] ?? null,
    PreviousPublisherFriendlyName: publisher?.['friendlyname'] ?? null,
    IsPatchSolution: manifest.patchOf !== undefined,
    IsManaged: manifest.isManaged,
    PreviousIsManaged: previous?.['ismanaged'] === true,
    SolutionVersion: manifest.version,
    PreviousSolutionVersion: previous?.['version'] ?? null,
    PreviousPatchSolutionsNames: previous === undefined ? [] : patchesOf(tx, previous).map((patch) => patch['uniquename']),
    IsPrerequisitesExport: false,
    HasPendingUpgrade: findSolution(tx, `${manifest.uniqueName}_Upgrade`) !== undefined,
  }
}

function rowOf({ type, name, columns, isPresent }: Detail): Row {
  const values = Object.values(columns).map((value) => String(value ?? ''))
  return {
    ComponentName: name,
    ComponentTypeName: type,
    IsPresentInOrg: isPresent,
    Attributes: { Count: values.length, Keys: Object.keys(columns), Values: values },
  }
}

function solutionColumns(file: SolutionFile): Detail['columns'] {
  return { localizedname: file.model.manifest.displayName, description: descriptionOf(file) }
}

function descriptionOf(file: SolutionFile): string {
  const descriptions = child(child(file.package.manifest, 'SolutionManifest'), 'Descriptions')
  return attributeOf(childElements(descriptions)[0], 'description') ?? ''
}

function tableDetail(tx: ReadTransaction, part: ComponentPart): Detail {
  const { schemaname, displayname } = entity.project(part)
  return { type: 'entity', name: String(displayname), columns: { name: schemaname }, isPresent: presence(tx, part) }
}

function referenceDetail(tx: ReadTransaction, part: ComponentPart): Detail {
  const { connectorid, connectionreferencelogicalname, connectionreferencedisplayname, description } = connectionReference.project(part)
  const columns = { connectorid, connectionreferencelogicalname, connectionreferencedisplayname, description }
  return { type: 'connectionreference', name: String(connectionreferencelogicalname), columns, isPresent: presence(tx, part) }
}

function variableDetail(tx: ReadTransaction, part: ComponentPart): Detail {
  const { schemaname, displayname, description, type, defaultvalue, isrequired, parameterkey, apiid } =
    environmentVariableDefinition.project(part)
  const columns = { schemaname, displayname, description, type, defaultvalue, isrequired, parameterkey, parentdefinitionid: '', apiid }
  return { type: 'EnvironmentVariableDefinition', name: String(displayname ?? schemaname), columns, isPresent: presence(tx, part) }
}

function valueDetail(tx: ReadTransaction, part: ComponentPart): readonly Detail[] {
  const value = packagedValue(part)
  if (value === undefined) return []
  const { schemaname } = environmentVariableDefinition.project(part)
  const id = /"@?environmentvariablevalueid"\s*:\s*"([^"]+)"/.exec(fileText(part, 'environmentvariablevalues.json') ?? '')?.[1] ?? ''
  const isPresent = id !== '' && tx.get('environmentvariablevalue', id) !== undefined
  const columns = { schemaname, environmentvariablevalueid: id, value }
  return [{ type: 'EnvironmentVariableValue', name: String(schemaname), columns, isPresent: isPresent ? 'True' : 'False' }]
}

function presence(tx: ReadTransaction, part: ComponentPart): 'True' | 'False' {
  return readComponent(tx, componentId(part.kind, part.key)) === undefined ? 'False' : 'True'
}
