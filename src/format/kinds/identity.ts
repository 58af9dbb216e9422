import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, childText } from '../xml/tree.ts'

/** A guid in lower case without braces; any other text trimmed and lower case. */
export function bareGuid(text: string | undefined): string | undefined {
  const bare = text
    ?.trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase()
  return bare === '' ? undefined : bare
}

export function guidChild(xml: XmlElement, name: string): string | undefined {
  return bareGuid(childText(xml, name))
}

export function guidAttribute(xml: XmlElement, name: string): string | undefined {
  return bareGuid(attributeOf(xml, name))
}

export function filledAttribute(xml: XmlElement, name: string): string | undefined {
  const value = attributeOf(xml, name)?.trim()
  return value === '' ? undefined : value
}

/** First label of a `<LocalizedNames><LocalizedName description="…">` style list. */
export function firstLabel(xml: XmlElement | undefined, listName: string): string | undefined {
  for (const label of childElements(child(xml, listName))) {
    const text = attributeOf(label, 'description')?.trim()
    if (text !== undefined && text !== '') return text
  }
  return undefined
}

/** `<owner>.<name>`, or the name alone where there is no owner. */
export function within(ownerKey: string | undefined, name: string | undefined): string | undefined {
  if (name === undefined || ownerKey === undefined) return name
  return `${ownerKey}.${name}`
}
