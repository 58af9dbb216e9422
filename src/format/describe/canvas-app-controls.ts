import type { Fact } from '#domain/difference'
import type { CanvasControl, CanvasProperty } from '../canvas/canvas-app.ts'
import { zIndexOf, type TopControls } from '../canvas/control-json.ts'
import { isRecord, valueAt } from '../json-value.ts'
import { unfoldJson } from './canvas-app-unfold.ts'
import { editorKeys, isNoiseLeaf } from './canvas-app-noise.ts'
import { alwaysBehavioural, dotted, factPath, leafFacts, leavesOf, textOf } from './json-leaves.ts'

/** What is true of an app's controls, and what only its editor reads, as one text. */
export interface ControlFacts {
  readonly facts: readonly Fact[]
  readonly editorState: readonly string[]
}

/** Facts of controls. A control keeps its path when it moves inside its screen, and everything about it lies under that path. */
export function describeControls(tops: TopControls): ControlFacts {
  const named: readonly (readonly [string, CanvasControl])[] = [
    ...(tops.app === undefined ? [] : [['app', tops.app] as const]),
    ...tops.screens.map((screen) => [`screen ${screen.name}`, screen] as const),
    ...tops.components.map((component) => [`component ${component.name}`, component] as const),
  ]
  const facts: Fact[] = [order('screens', 'screens', tops.screens)]
  const editorState: string[] = []
  for (const [label, top] of named) {
    for (const control of controlsIn(label, top)) {
      for (const fact of describeControl(control)) facts.push(fact)
      for (const text of editorStateOf(control)) editorState.push(text)
    }
  }
  return { facts, editorState: editorState.sort() }
}

interface PlacedControl {
  readonly control: CanvasControl
  readonly at: string
  readonly words: string
  /** Name of what holds it; undefined at the top. */
  readonly parent: string | undefined
  /** Path of what holds it. */
  readonly within: string | undefined
}

function controlsIn(label: string, top: CanvasControl): PlacedControl[] {
  const kind = label.split(' ')[0] ?? ''
  const root = kind === 'app' ? factPath('app') : factPath(kind, top.name)
  const placed: PlacedControl[] = [{ control: top, at: root, words: label, parent: undefined, within: undefined }]
  for (let at = 0; at < placed.length; at++) {
    const holder = placed[at]
    for (const child of holder?.control.children ?? []) {
      placed.push({
        control: child,
        at: `${root}/${factPath('control', child.name)}`,
        words: `${label}: control ${child.name}`,
        parent: holder?.control.name ?? '',
        within: holder?.at,
      })
    }
  }
  return placed
}

function describeControl(placed: PlacedControl): Fact[] {
  const { control, at, words, parent, within } = placed
  return [
    {
      path: at,
      words,
      shape: 'item',
      value: control.type,
      classes: alwaysBehavioural,
      ...(within === undefined ? {} : { within, noun: 'control' }),
    },
    ...(parent === undefined ? [] : [{ path: `${at}/in`, words, shape: 'place' as const, value: parent, classes: alwaysBehavioural }]),
    ...(control.children.length < 2 ? [] : [order(`${at}/order`, `${words}: order of its controls`, control.children)]),
    ...control.properties.flatMap((property) => (isOrderOnly(property, placed) ? [] : describeProperty(placed, property))),
    ...Object.entries(control.settings)
      .filter(([key, value]) => !isTold(key, value, placed))
      .flatMap(([key, value]) => describeSetting(placed, key, value)),
  ]
}

/** A constant ZIndex says how children lie upon another, which is a fact of their holder. */
function isOrderOnly(property: CanvasProperty, { control, parent }: PlacedControl): boolean {
  return property.name === 'ZIndex' && parent !== undefined && zIndexOf(control) !== undefined
}

function describeProperty({ at, words }: PlacedControl, property: CanvasProperty): Fact[] {
  const path = `${at}/${factPath('property', property.name)}`
  const told = `${words}: ${property.name === '' ? 'property without a name' : property.name}`
  return [
    { path, words: told, shape: property.formula.includes('\n') ? 'text' : 'value', value: property.formula, classes: alwaysBehavioural },
    ...Object.entries(property.settings)
      .filter(([key]) => !editorKeys.includes(key))
      .flatMap(([key, value]) =>
        leafFacts(value, { at: `${path}/${factPath(key)}`, words: (leaf) => `${told}, ${dotted([key, ...leaf])}` }),
      ),
  ]
}

function describeSetting(placed: PlacedControl, key: string, value: unknown): Fact[] {
  const { at, words } = placed
  if (key === 'Template' && isRecord(value)) return describeTemplate(placed, value)
  return leafFacts(value, {
    at: `${at}/${factPath('setting', key)}`,
    words: (leaf) => `${words}: setting ${dotted([key, ...leaf])}`,
    keyOf: byName,
  })
}

/** The kind of control that it is an instance of, in the version that Studio gave it. */
function describeTemplate({ at, words }: PlacedControl, template: Readonly<Record<string, unknown>>): Fact[] {
  const { Version: version, ...rest } = template
  const kind = leavesOf(unfoldJson(rest), byName).filter((leaf) => !isNoiseLeaf('controls/', leaf.path, leaf.text))
  return [
    ...(version === undefined ? [] : leafFacts(version, { at: `${at}/version`, words: () => `${words}: version of its kind` })),
    ...kind.map(
      ({ path, text }): Fact => ({
        path: `${at}/${factPath('kind', ...path)}`,
        words: `${words}: kind ${dotted(path)}`,
        shape: 'value',
        value: text,
        classes: alwaysBehavioural,
      }),
    ),
  ]
}

/** Told by the control's place, its fact, or the state of the editor; or noise. */
function isTold(key: string, value: unknown, { parent }: PlacedControl): boolean {
  if (isNoiseLeaf('controls/', [key], value) || editorKeys.includes(key)) return true
  return key === 'Parent' && value === (parent ?? '')
}

function editorStateOf({ control, at }: PlacedControl): string[] {
  const own = editorKeys
    .filter((key) => control.settings[key] !== undefined)
    .map((key) => `${at} ${key} ${stateText(control.settings[key])}`)
  const ofProperties = control.properties.flatMap((property) =>
    editorKeys
      .filter((key) => property.settings[key] !== undefined)
      .map((key) => `${at} ${property.name} ${key} ${stateText(property.settings[key])}`),
  )
  return [...own, ...ofProperties]
}

/** Of a list the order says nothing: it follows the order of formulas. */
function stateText(state: unknown): string {
  return Array.isArray(state) ? JSON.stringify(state.map(textOf).sort()) : textOf(state)
}

/** Names the items of a list by what they call themselves, so that order is no difference where names tell items apart. */
export function byName(item: unknown, at: number): string {
  for (const key of ['Name', 'name', 'Property', 'PropertyName', 'InvariantPropertyName', 'Id', 'id']) {
    const name = valueAt(item, key)
    if (typeof name === 'string' && name !== '') return name
  }
  return String(at)
}

function order(path: string, words: string, controls: readonly CanvasControl[]): Fact {
  return {
    path,
    words: path === 'screens' ? 'order of screens' : words,
    shape: 'order',
    value: controls.map((control) => control.name.replaceAll('\n', ' ')).join('\n'),
    classes: alwaysBehavioural,
  }
}
