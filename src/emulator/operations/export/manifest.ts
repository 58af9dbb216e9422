import type { NewManifest, XmlElement } from '#format'
import { buildManifest, child, childElements, element, textElement, withAttribute, withChild, withChildren } from '#format'
import { parseVersion } from '#domain/kernel'
import { publisherOf } from '../../layers/solutions.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import { platformVersion } from '../../templates/platform-version.ts'
import type { MissingAtExport } from './missing.ts'

export interface ManifestContents {
  readonly isManaged: boolean
  readonly rootComponents: NewManifest['rootComponents']
  readonly missing: MissingAtExport
}

/** solution.xml of an export: the solution's and publisher's rows as they are now, and what the export contains and needs. */
export function exportManifest(tx: ReadTransaction, solution: Row, contents: ManifestContents): XmlElement {
  const publisher = publisherOf(tx, solution)
  const version = parseVersion(String(solution.version))
  if (!version.ok) throw new Error(version.refusal.message)
  const prefix = publisher?.customizationoptionvalueprefix
  const built = buildManifest({
    uniqueName: String(solution.uniquename),
    displayName: String(solution.friendlyname),
    ...(typeof solution.description === 'string' ? { description: solution.description } : {}),
    version: version.value,
    isManaged: contents.isManaged,
    publisher: {
      uniqueName: String(publisher?.uniquename),
      displayName: String(publisher?.friendlyname),
      prefix: String(publisher?.customizationprefix),
      optionValuePrefix: typeof prefix === 'number' ? prefix : undefined,
    },
    ...patchFacts(tx, solution),
    platformVersion: packageVersion,
    rootComponents: contents.rootComponents,
    missingDependencies: contents.missing.found,
  })
  const body = child(built, 'SolutionManifest') ?? built
  return withPlatform(withChild(built, 'SolutionManifest', withRecorded(withContact(body, publisher), contents.missing.asWritten)))
}

/** Packages write revisions without leading zeros (observed); the organisation's version has them. */
const packageVersion = platformVersion.split('.').map(Number).join('.')

/**
 * Both manifests of a package name the platform that wrote them, since 9.2.25 (observed in six exports of it, and in none before).
 * Which organisations say Full instead of Standard is unverified.
 */
export function withPlatform(root: XmlElement): XmlElement {
  const facts = { OrganizationVersion: packageVersion, OrganizationSchemaType: 'Standard', CRMServerServiceabilityVersion: platformVersion }
  return Object.entries(facts).reduce((xml, [name, value]) => withAttribute(xml, name, value), root)
}

/** A patch names the solution that it belongs to, and its version. */
function patchFacts(tx: ReadTransaction, solution: Row): { patchOf?: string; patchOfVersion?: string } {
  const parent = typeof solution.parentsolutionid === 'string' ? tx.get('solution', solution.parentsolutionid) : undefined
  return parent === undefined ? {} : { patchOf: String(parent.uniquename), patchOfVersion: String(parent.version) }
}

/** What else a publisher's row says; columns without a value stay marked as nil. */
function withContact(body: XmlElement, row: Row | undefined): XmlElement {
  const old = child(body, 'Publisher')
  if (old === undefined || row === undefined) return body
  let publisher = old
  if (isText(row.description)) {
    const label = element('Description', { description: row.description, languagecode: '1033' })
    publisher = withChild(publisher, 'Descriptions', element('Descriptions', {}, [label]))
  }
  for (const [name, value] of [
    ['EMailAddress', row.emailaddress],
    ['SupportingWebsiteUrl', row.supportingwebsiteurl],
  ] as const)
    if (isText(value)) publisher = withChild(publisher, name, textElement(name, value))
  return withChild(body, 'Publisher', withAddresses(publisher, row))
}

/** The addresses as the row has them; columns that it does not have keep what every new publisher gets. */
function withAddresses(publisher: XmlElement, row: Row): XmlElement {
  const list = child(publisher, 'Addresses')
  if (list === undefined) return publisher
  const addresses = childElements(list).map((address, at) =>
    withChildren(
      address,
      childElements(address).map((field) => {
        const value = row[`address${String(at + 1)}_${field.name.toLowerCase()}`]
        if (value === undefined) return field
        return value === null ? nil(field.name) : textElement(field.name, String(value))
      }),
    ),
  )
  return withChild(publisher, 'Addresses', withChildren(list, addresses))
}

function nil(name: string): XmlElement {
  return withAttribute(textElement(name, ''), 'xsi:nil', 'true')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function withRecorded(body: XmlElement, recorded: readonly XmlElement[]): XmlElement {
  const list = child(body, 'MissingDependencies')
  if (list === undefined || recorded.length === 0) return body
  return withChild(body, 'MissingDependencies', withChildren(list, [...list.children, ...recorded]))
}
