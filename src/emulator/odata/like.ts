/**
 * Whether a text is like a pattern of SQL, without regard to case: `%` is any text and `_` one character. Takes time by the product of
 * both lengths at most; a regular expression of the same pattern can take for ever.
 */
export function isLike(text: string, pattern: string): boolean {
  const [value, wanted] = [text.toLowerCase(), pattern.toLowerCase()]
  let at = 0
  let next = 0
  // Where the last % stands, and where the text goes on behind what it took.
  let percent = -1
  let behind = 0
  while (at < value.length) {
    const mark = wanted.charAt(next)
    if (mark === '%') {
      percent = next++
      behind = at
    } else if (mark === '_' || (mark !== '' && mark === value.charAt(at))) {
      at++
      next++
    } else if (percent >= 0) {
      next = percent + 1
      at = ++behind
    } else return false
  }
  while (wanted.charAt(next) === '%') next++
  return next === wanted.length
}
