import { DroverError } from '#domain/kernel'

/** Says where in the document reading stopped; lines and columns count from 1. */
export function badXml(source: { readonly bytes: Uint8Array; readonly path: string }, offset: number, problem: string): DroverError {
  const { bytes, path } = source
  let line = 1
  let lineStart = 0
  for (let at = 0; at < offset; at++) {
    const isLineFeed = bytes[at] === 10
    if (!isLineFeed && !(bytes[at] === 13 && bytes[at + 1] !== 10)) continue
    line++
    lineStart = at + 1
  }
  const column = new TextDecoder().decode(bytes.subarray(lineStart, offset)).length + 1
  return new DroverError('solution.bad-xml', `${path}, line ${line}, column ${column}: ${problem}`, {
    hint: 'Export the solution again, or correct the file at that place if it was edited by hand.',
  })
}
