import { errorMessage } from '#domain/kernel'
import { parse } from 'yaml'
import { entriesOf, isRecord } from '../json-value.ts'
import type { CanvasControl } from './canvas-app.ts'
import type { TopControls } from './control-json.ts'
import { badCanvasApp, maxControlDepth, type OpenedApp } from './open-canvas-app.ts'

const fxYaml = /^src\/.*\.fx\.yaml$/i

/** True for the experimental sources that `pac canvas unpack` wrote before 2024. */
export function isFxYaml(path: string): boolean {
  return fxYaml.test(path)
}

/** Controls of experimental sources: keys `Name As type:` are controls, others properties. */
export async function readFxYaml(app: OpenedApp): Promise<TopControls> {
  const tops: CanvasControl[] = []
  for (const path of app.tree.paths.filter(isFxYaml).sort()) {
    try {
      const file: unknown = parse(new TextDecoder('utf-8', { fatal: true }).decode(await app.tree.read(path)))
      for (const [key, body] of entriesOf(file)) tops.push(makeControl(key, body, 0))
    } catch (cause) {
      throw badCanvasApp(app.path, `its file "${path}" is not readable (${errorMessage(cause)})`, cause)
    }
  }
  return {
    app: tops.find((top) => top.type === 'appinfo'),
    screens: tops.filter((top) => top.type.startsWith('screen')),
    components: tops.filter((top) => top.type !== 'appinfo' && !top.type.startsWith('screen')),
  }
}

function makeControl(key: string, body: unknown, depth: number): CanvasControl {
  if (depth > maxControlDepth) throw new Error(`its controls are nested deeper than ${maxControlDepth} levels`)
  const [, name = key, type = ''] = /^(.*) As (.*)$/s.exec(key) ?? []
  const entries = entriesOf(body)
  return {
    name: unquoted(name),
    type: unquoted(type),
    properties: entries
      .filter(([, value]) => !isRecord(value))
      .map(([property, value]) => ({ name: property, formula: String(value ?? '').replace(/^=/, ''), settings: {} })),
    settings: {},
    children: entries.filter(([, value]) => isRecord(value)).map(([child, value]) => makeControl(child, value, depth + 1)),
  }
}

function unquoted(name: string): string {
  return /^'.*'$/s.test(name) ? name.slice(1, -1).replaceAll("''", "'") : name
}
