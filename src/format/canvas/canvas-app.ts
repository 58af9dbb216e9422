/** A canvas app, custom page or component library, as its `.msapp` file holds it. */
export interface CanvasApp {
  readonly name: string | undefined
  /** Of the file's format, as the Studio that saved it wrote it. */
  readonly documentVersion: string | undefined
  /** `App`, `Page`, `ComponentLibrary` …, as the file says. */
  readonly documentType: string | undefined
  /** Where controls and formulas were read from: the readable sources of today's files, or the JSON of older ones. */
  readonly source: 'pa.yaml' | 'json' | 'fx.yaml' | 'none'
  /** The app object with its formulas (OnStart, Formulas …). */
  readonly app: CanvasControl | undefined
  /** In the order of the app. */
  readonly screens: readonly CanvasControl[]
  /** Definitions of components. */
  readonly components: readonly CanvasControl[]
  readonly dataSources: readonly CanvasDataSource[]
  readonly connections: readonly CanvasConnection[]
  /** Pictures, sounds and other files that makers added, by the names that formulas use. */
  readonly media: readonly string[]
}

export interface CanvasControl {
  readonly name: string
  /** What kind of control it is: `label`, `Classic/Button@2.2.0`; of a component's instance the component's name. */
  readonly type: string
  readonly properties: readonly CanvasProperty[]
  /** Whatever else the file says of it, as it says it. */
  readonly settings: Readonly<Record<string, unknown>>
  /** From back to front. */
  readonly children: readonly CanvasControl[]
}

export interface CanvasProperty {
  readonly name: string
  /** Power Fx, without a leading `=` and with LF line ends. */
  readonly formula: string
  /** Whatever else the file says of it. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface CanvasDataSource {
  readonly name: string
  readonly kind: 'table' | 'connected table' | 'connector' | 'flow' | 'collection' | 'sample' | 'choice' | 'views' | 'other'
  /** Logical name of a Dataverse table. */
  readonly table: string | undefined
  /** Of a connector: its API, such as `shared_office365`. */
  readonly connector: string | undefined
}

export interface CanvasConnection {
  readonly connector: string
  readonly displayName: string | undefined
  readonly dataSources: readonly string[]
}

/** Controls inside these, at any depth, without these themselves. */
export function countControls(controls: readonly CanvasControl[]): number {
  let count = 0
  const waiting = [...controls]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    count += next.children.length
    for (const child of next.children) waiting.push(child)
  }
  return count
}
