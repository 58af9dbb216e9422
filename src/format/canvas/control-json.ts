import { filledText, isRecord, valueAt } from '../json-value.ts'
import type { CanvasControl, CanvasProperty } from './canvas-app.ts'
import { badCanvasApp, maxControlDepth, readAppJson, type OpenedApp } from './open-canvas-app.ts'

/** The controls that stand at the top of `Controls/*.json` and `Components/*.json`: app, screens, definitions of components. */
export interface TopControls {
  readonly app: CanvasControl | undefined
  readonly screens: readonly CanvasControl[]
  readonly components: readonly CanvasControl[]
}

const controlFile = /^(?:controls|components)\/[^/]+\.json$/i

export function isControlFile(path: string): boolean {
  return controlFile.test(path)
}

/** Controls as the JSON of an app holds them. */
export async function readControlJson(app: OpenedApp): Promise<TopControls> {
  const tops: unknown[] = []
  for (const path of app.tree.paths.filter(isControlFile).sort()) {
    const top = topOf(await readAppJson(app, path))
    if (top === undefined) throw badCanvasApp(app.path, `its file "${path}" holds no control`)
    tops.push(top)
  }
  try {
    return sortTops(tops)
  } catch (cause) {
    throw badCanvasApp(app.path, cause instanceof Error ? cause.message : 'its controls are not readable', cause)
  }
}

/** The control that a file of an app holds; undefined when it holds none. */
export function topOf(file: unknown): Readonly<Record<string, unknown>> | undefined {
  const top = valueAt(file, 'TopParent')
  return isRecord(top) ? top : undefined
}

/** Throws for controls nested too deeply. */
export function sortTops(tops: readonly unknown[]): TopControls {
  const componentNames = new Map<string, string>()
  for (const top of tops) {
    const template = filledText(valueAt(top, 'Template', 'Name'))
    if (isDefinition(top) && template !== undefined) componentNames.set(template, String(valueAt(top, 'Name')))
  }
  const made = tops.map((top) => ({ top, control: makeControl(top, { componentNames, depth: 0 }) }))
  const kindOf = (top: unknown): unknown => (isDefinition(top) ? 'component' : valueAt(top, 'Template', 'Name'))
  const app = made.find(({ top }) => kindOf(top) === 'appinfo')
  return {
    app: app?.control,
    screens: made
      .filter(({ top }) => kindOf(top) === 'screen')
      .sort((a, b) => indexOf(a.top) - indexOf(b.top) || (a.control.name < b.control.name ? -1 : 1))
      .map(({ control }) => control),
    // Whatever else stands at the top, a second app too: nothing is dropped.
    components: made.filter((one) => kindOf(one.top) !== 'screen' && one !== app).map(({ control }) => control),
  }
}

function isDefinition(top: unknown): boolean {
  return valueAt(top, 'Template', 'IsComponentDefinition') === true
}

function indexOf(top: unknown): number {
  const index = valueAt(top, 'Index')
  return typeof index === 'number' ? index : 0
}

interface Making {
  /** Names of components by the generated names of their templates. */
  readonly componentNames: ReadonlyMap<string, string>
  readonly depth: number
}

function makeControl(json: unknown, making: Making): CanvasControl {
  if (making.depth > maxControlDepth) throw new Error(`its controls are nested deeper than ${maxControlDepth} levels`)
  const { Name: name, Rules: rules, Children: children, ...settings } = isRecord(json) ? json : {}
  const template = filledText(valueAt(json, 'Template', 'Name')) ?? ''
  const dynamic = takeDynamicProperties(settings)
  const inner = Array.isArray(children) ? children.map((child: unknown) => makeControl(child, { ...making, depth: making.depth + 1 })) : []
  return {
    name: typeof name === 'string' ? name : '',
    type: making.componentNames.get(template) ?? template,
    properties: [...(Array.isArray(rules) ? rules.map(makeProperty) : []), ...dynamic.properties],
    settings: {
      ...dynamic.settings,
      ...(name === undefined || typeof name === 'string' ? {} : { Name: name }),
      ...(rules === undefined || Array.isArray(rules) ? {} : { Rules: rules }),
      ...(children === undefined || Array.isArray(children) ? {} : { Children: children }),
    },
    children: byDepthOrder(inner),
  }
}

/** Properties that a control has from the container that it lies in stand apart, each with its rule. */
function takeDynamicProperties(settings: Readonly<Record<string, unknown>>): Pick<CanvasControl, 'properties' | 'settings'> {
  const { DynamicProperties: list, ...rest } = settings
  if (!Array.isArray(list) || !list.every((one) => isRecord(valueAt(one, 'Rule')))) return { properties: [], settings }
  const properties = list.map((one: unknown): CanvasProperty => {
    const { Rule: rule, PropertyName: name, ...more } = isRecord(one) ? one : {}
    const property = makeProperty(rule)
    const isNamed = name === undefined || name === property.name
    return { ...property, settings: { ...property.settings, ...more, ...(isNamed ? {} : { PropertyName: name }) } }
  })
  return { properties, settings: rest }
}

function makeProperty(rule: unknown): CanvasProperty {
  const { Property: name, InvariantScript: formula, ...rest } = isRecord(rule) ? rule : { value: rule }
  const settings = name === undefined || typeof name === 'string' ? rest : { ...rest, Property: name }
  return {
    name: typeof name === 'string' ? name : '',
    formula: typeof formula === 'string' ? formula.replaceAll('\r\n', '\n') : '',
    settings: typeof formula === 'string' || formula === undefined ? settings : { ...settings, InvariantScript: formula },
  }
}

/** From back to front: by the constant of `ZIndex`, else as they stand in the file. */
function byDepthOrder(controls: readonly CanvasControl[]): CanvasControl[] {
  const keyed = controls.map((control) => ({ control, z: zIndexOf(control) }))
  return keyed.sort((a, b) => (a.z ?? 0) - (b.z ?? 0)).map(({ control }) => control)
}

/** The constant of a control's ZIndex; undefined when it is none. */
export function zIndexOf(control: CanvasControl): number | undefined {
  const formula = control.properties.find((property) => property.name === 'ZIndex')?.formula ?? ''
  return /^\d+$/.test(formula) ? Number(formula) : undefined
}
