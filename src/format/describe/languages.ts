import { ownMember } from '#domain/kernel'
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
    if (text !== undefined) return { language: ownMember(languageNames, code) ?? code, text, attribute: `@${name}` }
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

/** Names of the locale ids that Dataverse has languages for. */
const languageNames: Readonly<Record<string, string>> = {
  '1025': 'Arabic',
  '1028': 'Chinese, traditional',
  '1026': 'Bulgarian',
  '1027': 'Catalan',
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
  '1050': 'Croatian',
  '1051': 'Slovak',
  '1053': 'Swedish',
  '1054': 'Thai',
  '1055': 'Turkish',
  '1057': 'Indonesian',
  '1058': 'Ukrainian',
  '1060': 'Slovenian',
  '1061': 'Estonian',
  '1062': 'Latvian',
  '1063': 'Lithuanian',
  '1066': 'Vietnamese',
  '1069': 'Basque',
  '1081': 'Hindi',
  '1086': 'Malay',
  '1087': 'Kazakh',
  '1110': 'Galician',
  '2052': 'Chinese',
  '2070': 'Portuguese',
  '2074': 'Serbian, Latin',
  '3076': 'Chinese, Hong Kong',
  '3082': 'Spanish',
  '3098': 'Serbian, Cyrillic',
}
