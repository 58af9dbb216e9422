import type { DependencyEnd, MissingDependency, Publisher, RootComponent } from '#domain/solution'
import type { SolutionPackage, XmlElement } from './package.ts'
import { child, element, textElement, withChild, withChildren, withText } from './xml/tree.ts'

export interface ManifestEdit {
  readonly version?: string
  readonly isManaged?: boolean
  readonly rootComponents?: readonly Omit<RootComponent, 'kind'>[]
  readonly missingDependencies?: readonly MissingDependency[]
}

export interface NewManifest {
  readonly uniqueName: string
  readonly displayName: string
  readonly description?: string
  readonly version: string
  readonly isManaged: boolean
  readonly publisher: Publisher
  readonly patchOf?: string
  /** Version of the solution that this one patches. */
  readonly patchOfVersion?: string
  readonly languageCode?: number
  /** Dataverse version of the exporting environment; default 9.2.0.0. */
  readonly platformVersion?: string
  readonly rootComponents: readonly Omit<RootComponent, 'kind'>[]
  readonly missingDependencies: readonly MissingDependency[]
}

/** The package with an edited manifest; everything that the edit does not name stays as it was. */
export function withManifest(pkg: SolutionPackage, edit: ManifestEdit): SolutionPackage {
  const body = child(pkg.manifest, 'SolutionManifest') ?? element('SolutionManifest')
  return { ...pkg, manifest: withChild(pkg.manifest, 'SolutionManifest', editBody(body, edit)) }
}

function editBody(body: XmlElement, edit: ManifestEdit): XmlElement {
  let next = body
  if (edit.version !== undefined) next = setText(next, 'Version', edit.version)
  if (edit.isManaged !== undefined) next = setText(next, 'Managed', edit.isManaged ? '1' : '0')
  if (edit.rootComponents !== undefined) next = setList(next, 'RootComponents', edit.rootComponents.map(rootComponentXml))
  if (edit.missingDependencies !== undefined)
    next = setList(next, 'MissingDependencies', edit.missingDependencies.map(missingDependencyXml))
  return next
}

function setText(body: XmlElement, name: string, text: string): XmlElement {
  return withChild(body, name, withText(child(body, name) ?? element(name), text))
}

function setList(body: XmlElement, name: string, items: readonly XmlElement[]): XmlElement {
  const list = withChildren(child(body, name) ?? element(name), items)
  return withChild(body, name, { ...list, isSelfClosed: items.length === 0 })
}

/** The ImportExportXml of a solution.xml made from scratch, as the platform exports it (generatedBy="CrmLive"). */
export function buildManifest(manifest: NewManifest): XmlElement {
  const language = String(manifest.languageCode ?? 1033)
  const description = manifest.description
  const root = {
    version: manifest.platformVersion ?? '9.2.0.0',
    SolutionPackageVersion: '9.2',
    languagecode: language,
    generatedBy: 'CrmLive',
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  }
  const body = element('SolutionManifest', {}, [
    textElement('UniqueName', manifest.uniqueName),
    labels('LocalizedNames', 'LocalizedName', { text: manifest.displayName, language }),
    description === undefined ? element('Descriptions') : labels('Descriptions', 'Description', { text: description, language }),
    textElement('Version', manifest.version),
    textElement('Managed', manifest.isManaged ? '1' : '0'),
    publisherXml(manifest.publisher, language),
    ...parentXml(manifest),
    element('RootComponents', {}, manifest.rootComponents.map(rootComponentXml)),
    element('MissingDependencies', {}, manifest.missingDependencies.map(missingDependencyXml)),
  ])
  return element('ImportExportXml', root, [body])
}

function parentXml({ patchOf, patchOfVersion }: NewManifest): XmlElement[] {
  if (patchOf === undefined) return []
  const version = patchOfVersion === undefined ? [] : [textElement('Version', patchOfVersion)]
  return [element('ParentSolution', {}, [textElement('UniqueName', patchOf), ...version])]
}

function labels(listName: string, itemName: string, label: { text: string; language: string }): XmlElement {
  return element(listName, {}, [element(itemName, { description: label.text, languagecode: label.language })])
}

function publisherXml(publisher: Publisher, language: string): XmlElement {
  const optionPrefix = publisher.optionValuePrefix
  return element('Publisher', {}, [
    textElement('UniqueName', publisher.uniqueName),
    labels('LocalizedNames', 'LocalizedName', { text: publisher.displayName, language }),
    element('Descriptions'),
    nil('EMailAddress'),
    nil('SupportingWebsiteUrl'),
    textElement('CustomizationPrefix', publisher.prefix),
    ...(optionPrefix === undefined ? [] : [textElement('CustomizationOptionValuePrefix', String(optionPrefix))]),
    element('Addresses', {}, [addressXml(1), addressXml(2)]),
  ])
}

// The platform writes both addresses of every publisher, all columns, in this order.
const addressColumns =
  'City,County,Country,Fax,FreightTermsCode,ImportSequenceNumber,Latitude,Line1,Line2,Line3,Longitude,Name,PostalCode,PostOfficeBox,PrimaryContactName,ShippingMethodCode,StateOrProvince,Telephone1,Telephone2,Telephone3,TimeZoneRuleVersionNumber,UPSZone,UTCOffset,UTCConversionTimeZoneCode'

function addressXml(number: number): XmlElement {
  const columns = addressColumns.split(',').map((name) => (name === 'ShippingMethodCode' ? textElement(name, '1') : nil(name)))
  return element('Address', {}, [textElement('AddressNumber', String(number)), textElement('AddressTypeCode', '1'), ...columns])
}

function nil(name: string): XmlElement {
  return { ...textElement(name, ''), attributes: [{ name: 'xsi:nil', value: 'true' }] }
}

function rootComponentXml(component: Omit<RootComponent, 'kind'>): XmlElement {
  return element('RootComponent', {
    type: component.type,
    id: braced(component.id),
    schemaName: component.schemaName,
    behavior: component.behavior === undefined ? undefined : String(component.behavior),
  })
}

function braced(id: string | undefined): string | undefined {
  return id !== undefined && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? `{${id}}` : id
}

function missingDependencyXml(dependency: MissingDependency): XmlElement {
  const { required, dependent } = dependency
  const origin = required.minimumVersion === undefined ? required.solution : `${required.solution} (${required.minimumVersion})`
  return element('MissingDependency', {}, [
    element('Required', { ...endAttributes(required), solution: origin }),
    element('Dependent', endAttributes(dependent)),
  ])
}

function endAttributes(end: DependencyEnd): Record<string, string | undefined> {
  return {
    type: end.type,
    schemaName: end.schemaName,
    displayName: end.displayName,
    parentSchemaName: end.parentSchemaName,
    id: braced(end.id),
  }
}
