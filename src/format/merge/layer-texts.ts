import { childElements, childrenNamed, child, withAttribute, withChild, withChildren, withText } from '../xml/tree.ts'
import { parseXml } from '../xml/parse-xml.ts'
import type { ComponentPart } from '../package.ts'

/** Puts one attribute of a layer into a part; undefined where it cannot be, for example because the part has that in several languages. */
export type WriteText = (part: ComponentPart, text: string) => ComponentPart | undefined

/**
 * Attributes of layers that hold a whole text of the solution file, by kind and by the names of the row's columns, both in lower case [web-api B.1,
 * B.3: `msdyn_componentjson` lists them as Key and Value]. That the values are written there as the Web API gives them in rows is verified
 * against local environments, else unverified; a text that does not read as what it has to be is refused.
 */
export const layerTexts: Readonly<Record<string, Readonly<Record<string, WriteText>>>> = {
  attribute: {
    displayname: label('displaynames', 'displayname'),
    description: label('Descriptions', 'Description'),
    requiredlevel: requiredLevel,
    maxlength: maxLength,
    // Follows from it.
    length: (part) => part,
  },
  savedquery: {
    name: label('LocalizedNames', 'LocalizedName'),
    description: label('Descriptions', 'Description'),
    fetchxml: innerXml('fetchxml', 'fetch'),
    layoutxml: innerXml('layoutxml', 'grid'),
  },
  systemform: {
    name: label('LocalizedNames', 'LocalizedName'),
    description: label('Descriptions', 'Description'),
    formxml: wholeForm,
    // The same form once more.
    formjson: (part) => part,
  },
  webresource: { displayname: childText('DisplayName'), description: childText('Description'), content: onlyFile },
  workflow: { description: label('Descriptions', 'Description'), clientdata: flowDefinition },
}

/** A label in the base language of the environment: certain only where the file has one language. */
function label(list: string, item: string): WriteText {
  return (part, text) => {
    const labels = child(part.xml, list)
    const [only, ...others] = childrenNamed(labels, item)
    if (part.xml === undefined || labels === undefined || only === undefined || others.length > 0) return undefined
    return { ...part, xml: withChild(part.xml, list, withChild(labels, item, withAttribute(only, 'description', text))) }
  }
}

function childText(name: string): WriteText {
  return (part, text) => {
    const old = child(part.xml, name)
    return part.xml === undefined || old === undefined ? undefined : { ...part, xml: withChild(part.xml, name, withText(old, text)) }
  }
}

function innerXml(name: string, root: string): WriteText {
  return (part, text) => {
    const old = child(part.xml, name)
    const inner = parseXml(text, `${name} of ${part.key} in its layer`)
    if (part.xml === undefined || old === undefined || inner.name !== root || childElements(old).length > 1) return undefined
    return { ...part, xml: withChild(part.xml, name, withChildren(old, [inner])) }
  }
}

function wholeForm(part: ComponentPart, text: string): ComponentPart | undefined {
  const form = parseXml(text, `formxml of ${part.key} in its layer`)
  if (part.xml === undefined || child(part.xml, 'form') === undefined || form.name !== 'form') return undefined
  return { ...part, xml: withChild(part.xml, 'form', form) }
}

/** Names of the Web API → those of solution files; anything else, such as a number, is not guessed. */
const requiredLevels: Readonly<Record<string, string>> = {
  none: 'none',
  systemrequired: 'systemrequired',
  applicationrequired: 'required',
  required: 'required',
  recommended: 'recommended',
}

function requiredLevel(part: ComponentPart, text: string): ComponentPart | undefined {
  const level = requiredLevels[text.toLowerCase()]
  return level === undefined ? undefined : childText('RequiredLevel')(part, level)
}

/** `Length` is the space that the text takes, two bytes a letter, where the file has it so. */
function maxLength(part: ComponentPart, text: string): ComponentPart | undefined {
  if (!/^[1-9]\d*$/.test(text)) return undefined
  const old = Number(textOfChild(part, 'MaxLength'))
  const changed = childText('MaxLength')(part, text)
  const length = textOfChild(part, 'Length')
  if (changed === undefined || length === undefined) return changed
  return Number(length) === old * 2 ? childText('Length')(changed, String(Number(text) * 2)) : undefined
}

function textOfChild(part: ComponentPart, name: string): string | undefined {
  const [text] = child(part.xml, name)?.children ?? []
  return text?.type === 'text' ? text.text : undefined
}

/** Content of a web resource is base64. */
function onlyFile(part: ComponentPart, text: string): ComponentPart | undefined {
  const [file, ...others] = part.files
  if (file === undefined || others.length > 0 || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return undefined
  return { ...part, files: [{ ...file, bytes: Uint8Array.from(atob(text.replaceAll(/\s/g, '')), (letter) => letter.codePointAt(0) ?? 0) }] }
}

/** The definition of a cloud flow is one JSON file; a classic process has none. */
function flowDefinition(part: ComponentPart, text: string): ComponentPart | undefined {
  const files = part.files.filter(({ path }) => path.toLowerCase().endsWith('.json'))
  const [file] = files
  if (file === undefined || files.length > 1 || !isJsonObject(text)) return undefined
  const bytes = new TextEncoder().encode(text)
  return { ...part, files: part.files.map((each) => (each === file ? { ...each, bytes } : each)) }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
