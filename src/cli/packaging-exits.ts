import type { ExitName } from './command.ts'

/** `solution pack` and `unpack` end as SolutionPackager does, so that scripts written for it go on working. */
export function packagingExit(errorCode: string): ExitName | undefined {
  if (errorCode === 'solution.component-not-listed' || errorCode === 'solution.component-twice') return 'refused'
  return errorCode.startsWith('solution.') ? 'unexpected' : undefined
}

export const packagingExits: Partial<Record<ExitName, string>> = {
  ok: 'done, also with warnings (on stderr, and in --json)',
  unexpected: 'it cannot be done: a file is missing or ill-formed, the package type is another, the target is taken; the message says what',
  refused: 'a component is there that the RootComponents of solution.xml do not list, or is there twice',
}
