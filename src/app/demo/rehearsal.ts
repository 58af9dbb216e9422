import type { Client, Reply } from '#contract'
import { createClient } from '#contract'
import type { Refusal } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Tier } from '#domain/solution'
import type { RunningDrover } from '../start-up.ts'
import type { Material } from './material.ts'

/** One run of the demo: what runs, what travels, and a voice. */
export interface Rehearsal {
  readonly drover: RunningDrover
  readonly material: Material
  readonly tier: Tier
  /** The API as that person sees it. */
  as(person: string): Promise<Client>
  say(line: string): void
}

/** Ends the demo with the refusal that the product gave. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

export function createRehearsal(given: { drover: RunningDrover; material: Material; tier: Tier; say: (line: string) => void }): Rehearsal {
  const clients = new Map<string, Promise<Client>>()
  return {
    ...given,
    as(person) {
      const known =
        clients.get(person) ?? given.drover.issueToken(person).then((token) => createClient({ baseUrl: given.drover.url, token }))
      clients.set(person, known)
      return known
    },
  }
}

/** The value of a reply, or the end of the demo. */
export function granted<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw new Refused(reply.refusal)
}

/** Tells a refusal that the demo provoked, and that the path must give, by that very rule. */
export function tellRefusal<T>(run: Rehearsal, provoked: { readonly title: string; readonly code: string }, reply: Reply<T>): void {
  if (reply.ok) throw new DroverError('demo.not-refused', `The demo expected a refusal and was let through: ${provoked.title}.`)
  const { code, message, reasons } = reply.refusal
  if (code !== provoked.code) throw new DroverError('demo.other-refusal', `The demo expected ${provoked.code} and got ${code}: ${message}`)
  run.say(`  ✖ ${provoked.title}`)
  run.say(`      ${code}: ${message}`)
  for (const reason of reasons.slice(0, 4)) run.say(`      · ${reason.subject}: ${reason.message}`)
}

/** How long may pass until something is taken to hang: many times what it takes on a slow machine under load, in ms. */
const patienceMs = 240_000

/** Asks again until `isDone`; an error when that does not come. */
export async function until<T>(ask: () => Promise<T>, isDone: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const seen = await ask()
    if (isDone(seen)) return seen
    if (Date.now() > deadline)
      throw new DroverError('demo.too-slow', `What the demo waited for did not happen within ${patienceMs / 1000} s.`, {
        hint: 'Run it again; if it happens twice, look into the logs of the workspace.',
      })
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
