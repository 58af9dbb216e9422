import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { RunningDrover } from './product.ts'
import { runDrover } from './run-drover.ts'

/** Somebody who types what a guide shows, one command after the other, signed in as whoever the guide says. */
export interface GuideTypist {
  /** What the guide writes in angle brackets. */
  readonly names: Map<string, string>
  /** What the command prints, on both streams; nothing where the guide only signs in or writes into a file. */
  type(command: string): Promise<string>
}

export function createTypist(options: {
  readonly drover: () => RunningDrover
  /** Where files of the guide are. */
  readonly folder?: string
  /** What people do between the commands of the guide, by the beginning of the next command; done once. */
  readonly meanwhile: Readonly<Record<string, () => Promise<void>>>
}): GuideTypist {
  const names = new Map<string, string>()
  const done = new Set<string>()
  let person = 'ada'
  return {
    names,
    async type(command) {
      const became = /--person (\w+)/.exec(command)?.[1]
      if (became !== undefined) {
        person = became
        return ''
      }
      const hook = Object.keys(options.meanwhile).find((beginning) => command.startsWith(beginning) && !done.has(beginning))
      if (hook !== undefined) {
        done.add(hook)
        await options.meanwhile[hook]?.()
      }
      const [typed = '', file] = [...names].reduce((text, [name, id]) => text.replaceAll(name, id), command).split(' > ')
      const drover = options.drover()
      const access = { DROVER_SERVER: drover.url, DROVER_TOKEN: await drover.issueToken(toId<PersonId>(person)) }
      const { stdout, stderr } = await runDrover(wordsOf(typed).slice(2), access, options.folder)
      if (file === undefined) return `${stdout}${stderr}`
      await writeFile(join(options.folder ?? '.', file.trim()), stdout)
      return stderr
    },
  }
}

/** As a shell splits them; guides quote with double quotes only. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}
