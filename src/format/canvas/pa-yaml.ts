import { errorMessage } from '#domain/kernel'
import { parse } from 'yaml'
import { entriesOf, filledText, isRecord, valueAt } from '../json-value.ts'
import type { CanvasControl, CanvasProperty } from './canvas-app.ts'
import type { TopControls } from './control-json.ts'
import { badCanvasApp, maxControlDepth, type OpenedApp } from './open-canvas-app.ts'

const paYaml = /^src\/.*\.pa\.yaml$/i

/** True for the readable sources that Studio writes into an app: https://learn.microsoft.com/power-apps/maker/canvas-apps/power-apps-yaml */
export function isPaYaml(path: string): boolean {
  return paYaml.test(path)
}

/**
 * Controls as the readable sources hold them. All files together are one document, by the schema
 * https://github.com/microsoft/PowerApps-Tooling/blob/master/schemas/pa-yaml/v3.0/pa.schema.yaml
 */
export async function readPaYaml(app: OpenedApp): Promise<TopControls> {
  const documents: unknown[] = []
  for (const path of app.tree.paths.filter(isPaYaml).sort()) {
    try {
      documents.push(parsePaYaml(await app.tree.read(path)))
    } catch (cause) {
      throw badCanvasApp(app.path, `its file "${path}" is not readable (${errorMessage(cause)})`, cause)
    }
  }
  try {
    return joinPaYaml(documents)
  } catch (cause) {
    throw badCanvasApp(app.path, errorMessage(cause), cause)
  }
}

/** The data of one file; throws what the YAML parser throws. */
export function parsePaYaml(bytes: Uint8Array): unknown {
  return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), { prettyErrors: true })
}

/** Throws for controls nested too deeply. */
export function joinPaYaml(documents: readonly unknown[]): TopControls {
  const section = (name: string): [string, unknown][] => documents.flatMap((document) => entriesOf(valueAt(document, name)))
  const [app, ...more] = documents
    .map((document) => valueAt(document, 'App'))
    .filter((one) => one !== undefined)
    .map((one) => makeControl('App', one, { depth: 0, type: 'App' }))
  const order = documents.flatMap((document) => textsOf(valueAt(document, 'EditorState', 'ScreensOrder')))
  const screens = section('Screens').map(([name, screen]) => makeControl(name, screen, { depth: 0, type: 'Screen' }))
  return {
    app,
    screens: order.length === 0 ? screens : [...screens].sort((a, b) => placeOf(order, a.name) - placeOf(order, b.name)),
    // A second app is none, but nothing of a file is dropped.
    components: [...section('ComponentDefinitions').map(([name, one]) => makeControl(name, one, { depth: 0, type: 'Component' })), ...more],
  }
}

function placeOf(order: readonly string[], name: string): number {
  const at = order.indexOf(name)
  return at < 0 ? order.length : at
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

interface Making {
  readonly depth: number
  /** Of controls whose place says what they are. */
  readonly type?: string
}

function makeControl(name: string, yaml: unknown, making: Making): CanvasControl {
  if (making.depth > maxControlDepth) throw new Error(`its controls are nested deeper than ${maxControlDepth} levels`)
  const { Control: control, Properties: properties, Children: children, ...settings } = isRecord(yaml) ? yaml : {}
  const component = filledText(settings['ComponentName'])
  const type = making.type ?? component ?? filledText(control) ?? ''
  return {
    name,
    type,
    properties: entriesOf(properties).map(([property, formula]) => makeProperty(property, formula)),
    settings: {
      ...settings,
      ...(control === undefined || control === type ? {} : { Control: control }),
      ...(isRecord(yaml) || yaml === null || yaml === undefined ? {} : { value: yaml }),
      ...(properties === undefined || properties === null || isRecord(properties) ? {} : { Properties: properties }),
    },
    children: namedChildren(children).map(([child, one]) => makeControl(child, one, { depth: making.depth + 1 })),
  }
}

/** A list of maps of one name each; earlier previews of the format wrote one map. */
function namedChildren(children: unknown): [string, unknown][] {
  return Array.isArray(children) ? children.flatMap((child: unknown) => entriesOf(child)) : entriesOf(children)
}

function makeProperty(name: string, value: unknown): CanvasProperty {
  if (typeof value === 'string') return { name, formula: value.replace(/^=/, '').replaceAll('\r\n', '\n').trim(), settings: {} }
  return { name, formula: '', settings: value === null ? {} : { value } }
}
