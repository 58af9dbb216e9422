import type { XmlElement } from '../package.ts'
import { attributeOf, childElements } from '../xml/tree.ts'

/** A label in one language. */
export interface Label {
  readonly language: string
  readonly text: string
  /** The attribute that holds the text. */
  readonly attribute: string
}

/** The element as a label, when it says a text in a language, as `<label description="…" languagecode="1033">` does. */
export function languageOf(element: XmlElement): Label | undefined {
  const code = attributeOf(element, 'languagecode') ?? attributeOf(element, 'LCID')
  if (code === undefined) return undefined
  for (const name of ['description', 'Text', 'Title']) {
    const text = attributeOf(element, name)
    if (text !== undefined) return { language: languageNames[code] ?? code, text, attribute: `@${name}` }
  }
  return undefined
}

/** The first text of the lists of labels right inside the element. */
export function firstText(element: XmlElement): string | undefined {
  for (const list of childElements(element)) {
    for (const item of childElements(list)) {
      const text = languageOf(item)?.text.trim()
      if (text !== undefined && text !== '') return text
    }
  }
  return undefined
}

/** Names of locale ids that Dataverse has languages for (those that are met most). */
const languageNames: Readonly<Record<string, string>> = {
  '1025': 'Arabic',
  '1028': 'Chinese, Hong Kong and Taiwan',
  '1029': 'Czech',
  '1030': 'Danish',
  '1031': 'German',
  '1032': 'Greek',
  '1033': 'English',
  '1035': 'Finnish',
  '1036': 'French',
  '1037': 'Hebrew',
  '1038': 'Hungarian',
  '1040': 'Italian',
  '1041': 'Japanese',
  '1042': 'Korean',
  '1043': 'Dutch',
  '1044': 'Norwegian',
  '1045': 'Polish',
  '1046': 'Portuguese, Brazil',
  '1048': 'Romanian',
  '1049': 'Russian',
  '1053': 'Swedish',
  '1055': 'Turkish',
  '1058': 'Ukrainian',
  '2052': 'Chinese',
  '2070': 'Portuguese',
  '3082': 'Spanish',
}
