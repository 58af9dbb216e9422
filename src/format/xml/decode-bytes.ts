import { DroverError } from '#domain/kernel'

/** XML bytes as text without byte order mark: by the mark, else by the declaration's encoding, else UTF-8. */
export function decodeXmlBytes(bytes: Uint8Array, path: string): string {
  const label = encodingOf(bytes)
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DroverError('solution.bad-xml', `${path}, line 1, column 1: the bytes are not text in ${label}.`, {
      hint: 'Save the file as UTF-8, or export the solution again.',
      cause,
    })
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  return /^<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1] ?? 'utf-8'
}
