import { mark } from './syntax.ts'

/** References that our writers write, in text and in the values of attributes. */
export const textReferences: ReadonlySet<string> = new Set(['amp', 'lt', 'gt'])
export const valueReferences: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', '#xA', '#xD', '#x9'])

/** What stands between this `&` and its `;`; undefined when none follows soon. */
export function referenceAt(bytes: Uint8Array, at: number): string | undefined {
  let body = ''
  for (let i = at + 1; i < at + 12; i++) {
    const byte = bytes[i]
    if (byte === undefined || byte === mark.less) return undefined
    if (byte === mark.semicolon) return body
    body += String.fromCharCode(byte)
  }
  return undefined
}
