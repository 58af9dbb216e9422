import { z } from 'zod'
import type { Environment } from '#domain/environment'
import { describeSecret } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { DataverseDependencies } from './environments.ts'
import type { Limits } from './limits.ts'
import { strikeOut } from './strike-secrets.ts'

/** What signing in has to know. */
export type SigningIn = Pick<Environment, 'name' | 'credentials'>

export interface TokenSource {
  /** A bearer token for the service at `audience`; `isRefused` says that the one given before was not accepted. */
  fetchToken(audience: string, isRefused?: boolean): Promise<string>
}

interface Kept {
  readonly token: Promise<string>
  expiresAtMs: number
}

const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().default(3600) })
const tokenRefusal = z.object({ error: z.string(), error_description: z.string().optional() })

/** A token is not used in the last two minutes of its life, so that it does not run out on the way. */
const safetyMarginMs = 120_000
const connectivityScope = 'https://api.powerplatform.com/.default'

/** OAuth 2.0 client credentials; tokens live in memory only, one per audience. */
export function createTokenSource(environment: SigningIn, dependencies: DataverseDependencies, limits: Limits): TokenSource {
  const kept = new Map<string, Kept>()
  return {
    fetchToken(audience, isRefused = false) {
      const nowMs = Date.parse(dependencies.clock.now())
      const known = kept.get(audience)
      if (known !== undefined && !isRefused && nowMs < known.expiresAtMs) return known.token
      const entry: Kept = {
        token: requestToken(environment, audience, { dependencies, limits }).then((reply) => {
          const lifeMs = reply.expires_in * 1000
          entry.expiresAtMs = nowMs + Math.max(lifeMs - safetyMarginMs, lifeMs / 2)
          return reply.access_token
        }),
        expiresAtMs: Number.POSITIVE_INFINITY,
      }
      kept.set(audience, entry)
      entry.token.catch(() => {
        if (kept.get(audience) === entry) kept.delete(audience)
      })
      return entry.token
    },
  }
}

async function requestToken(
  environment: SigningIn,
  audience: string,
  context: { readonly dependencies: DataverseDependencies; readonly limits: Limits },
): Promise<z.infer<typeof tokenReply>> {
  const { credentials } = environment
  const secret = await context.dependencies.secrets.resolve(credentials.clientSecret)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: secret,
    scope: scopeFor(audience),
  })
  const send = context.dependencies.fetch ?? fetch
  let status: number
  let text: string
  try {
    const response = await send(credentials.tokenUrl, {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(context.limits.requestTimeoutMs),
    })
    status = response.status
    text = await response.text()
  } catch (cause) {
    throw signInUnreachable(environment, causeText(cause), cause)
  }
  if (status === 429 || status >= 500) throw signInUnreachable(environment, `it answered ${status}`)
  if (status !== 200) throw signInRefused(environment, status, strikeOut([secret])(text))
  const reply = tokenReply.safeParse(parseJson(text))
  if (reply.success) return reply.data
  throw new DroverError(
    'dataverse.unauthorized',
    `${credentials.tokenUrl} answered 200 without a token when signing in to ${environment.name}.`,
    {
      hint: `Check tokenUrl of environment ${environment.name} in drover.yaml.`,
    },
  )
}

/** The Power Platform API has one resource for all environments [Terraform provider constants]; every other service is its own. */
function scopeFor(audience: string): string {
  const { origin, hostname } = new URL(audience)
  return hostname === 'api.powerplatform.com' || hostname.endsWith('.api.powerplatform.com') ? connectivityScope : `${origin}/.default`
}

function signInUnreachable(environment: SigningIn, why: string, cause?: unknown): DroverError {
  return new DroverError(
    'dataverse.unreachable',
    `Cannot sign in to ${environment.name}: ${environment.credentials.tokenUrl} does not answer (${why}). Nothing was sent to the environment.`,
    {
      hint: 'Check the network and that the sign-in service runs; then try again.',
      isRetryable: true,
      ...(cause === undefined ? {} : { cause }),
    },
  )
}

function signInRefused(environment: SigningIn, status: number, text: string): DroverError {
  const refusal = tokenRefusal.safeParse(parseJson(text))
  const why = refusal.success
    ? `${refusal.data.error}: ${refusal.data.error_description?.split('\n')[0] ?? 'no reason given'}`
    : `status ${status}`
  const { clientId, clientSecret } = environment.credentials
  return new DroverError('dataverse.unauthorized', `Signing in to ${environment.name} as client ${clientId} was refused (${why}).`, {
    hint: `Check the client id of environment ${environment.name} in drover.yaml and the secret in ${describeSecret(clientSecret)}.`,
  })
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch hides the reason of a failure in `cause`. */
export function causeText(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return causeText(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return causeText(error.errors[0])
  return errorMessage(error)
}
