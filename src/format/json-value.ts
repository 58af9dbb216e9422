/** The JSON text's value, or undefined when it cannot be read: such a file is kept as it is, and checks report what it lacks. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** The value at the end of a path of property names; undefined where the path breaks off. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const name of path) here = isRecord(here) ? here[name] : undefined
  return here
}

export function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : []
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function filledText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
