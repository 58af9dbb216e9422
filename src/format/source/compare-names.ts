/**
 * Orders names as SolutionPackager does: without regard to capitals, and hyphens do not count unless all else is equal
 * ("jquery214" before "jquery-ui.min"). Written out, not left to Intl, so that it is the same on every machine.
 */
export function compareIgnoringCase(a: string, b: string): number {
  return compareText(withoutHyphens(a), withoutHyphens(b)) || compareText(a.toLowerCase(), b.toLowerCase()) || compareText(a, b)
}

function withoutHyphens(text: string): string {
  return text.toLowerCase().replaceAll('-', '')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
