/** Whether a text is an IBAN: its form, and its check digits (ISO 13616, ISO 7064 mod 97-10). */
export function isIban(text: string): boolean {
  const plain = text.replace(/\s/g, '').toUpperCase()
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain) && remainder(plain.slice(4) + plain.slice(0, 4)) === 1
}

/** The same text with check digits that fit; spaces stay. What has not the form of an IBAN stays as it is. */
export function fitIban(text: string): string {
  const plain = text.replace(/\s/g, '').toUpperCase()
  if (!/^[A-Z]{2}..[A-Z0-9]{11,30}$/.test(plain)) return text
  const check = String(98 - remainder(`${plain.slice(4)}${plain.slice(0, 2)}00`)).padStart(2, '0')
  return replaceNth(replaceNth(text, 2, check.charAt(0)), 3, check.charAt(1))
}

/** Whether the digits of a text hold together as those of payment cards do (ISO/IEC 7812-1). */
export function isLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  return digits.length > 1 && luhnSum(digits) % 10 === 0
}

/** The same text with a last digit that fits. */
export function fitLuhn(text: string): string {
  const digits = text.replace(/\D/g, '')
  if (digits.length < 2) return text
  const check = (10 - (luhnSum(`${digits.slice(0, -1)}0`) % 10)) % 10
  const last = text.search(/\d\D*$/)
  return text.slice(0, last) + String(check) + text.slice(last + 1)
}

function remainder(text: string): number {
  let rest = 0
  for (const each of text) {
    const value = Number.parseInt(each, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, each, at) => {
    const value = Number(each) * (at % 2 === 0 ? 1 : 2)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)
}

/** The nth character that is no space. */
function replaceNth(text: string, nth: number, by: string): string {
  let seen = -1
  for (let at = 0; at < text.length; at++) {
    if (!/\s/.test(text.charAt(at))) seen++
    if (seen === nth) return text.slice(0, at) + by + text.slice(at + 1)
  }
  return text
}
