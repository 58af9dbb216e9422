import { type ComponentChange, differenceText, diffSolutions } from '#domain/difference'
import { memoryTree, type PackageFile, packageOfTree, unpackSolution } from '#format'
import { canvasSources } from '../../src/format/canvas/canvas-sources.ts'
import { readCanvasApp } from '../../src/format/canvas/read-canvas-app.ts'
import { describeCanvasApp } from '../../src/format/describe/canvas-app.ts'
import { describeSolution } from '../../src/format/describe/index.ts'
import { collect } from './laws.ts'

/** Nothing differs from itself, zip or folder; and a difference read backwards is its mirror. */
export async function demandDifferenceLaws(left: readonly PackageFile[], right: readonly PackageFile[]): Promise<string> {
  const [before, after] = [await describe(left), await describe(right)]
  demandNone(diffSolutions(before, await describe(left)).components, 'itself')
  const there = diffSolutions(before, after)
  const back = diffSolutions(after, before)
  differenceText(there)
  if (JSON.stringify(there.components.map(nameOf).sort()) !== JSON.stringify(back.components.map(mirrored).sort())) {
    throw new Error('law: a difference read backwards is not its mirror')
  }
  const folder = await collect(unpackSolution(memoryTree(left)))
  demandNone(diffSolutions(before, await describe(folder)).components, 'its own folder')
  return there.components.length === 0 ? 'ok, none' : 'ok'
}

async function describe(files: readonly PackageFile[]) {
  return describeSolution(await packageOfTree(memoryTree(files)))
}

function demandNone(changes: readonly ComponentChange[], other: string): void {
  const [first] = changes
  if (first !== undefined) throw new Error(`law: a solution differs from ${other}: ${first.change} ${first.kind}`)
}

function nameOf({ change, kind, key }: ComponentChange): string {
  return `${change} ${kind}:${key}`.toLowerCase()
}

function mirrored(change: ComponentChange): string {
  const mirror = { added: 'removed', removed: 'added', changed: 'changed' } as const
  return nameOf({ ...change, change: mirror[change.change] })
}

/** An app is read or refused; its description and its copies for review never break on what reading took. */
export async function demandReadableApp(app: Uint8Array): Promise<string> {
  await describeCanvasApp(app)
  const read = await readCanvasApp(app, 'app.msapp')
  JSON.stringify(read)
  for await (const { path } of await canvasSources(app, 'app.msapp')) {
    if (/(^|\/)\.\.?(\/|$)|[\\\u0000-\u001f]|^\/|^[a-z]:/i.test(path)) throw new Error(`law: a path is not safe: ${JSON.stringify(path)}`)
  }
  return `ok, ${read.source}`
}
