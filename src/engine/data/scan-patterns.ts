import { isIban } from '#domain/data'

/** What a text has the form of, where no rule put it there. */
export type Pattern = 'email' | 'iban' | 'phone'

const email = /[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/g
const iban = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g
const phone = /\+\d[\d ()./-]{7,}\d/
/** Domains that are reserved for examples and tests (RFC 2606, RFC 6761). */
const reserved = /(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost)$/i

/** `isMasked`: its rule gives it other letters and digits in the same form, so only a domain says that an address is nobody's. */
export function findPatterns(text: string, isMasked: boolean): readonly Pattern[] {
  const found: Pattern[] = []
  if (text.includes('@'))
    for (const [, domain = ''] of text.matchAll(email)) if (!reserved.test(domain) && !found.includes('email')) found.push('email')
  if (isMasked) return found
  for (const [candidate] of text.matchAll(iban)) if (isIban(candidate) && !found.includes('iban')) found.push('iban')
  if (text.includes('+') && phone.test(text)) found.push('phone')
  return found
}
