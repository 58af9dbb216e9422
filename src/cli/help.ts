import type { CommandSpec, ExitName } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/** Examples and exit codes, below what commander writes. */
export function helpText(spec: CommandSpec): string {
  const examples = spec.examples.map((example) => `  $ ${example.command}\n      ${example.what}\n`)
  const exits = exitsOf(spec).map(({ code, meaning }) => `  ${code}  ${meaning}\n`)
  return `\nExamples:\n${examples.join('')}\nExit codes:\n${exits.join('')}`
}

/** Every way a command can end, in the order of the codes. */
export function exitsOf(spec: CommandSpec): readonly { readonly code: number; readonly meaning: string }[] {
  const names = new Set(['ok', 'unexpected', 'usage', ...spec.exits, ...(spec.needs === 'server' ? ['unreachable'] : [])])
  return Object.entries(exitCodes).flatMap(([name, exit]) => {
    // Keys of exitCodes are the names of exits.
    const meaning = spec.exitMeanings?.[name as ExitName] ?? exit.meaning
    return names.has(name) ? [{ code: exit.code, meaning }] : []
  })
}
