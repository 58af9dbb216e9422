import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceAnswer, DeviceSignInReply } from '#contract'
import { deviceAnswerSchema, deviceSignInSchema, problemSchema, signInPaths } from '#contract'
import type { Refusal } from '#domain/kernel'
import { DroverError, errorMessage } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const signIn: CommandSpec = {
  path: ['sign-in'],
  summary: 'sign in with an account of your organisation, and get a token',
  details:
    'Shows an address and a code on stderr; open the address in any browser, also on another device, and type the code. When you have, the token of your session is printed on stdout, for a shell to take. Needs signIn in drover.yaml, and an issuer that offers the device grant; otherwise sign in at the page, or get a token from `drover token issue`.',
  examples: [{ command: 'export DROVER_TOKEN=$(drover sign-in)', what: 'act as yourself in this shell, until the session ends' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const server = await context.server()
    const begun = await call(server, signInPaths.device, deviceSignInSchema)
    if ('refusal' in begun) return refused(begun)
    context.progress(`Open ${begun.verificationUri} and confirm the code ${begun.userCode}.`)
    const answer = await wait(context, server, begun)
    if ('refusal' in answer) return refused(answer)
    return done(answer, () => `${answer.token}\n`)
  },
}

type SignedIn = Extract<DeviceAnswer, { readonly state: 'signed-in' }>
interface Refused {
  readonly refusal: Refusal
  readonly status: number
}

async function wait(context: CommandContext, server: string, begun: DeviceSignInReply): Promise<SignedIn | Refused> {
  const until = Date.now() + begun.expiresInSeconds * 1000
  while (Date.now() < until) {
    await pause(begun.intervalSeconds * 1000, undefined, { signal: context.deps.signal }).catch(() => undefined)
    if (context.deps.signal.aborted) break
    const answer = await call(server, `${signInPaths.device}/${begun.handle}`, deviceAnswerSchema)
    if ('refusal' in answer || answer.state === 'signed-in') return answer
  }
  throw new DroverError('cli.timeout', 'Nobody confirmed the code in time.', { hint: 'Run it again.' })
}

async function call<T>(server: string, path: string, schema: { parse(value: unknown): T }): Promise<T | Refused> {
  const response = await fetch(`${server.replace(/\/+$/, '')}${path}`, { method: 'POST' }).catch((cause: unknown) => {
    throw new DroverError('api.unreachable', `The Drover server at ${server} cannot be reached (${errorMessage(cause)}).`, {
      hint: 'Start it with `drover up`, or name another one with --server or DROVER_SERVER.',
      cause,
      isRetryable: true,
    })
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return schema.parse(body)
  const problem = problemSchema.safeParse(body)
  if (problem.success) return { refusal: problem.data.error, status: response.status }
  throw new DroverError('api.unexpected-reply', `The server answered ${response.status} without a problem that Drover knows.`)
}
