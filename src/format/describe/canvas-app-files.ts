import type { Fact } from '#domain/difference'
import { isRecord } from '../json-value.ts'
import type { PackageFile } from '../package.ts'
import { byName } from './canvas-app-controls.ts'
import { isNoiseLeaf } from './canvas-app-noise.ts'
import { partsOf, type AppFilePart } from './canvas-app-parts.ts'
import { unfoldJson } from './canvas-app-unfold.ts'
import { readJsonFile } from './json-text.ts'
import { alwaysAdditive, alwaysBehavioural, dotted, factPath, leavesOf, textOf, type Leaf } from './json-leaves.ts'

/** A file of an app that holds no controls: JSON by its leaves, anything else by its digest. */
export async function describeAppFile(file: PackageFile): Promise<Fact[]> {
  const json = /\.(?:json|sarif)$/i.test(file.path) ? readJsonFile(file.bytes) : undefined
  if (json === undefined || json.asWritten !== undefined) return [await digestFact(file)]
  const facts: Fact[] = []
  for (const part of partsOf(file.path, json.value)) {
    if (part.detail !== undefined) facts.push(itemFact(part, part.detail))
    for (const leaf of leavesOfPart(part)) {
      if (!isNoiseLeaf(file.path, leaf.path, leaf.text)) facts.push(await leafFact(part, leaf))
    }
  }
  return facts
}

function itemFact({ at, words }: AppFilePart, detail: string): Fact {
  return { path: at, words, shape: 'item', value: detail, classes: alwaysBehavioural }
}

function leavesOfPart({ value, isCopy }: AppFilePart): Leaf[] {
  const unfolded = unfoldJson(value)
  if (isCopy !== true || !isRecord(unfolded)) return leavesOf(unfolded, byName)
  return Object.entries(unfolded).map(([key, field]) => ({ path: [key], text: textOf(field) }))
}

async function leafFact(part: AppFilePart, { path, text }: Leaf): Promise<Fact> {
  // Below a thing an empty path is its own fact; it says what the thing is when it is no object.
  const at = path.length === 0 && part.detail === undefined ? part.at : `${part.at}/${factPath(...path)}`
  const words = path.length === 0 ? part.words : `${part.words}: ${dotted(path)}`
  return { path: at, words, ...(await shown(text)), ...(part.isNoiseWhenAlone === true ? { mayBeAbsent: true } : {}) }
}

// Longer texts are copies of definitions of tables, services and controls: that they changed is all there is to see.
const longestShown = 500

async function shown(text: string): Promise<Pick<Fact, 'shape' | 'value' | 'classes'>> {
  if (text.length <= longestShown) return { shape: 'value', value: text, classes: alwaysBehavioural }
  return { shape: 'digest', value: await sha256(new TextEncoder().encode(text)), classes: alwaysBehavioural }
}

/** A fact that stands for bytes. */
export async function digestFact(file: PackageFile, words = `file ${file.path}`): Promise<Fact> {
  return { path: factPath('file', file.path), words, shape: 'digest', value: await sha256(file.bytes), classes: alwaysBehavioural }
}

/** All that only the editor of the app reads, as one fact. */
export async function editorFact(state: readonly string[]): Promise<Fact> {
  return {
    path: 'editor state',
    words: 'state of the editor, nothing of the app itself',
    shape: 'digest',
    value: await sha256(new TextEncoder().encode(state.join('\n'))),
    classes: alwaysAdditive,
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
