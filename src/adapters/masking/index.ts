import { createHmac } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { DroverError } from '#domain/kernel'
import type { Masking, Masks } from '#engine/ports'
import { drawFrom } from './draws.ts'
import { fakes } from './fakes.ts'
import type { Language } from './languages.ts'
import { masterKey } from './masking-key.ts'

/** Values are masked under a key that stays in the workspace: without it nobody finds out by trying what a fake stands for. */
export function createMasking({ keyFile }: { readonly keyFile: string }): Masking {
  return {
    async open(seed) {
      // Fakes of all languages are large: they are read when data is masked, and not with every start.
      const { knowsLocale, openLanguage } = await import('./languages.ts')
      return openMasks(await masterKey(keyFile), seed, { knowsLocale, openLanguage })
    },
  }
}

function openMasks(
  key: KeyObject,
  seed: string,
  { openLanguage, knowsLocale }: { readonly openLanguage: (locale: string) => Language; readonly knowsLocale: (locale: string) => boolean },
): Masks {
  const open = new Map<string, Language>()
  function languageOf(locale: string): Language {
    const language = open.get(locale) ?? openLanguage(locale)
    open.set(locale, language)
    return language
  }
  // Lengths keep two parts from reading as one.
  const hash = (purpose: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${seed.length}:${seed}${purpose.length}:${purpose}${text}`).digest()
  return {
    digest: (purpose, text) => base32(hash(purpose, text)),
    draw: (purpose, text) => drawFrom(hash(purpose, text)),
    below: (purpose, text, size) => numberBelow(hash, { purpose, text, size }),
    fake({ provider, locale, draw }) {
      const language = languageOf(locale)
      language.use(draw)
      return fakes[provider](language.faker)
    },
    isOrdinary: (locale, word) => languageOf(locale).words.has(word),
    knowsLocale,
  }
}

/** Even to within 2^-128: so many more bits are drawn than the size has. */
function numberBelow(
  hash: (purpose: string, text: string) => Buffer,
  { purpose, text, size }: { readonly purpose: string; readonly text: string; readonly size: bigint },
): bigint {
  if (size <= 0n) throw new DroverError('unexpected', 'There is no number below nothing.')
  const bits = size.toString(2).length + 128
  let number = 0n
  for (let drawn = 0; drawn < bits; drawn += 256)
    number = (number << 256n) | BigInt(`0x${hash(purpose, `${drawn} ${text}`).toString('hex')}`)
  return number % size
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Buffer): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((value >>> bits) & 31)
    }
  }
  return text
}
