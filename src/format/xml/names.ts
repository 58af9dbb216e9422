const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The names met last, each in the place that its bytes lead to. Files have some hundred different ones, and half a million elements. */
const known: string[] = new Array<string>(4096).fill('')

/** The name in these bytes: each is one string in memory, however often and in however many documents it occurs. */
export function nameIn(bytes: Uint8Array, from: number, to: number): string {
  let hash = 0
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0
  const place = (hash ^ (hash >>> 12)) & (known.length - 1)
  const name = known[place] ?? ''
  return isIn(bytes, from, to, name) ? name : remember(place, decoder.decode(bytes.subarray(from, to)))
}

/** Of ASCII names only: any other is read anew each time. */
function isIn(bytes: Uint8Array, from: number, to: number, name: string): boolean {
  if (name.length !== to - from) return false
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[from + i]) return false
  return true
}

/** Names of a length that no schema has are not kept. */
function remember(place: number, name: string): string {
  if (name.length <= 100) known[place] = name
  return name
}
