/** A place outside in which signed heads of the ledger are kept; it gets them and nothing else. */
export interface Anchors {
  /** Adds the text to a list that is only ever added to; once, however often it is asked. Throws `anchor.*`. */
  appendToFile(path: string, text: string): Promise<void>
  /** Sends the text; a receiver sees it again when the answer was lost, and knows it by its id. Throws `anchor.*`. */
  post(url: string, anchor: { readonly id: string; readonly text: string }): Promise<void>
}
