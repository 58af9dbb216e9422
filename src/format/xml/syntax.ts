/** The bytes that XML's grammar is made of. */
export const mark = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  exclamation: 33,
  quote: 34,
  ampersand: 38,
  apostrophe: 39,
  slash: 47,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
} as const

export function isSpaceByte(byte: number | undefined): boolean {
  return byte === mark.space || byte === mark.lineFeed || byte === mark.carriageReturn || byte === mark.tab
}

/** 1 for each byte that a name may hold. */
export const nameBytes = nameTable()

export function isNameByte(byte: number | undefined): boolean {
  return byte !== undefined && nameBytes[byte] === 1
}

/** Letters, digits, ":", "_", "-", "." and everything outside of ASCII. */
function nameTable(): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) if (byte >= 0x80 || /[A-Za-z0-9:_.-]/.test(String.fromCharCode(byte))) table[byte] = 1
  return table
}

/** 1 for each byte of ASCII that may stand in a name, and that stands for itself in text, or the value of an attribute, as our writers write it. */
export const plainInName = plainTable(/[A-Za-z0-9:_.-]/)
export const plainInText = plainTable(/[^<>&]/)
export const plainInValue = plainTable(/[^<>&"]/)

function plainTable(plain: RegExp): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = mark.space; byte < 0x80; byte++) if (plain.test(String.fromCharCode(byte))) table[byte] = 1
  return table
}
