import type { CanvasControl, CanvasProperty } from '../canvas/canvas-app.ts'
import type { TopControls } from '../canvas/control-json.ts'

/**
 * Controls as the readable sources and the JSON beside them hold them, each told once: what both say alike is not said twice, and where they
 * differ both are there.
 */
export function joinControls(yaml: TopControls, json: TopControls): TopControls {
  if (yaml.app === undefined && yaml.screens.length === 0 && yaml.components.length === 0) return json
  const app = [yaml.app, json.app].filter((one) => one !== undefined)
  return {
    app: joinTops(app.slice(0, yaml.app === undefined ? 0 : 1), json.app === undefined ? [] : [json.app])[0],
    screens: joinTops(yaml.screens, json.screens),
    components: joinTops(yaml.components, json.components),
  }
}

function joinTops(yaml: readonly CanvasControl[], json: readonly CanvasControl[]): CanvasControl[] {
  const twins = new Map(json.map((control) => [control.name, control]))
  const own = new Set(yaml.map((control) => control.name))
  const joined = yaml.map((control) => {
    const twin = twins.get(control.name)
    return twin === undefined ? control : joinTop(control, twin)
  })
  return [...joined, ...json.filter((control) => !own.has(control.name))]
}

/** The tree of the readable source; a control that only the JSON has stays with its holder, at the end. */
function joinTop(yaml: CanvasControl, json: CanvasControl): CanvasControl {
  const twins = new Map<string, { readonly control: CanvasControl; readonly holder: string | undefined }>()
  const waiting: { readonly control: CanvasControl; readonly holder: string | undefined }[] = [{ control: json, holder: undefined }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // A name that stands twice is no name to join by: what it holds is told where the JSON has it.
    if (!twins.has(next.control.name)) twins.set(next.control.name, next)
    for (const child of next.control.children) waiting.push({ control: child, holder: next.control.name })
  }
  const used = new Set<CanvasControl>()
  const joined = joinTree(yaml, { twins, used, holder: undefined })
  return withLeftovers(joined, json, used)
}

interface Joining {
  readonly twins: ReadonlyMap<string, { readonly control: CanvasControl; readonly holder: string | undefined }>
  readonly used: Set<CanvasControl>
  readonly holder: string | undefined
}

function joinTree(yaml: CanvasControl, joining: Joining): CanvasControl {
  const twin = joining.twins.get(yaml.name)
  const isFree = twin !== undefined && !joining.used.has(twin.control)
  if (isFree) joining.used.add(twin.control)
  const children = yaml.children.map((child) => joinTree(child, { ...joining, holder: yaml.name }))
  if (!isFree) return { ...yaml, children }
  const { control: json, holder } = twin
  return {
    name: yaml.name,
    type: yaml.type,
    properties: joinProperties(yaml.properties, json.properties),
    settings: {
      ...yaml.settings,
      ...Object.fromEntries(Object.entries(json.settings).map(([key, value]) => [key in yaml.settings ? `${key} (stored)` : key, value])),
      ...(holder === joining.holder ? {} : { 'holder (stored)': holder ?? '' }),
    },
    children,
  }
}

function joinProperties(yaml: readonly CanvasProperty[], json: readonly CanvasProperty[]): CanvasProperty[] {
  const own = new Map(yaml.map((property) => [property.name, property]))
  const stored = json.map((property): CanvasProperty => {
    const readable = own.get(property.name)
    if (readable === undefined) return property
    own.delete(property.name)
    const differs = readable.formula.trim() !== property.formula.trim()
    const settings = { ...readable.settings, ...property.settings, ...(differs ? { 'as stored': property.formula } : {}) }
    return { name: property.name, formula: readable.formula, settings }
  })
  return [...stored, ...own.values()]
}

/** Adds what only the JSON has, under its holder where that is there, else at the top. */
function withLeftovers(joined: CanvasControl, json: CanvasControl, used: ReadonlySet<CanvasControl>): CanvasControl {
  const byHolder = new Map<string, CanvasControl[]>()
  const waiting: CanvasControl[] = [json]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const child of next.children) {
      if (!used.has(child)) byHolder.set(next.name, [...(byHolder.get(next.name) ?? []), { ...child, children: [] }])
      waiting.push(child)
    }
  }
  const attach = (control: CanvasControl): CanvasControl => {
    const added = byHolder.get(control.name) ?? []
    byHolder.delete(control.name)
    return { ...control, children: [...control.children, ...added].map(attach) }
  }
  const whole = attach(joined)
  return { ...whole, children: [...whole.children, ...[...byHolder.values()].flat()] }
}
