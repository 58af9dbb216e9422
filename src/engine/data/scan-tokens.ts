/** Hashes of the words of a text, as two numbers each; what they were cannot be had back from them without the seed, which is forgotten with the scan. */
export interface Words {
  count: number
  low: Int32Array
  high: Int32Array
  /** Characters of each word. */
  lengths: Int32Array
  /** 1 for a word of digits alone. */
  areDigits: Uint8Array
  /** Where each word begins and ends in {@link text}. */
  starts: Int32Array
  /** What was read: without accents, in small letters. */
  text: string
}

export interface HashSeed {
  readonly low: number
  readonly high: number
}

export function createWords(): Words {
  const size = 256
  return {
    count: 0,
    low: new Int32Array(size),
    high: new Int32Array(size),
    lengths: new Int32Array(size),
    areDigits: new Uint8Array(size),
    starts: new Int32Array(size),
    text: '',
  }
}

/** Splits a text into runs of letters and digits, whatever stands between them; of scripts without spaces each character is a word. */
export function readWords(words: Words, text: string, seed: HashSeed): void {
  const plain = plainText(text)
  words.text = plain
  words.count = 0
  let low = seed.low
  let high = seed.high
  let start = -1
  let areDigits = 1
  for (let at = 0; at <= plain.length; at++) {
    const code = at === plain.length ? 0 : plain.charCodeAt(at)
    const kind = kindOf(code)
    if (start >= 0 && (kind === apart || kind === alone)) {
      push(words, { low, high, start, length: at - start, areDigits })
      start = -1
    }
    if (kind === apart) continue
    if (start < 0) {
      start = at
      low = seed.low
      high = seed.high
      areDigits = 1
    }
    low = stirLow(low, code)
    high = stirHigh(high, code)
    if (kind !== digit) areDigits = 0
    if (kind !== alone) continue
    push(words, { low, high, start, length: 1, areDigits })
    start = -1
  }
}

export function stirLow(hash: number, code: number): number {
  const stirred = Math.imul(hash ^ code, 0x9e3779b1)
  return stirred ^ (stirred >>> 15)
}

export function stirHigh(hash: number, code: number): number {
  const stirred = Math.imul(hash ^ code, 0x85ebca6b)
  return stirred ^ (stirred >>> 13)
}

/** Small letters without accents and invisible marks, so that a value is found however it is written. */
export function plainText(text: string): string {
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) >= 0x80)
      return text
        .normalize('NFKD')
        .replace(/[\p{M}\p{Cf}]/gu, '')
        .toLowerCase()
  return text.toLowerCase()
}

const apart = 0
const letter = 1
const digit = 2
const alone = 3

function kindOf(code: number): number {
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return letter
    return code >= 0x30 && code <= 0x39 ? digit : apart
  }
  if ((code >= 0x3041 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3)) return alone
  // Halves of pairs belong to the word around them.
  if (code >= 0xd800 && code <= 0xdfff) return letter
  return wordUnit.test(String.fromCharCode(code)) ? letter : apart
}

const wordUnit = /[\p{L}\p{N}]/u

function push(
  words: Words,
  word: { readonly low: number; readonly high: number; readonly start: number; readonly length: number; readonly areDigits: number },
): void {
  const { count } = words
  if (count === words.low.length) grow(words)
  words.low[count] = word.low
  words.high[count] = word.high
  words.lengths[count] = word.length
  words.areDigits[count] = word.areDigits
  words.starts[count] = word.start
  words.count = count + 1
}

function grow(words: Words): void {
  const size = words.low.length * 2
  const larger = (from: Int32Array): Int32Array => {
    const to = new Int32Array(size)
    to.set(from)
    return to
  }
  words.low = larger(words.low)
  words.high = larger(words.high)
  words.lengths = larger(words.lengths)
  words.starts = larger(words.starts)
  const flags = new Uint8Array(size)
  flags.set(words.areDigits)
  words.areDigits = flags
}
