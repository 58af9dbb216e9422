/** A statement that was signed, in the form of DSSE (secure-systems-lab/dsse, v1), as tools for supply chains read it. */
export interface Envelope {
  readonly payloadType: string
  /** Base64 of the statement. */
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** What is signed of a statement: its type and length stand before it, so that no signature fits another. The statement is ASCII. */
export function preAuthentication(payloadType: string, statement: string): string {
  return `DSSEv1 ${payloadType.length} ${payloadType} ${statement.length} ${statement}`
}

/** JSON in which every character is one byte, whatever reads it. */
export function asciiJson(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Base64 of a text of ASCII. */
export function asciiBase64(text: string): string {
  let encoded = ''
  for (let at = 0; at < text.length; at += 3) {
    const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
    const bits = (a << 16) | ((Number.isNaN(b) ? 0 : b) << 8) | (Number.isNaN(c) ? 0 : c)
    const letters = [18, 12, 6, 0].map((shift) => alphabet.charAt((bits >> shift) & 63)).join('')
    encoded += Number.isNaN(b) ? `${letters.slice(0, 2)}==` : Number.isNaN(c) ? `${letters.slice(0, 3)}=` : letters
  }
  return encoded
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
