/** Why an import failed after it began: reported as plain text, `<Handler> import: FAILURE: <text>` (facts-2 §1.4). */
export class ImportFlaw extends Error {
  readonly code: string
  /** `kind:key` of the component that it happened on. */
  readonly component: string | undefined

  constructor(code: string, message: string, component?: string) {
    super(message)
    this.name = 'ImportFlaw'
    this.code = code
    this.component = component
  }
}
