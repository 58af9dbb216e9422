import { entriesOf, filledText, isRecord, valueAt } from '../json-value.ts'
import { byName } from './canvas-app-controls.ts'
import { isNoiseLeaf } from './canvas-app-noise.ts'
import { readJsonText } from './json-text.ts'
import { factPath, textOf } from './json-leaves.ts'

/** A piece of a JSON file of an app: a thing that people know by name, or the rest. */
export interface AppFilePart {
  readonly at: string
  readonly words: string
  /** What is told of the thing in short; undefined for the rest of a file. */
  readonly detail: string | undefined
  readonly value: unknown
  /** Its fields are facts as wholes, not by their leaves: copies of definitions that live elsewhere, of which nobody reads the inside. */
  readonly isCopy?: boolean
  /** Its coming and going says nothing. */
  readonly isNoiseWhenAlone?: boolean
}

interface ListRule {
  readonly file: RegExp
  readonly key: string
  readonly noun: string
  /** The field that says what it is, in short. */
  readonly detail: string
  readonly isCopy?: boolean
}

const lists: readonly ListRule[] = [
  { file: /^references\/datasources\.json$/i, key: 'DataSources', noun: 'data source', detail: 'Type', isCopy: true },
  { file: /^references\/resources\.json$/i, key: 'Resources', noun: 'media', detail: 'FileName' },
  { file: /^componentsmetadata\.json$/i, key: 'Components', noun: 'component details', detail: 'Description' },
]

/** The file's value in parts; together they say all of it. */
export function partsOf(path: string, value: unknown): AppFilePart[] {
  if (isRecord(value)) {
    if (/^properties\.json$/i.test(path)) return propertiesParts(path, value)
    if (/^references\/templates\.json$/i.test(path) && Array.isArray(value['UsedTemplates'])) return templateParts(path, value)
    const rule = lists.find((one) => one.file.test(path) && Array.isArray(value[one.key]))
    if (rule !== undefined) return listParts(path, value, rule)
  }
  return [{ at: factPath('file', path), words: `file ${path}`, detail: undefined, value }]
}

function listParts(path: string, value: Readonly<Record<string, unknown>>, rule: ListRule): AppFilePart[] {
  const { [rule.key]: items, ...rest } = value
  return [
    ...itemsOf(items).map((item, at) => itemPart(rule, byName(item, at), { item, detail: valueAt(item, rule.detail) })),
    ...restParts(path, rest),
  ]
}

/** The kinds of controls that the app uses, by version; what Studio ships for them is one thing. */
function templateParts(path: string, value: Readonly<Record<string, unknown>>): AppFilePart[] {
  const { UsedTemplates: items, ComponentTemplates: components, ...rest } = value
  const shipped: string[] = []
  const kinds = itemsOf(items).map((item, at) => {
    const { Template: template, ...own } = isRecord(item) ? item : { value: item }
    const name = byName(item, at)
    if (template !== undefined) shipped.push(`${name} ${textOf(template)}`)
    return itemPart({ noun: 'kind of control', detail: 'Version' }, name, { item: own, detail: own['Version'] })
  })
  const words = 'definitions of controls that Studio ships'
  const definitions = { at: 'shipped definitions', words, detail: undefined, value: shipped.sort().join('\n') }
  const imported = itemsOf(components).map((item, at) =>
    itemPart({ noun: 'definition of component', detail: 'ComponentType' }, byName(item, at), {
      item,
      detail: valueAt(item, 'ComponentType'),
    }),
  )
  const others = Array.isArray(components) || components === undefined ? rest : { ...rest, ComponentTemplates: components }
  return [...kinds, ...imported, ...(shipped.length === 0 ? [] : [definitions]), ...restParts(path, others)]
}

/** Settings of the app, the features of Studio that are on in it, and its connections: they stand as JSON in a string, under ids made for each app. */
function propertiesParts(path: string, value: Readonly<Record<string, unknown>>): AppFilePart[] {
  const { LocalConnectionReferences: references, AppPreviewFlagsMap: flags, LibraryDependencies: libraries, ...rest } = value
  const json = typeof references === 'string' ? readJsonText(references) : undefined
  const connections = json?.asWritten === undefined && isRecord(json?.value) ? json.value : undefined
  const dependencies = typeof libraries === 'string' ? readJsonText(libraries) : undefined
  const used: unknown = dependencies?.asWritten === undefined ? dependencies?.value : undefined
  const settings = {
    ...rest,
    ...(Array.isArray(used) || libraries === undefined ? {} : { LibraryDependencies: libraries }),
    ...(connections === undefined && references !== undefined ? { LocalConnectionReferences: references } : {}),
    ...(isRecord(flags) || flags === undefined ? {} : { AppPreviewFlagsMap: flags }),
  }
  return [
    { at: 'app setting', words: 'app setting', detail: undefined, value: settings },
    ...entriesOf(flags).map(([name, flag]) => ({
      at: factPath('feature', name),
      words: `feature ${name}`,
      detail: undefined,
      value: typeof flag === 'boolean' ? flagWords(flag) : flag,
      isNoiseWhenAlone: isNoiseLeaf(path, ['AppPreviewFlagsMap'], flag),
    })),
    ...itemsOf(used).map((item, at) => {
      const name = filledText(valueAt(item, 'LibraryLogicalName')) ?? byName(item, at)
      return itemPart({ noun: 'component library', detail: 'LibraryVersion' }, name, { item, detail: valueAt(item, 'LibraryVersion') })
    }),
    ...entriesOf(connections).map(([id, item]) => {
      const connector =
        filledText(valueAt(item, 'connectionRef', 'id'))
          ?.split('/')
          .at(-1) ?? id
      const detail = valueAt(item, 'connectionRef', 'displayName')
      return itemPart({ noun: 'connection', detail: '' }, connector, {
        item: isRecord(item) ? { ...item, key: id } : { value: item, key: id },
        detail,
      })
    }),
  ]
}

function flagWords(isOn: boolean): string {
  return isOn ? 'on' : 'off'
}

function itemPart(
  rule: Pick<ListRule, 'noun' | 'detail' | 'isCopy'>,
  name: string,
  told: { readonly item: unknown; readonly detail: unknown },
): AppFilePart {
  const { item, detail } = told
  const value = isRecord(item) ? Object.fromEntries(Object.entries(item).filter(([key]) => key !== rule.detail)) : item
  return {
    at: factPath(rule.noun, name),
    words: `${rule.noun} ${name}`,
    detail: detail === undefined ? '' : textOf(detail),
    value,
    ...(rule.isCopy === true ? { isCopy: true } : {}),
  }
}

function restParts(path: string, rest: Readonly<Record<string, unknown>>): AppFilePart[] {
  return Object.keys(rest).length === 0 ? [] : [{ at: factPath('file', path), words: `file ${path}`, detail: undefined, value: rest }]
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
