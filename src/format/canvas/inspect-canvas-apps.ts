import { errorMessage } from '#domain/kernel'
import type { ComponentPart, PackageFile, SolutionPackage } from '../package.ts'
import { child } from '../xml/tree.ts'
import { countControls } from './canvas-app.ts'
import { readCanvasApp } from './read-canvas-app.ts'
import { isRealDataSource } from './references.ts'

/** What is told of a canvas app of a solution; plain data, ready for JSON. */
export type CanvasAppSummary = ReadCanvasAppSummary | CodeAppSummary | UnreadCanvasApp

export interface ReadCanvasAppSummary {
  readonly state: 'read'
  /** Unique name. */
  readonly key: string
  readonly displayName: string
  /** Of the `.msapp` in the solution. */
  readonly path: string
  readonly documentType: string | undefined
  readonly documentVersion: string | undefined
  /** In the app's order, each with the number of controls on it. */
  readonly screens: readonly { readonly name: string; readonly controls: number }[]
  /** Names of the components that it defines. */
  readonly components: readonly string[]
  /** On all screens together. */
  readonly controls: number
  readonly dataSources: readonly { readonly name: string; readonly kind: string }[]
  /** Names of connectors. */
  readonly connections: readonly string[]
  readonly media: readonly string[]
  /** Does the file hold readable sources (`Src/*.pa.yaml`)? */
  readonly hasReadableSources: boolean
}

/** An app that was written as code: the solution has what was built of it, and no `.msapp`. */
export interface CodeAppSummary {
  readonly state: 'code'
  readonly key: string
  readonly displayName: string
  /** Of what was built, as the solution has them. */
  readonly files: readonly string[]
}

export interface UnreadCanvasApp {
  readonly state: 'unreadable'
  readonly key: string
  readonly displayName: string
  readonly path: string
  readonly reason: string
}

/** The canvas apps of a solution. One that cannot be read says so, and stops nothing. */
export async function inspectCanvasApps(pkg: Pick<SolutionPackage, 'parts'>): Promise<CanvasAppSummary[]> {
  const summaries: CanvasAppSummary[] = []
  for (const part of pkg.parts.filter(({ kind }) => kind === 'CanvasApp')) {
    const file = part.files.find(({ path }) => /\.msapp$/i.test(path))
    // Real exports leave files out at times; then there is nothing to tell but its name.
    if (file !== undefined) summaries.push(await inspectCanvasApp(part, file))
    else summaries.push(isCodeApp(part) ? codeApp(part) : unread(part, '', 'the solution has no .msapp file of it'))
  }
  return summaries
}

/** Code apps, and no other, name the files of what was built [seen in 2 public repositories]. */
function isCodeApp({ xml }: ComponentPart): boolean {
  return child(xml, 'CodeAppPackageUris') !== undefined
}

function codeApp({ key, displayName, files }: ComponentPart): CodeAppSummary {
  return { state: 'code', key, displayName: displayName ?? key, files: files.map(({ path }) => path) }
}

async function inspectCanvasApp(part: ComponentPart, file: PackageFile): Promise<CanvasAppSummary> {
  try {
    const app = await readCanvasApp(file.bytes, file.path)
    const screens = app.screens.map((screen) => ({ name: screen.name, controls: countControls([screen]) }))
    return {
      state: 'read',
      key: part.key,
      displayName: part.displayName ?? app.name ?? part.key,
      path: file.path,
      documentType: app.documentType,
      documentVersion: app.documentVersion,
      screens,
      components: app.components.map((component) => component.name),
      controls: screens.reduce((sum, { controls }) => sum + controls, 0),
      dataSources: app.dataSources.filter(isRealDataSource).map(({ name, kind }) => ({ name, kind })),
      connections: app.connections.map((connection) => connection.connector),
      media: app.media,
      hasReadableSources: app.source === 'pa.yaml',
    }
  } catch (error) {
    return unread(part, file.path, errorMessage(error))
  }
}

function unread(part: ComponentPart, path: string, reason: string): UnreadCanvasApp {
  return { state: 'unreadable', key: part.key, displayName: part.displayName ?? part.key, path, reason }
}
