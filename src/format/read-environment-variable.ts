import type { EnvironmentVariable, EnvironmentVariableType } from '#domain/solution'
import { parseJson, valueAt } from './json-value.ts'
import type { ComponentPart, PackageFile, XmlElement } from './package.ts'
import { attributeOf, child, textOf } from './xml/tree.ts'
import { parseXml } from './xml/parse-xml.ts'

// Option set environmentvariabledefinition_type.
const types: ReadonlyMap<string, EnvironmentVariableType> = new Map([
  ['100000000', 'string'],
  ['100000001', 'number'],
  ['100000002', 'boolean'],
  ['100000003', 'json'],
  ['100000004', 'data-source'],
  ['100000005', 'secret'],
])

/** The environment variable that a part is, or undefined when its definition file is absent. */
export function readEnvironmentVariable(part: ComponentPart): EnvironmentVariable | undefined {
  const file = fileNamed(part, 'environmentvariabledefinition.xml')
  if (file === undefined) return undefined
  const xml = parseXml(file.bytes, file.path)
  return {
    schemaName: attributeOf(xml, 'schemaname') ?? part.key,
    displayName: part.displayName,
    type: types.get(trimmed(xml, 'type') ?? '') ?? 'string',
    defaultValue: textOf(child(xml, 'defaultvalue')) || undefined,
    isRequired: ['1', 'true'].includes(trimmed(xml, 'isrequired')?.toLowerCase() ?? ''),
    packagedValue: packagedValue(part),
  }
}

function fileNamed(part: ComponentPart, name: string): PackageFile | undefined {
  return part.files.find((file) => file.path.toLowerCase().endsWith(`/${name}`))
}

function trimmed(xml: XmlElement, name: string): string | undefined {
  return textOf(child(xml, name))?.trim()
}

/** The current value that was exported with the definition. An empty one is a value too, as it overrides the default. */
function packagedValue(part: ComponentPart): string | undefined {
  const file = fileNamed(part, 'environmentvariablevalues.json')
  if (file === undefined) return undefined
  const rows = valueAt(parseJson(file.bytes), 'environmentvariablevalues', 'environmentvariablevalue')
  const value = valueAt(Array.isArray(rows) ? rows[0] : rows, 'value')
  return typeof value === 'string' ? value : undefined
}
