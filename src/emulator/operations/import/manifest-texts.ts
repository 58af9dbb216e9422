import type { XmlElement } from '#format'
import { attributeOf, child, childElements, childrenNamed, childText, descendant } from '#format'
import type { PublisherFacts } from '../../layers/solutions.ts'

/** The manifest with what it says of its solution and publisher for people: descriptions, and where the publisher is. */
export function describedManifest<T extends { readonly publisher: PublisherFacts }>(
  manifest: T,
  xml: XmlElement,
): T & { readonly description: string | undefined } {
  const body = child(xml, 'SolutionManifest')
  const publisher = child(body, 'Publisher')
  return {
    ...manifest,
    description: firstDescription(body),
    publisher: {
      ...manifest.publisher,
      description: firstDescription(publisher),
      email: childText(publisher, 'EMailAddress'),
      website: childText(publisher, 'SupportingWebsiteUrl'),
      addresses: addressColumns(publisher),
    },
  }
}

function firstDescription(owner: XmlElement | undefined): string | undefined {
  const text = attributeOf(childElements(child(owner, 'Descriptions'))[0], 'description')
  return text === '' ? undefined : text
}

/** What is kept of an address: all that the publisher's table has columns for. */
function addressColumns(publisher: XmlElement | undefined): Readonly<Record<string, string | number | null>> {
  const columns: Record<string, string | number | null> = {}
  for (const address of childElements(child(publisher, 'Addresses'))) {
    const number = childText(address, 'AddressNumber')
    for (const { name } of childElements(address)) {
      const text = childText(address, name)
      if (name !== 'AddressNumber' && number !== undefined)
        columns[`address${number}_${name.toLowerCase()}`] = text === undefined ? null : isNumber(name) ? Number(text) : text
    }
  }
  return columns
}

function isNumber(name: string): boolean {
  return ['AddressTypeCode', 'ShippingMethodCode', 'UTCOffset', 'Latitude', 'Longitude'].includes(name)
}

/** The entries of MissingDependencies that name what they require, in the order in which the manifest's model has them. */
export function writtenDependencies(xml: XmlElement): readonly XmlElement[] {
  const list = descendant(xml, 'SolutionManifest', 'MissingDependencies')
  return childrenNamed(list, 'MissingDependency').filter((entry) => child(entry, 'Required') !== undefined)
}
