/** Colours for a terminal; for anything else they leave the text as it is. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly red: (text: string) => string
}

export function createPaint(isColoured: boolean): Paint {
  function style(code: number, end: number): (text: string) => string {
    return (text) => (isColoured && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text)
  }
  return { bold: style(1, 22), dim: style(2, 22), green: style(32, 39), yellow: style(33, 39), red: style(31, 39) }
}
