import * as oidc from 'openid-client'
import type { SecretRef } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { SignInSettings } from '#domain/pipeline'
import type { OpenIdProvider } from '#engine/ports'

/** What the issuer said of itself is read again after this time. */
const knownForMs = 3_600_000
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

interface Options {
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
}

/** Signs people in by OpenID Connect: authorization code with PKCE, state and nonce, or the device grant. The library checks the ID token. */
export function createOpenId({ secrets }: Options): OpenIdProvider {
  const known = new Map<string, { readonly at: number; readonly config: Promise<oidc.Configuration> }>()
  async function open(settings: SignInSettings): Promise<oidc.Configuration> {
    const secret = settings.clientSecret === undefined ? undefined : await secrets.resolve(settings.clientSecret)
    const key = JSON.stringify([settings.issuer, settings.clientId, secret])
    const found = known.get(key)
    if (found !== undefined && Date.now() - found.at < knownForMs) return found.config
    const config = discover(settings, secret)
    known.set(key, { at: Date.now(), config })
    config.catch(() => known.delete(key))
    return config
  }
  return {
    begin: (settings, redirectUri) =>
      guard(settings, async () => {
        const config = await open(settings)
        const pending = { state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier(), redirectUri }
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: settings.scopes,
          state: pending.state,
          nonce: pending.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
          code_challenge_method: 'S256',
        })
        return { url: url.href, pending }
      }),
    finish: (settings, pending, callbackUrl) =>
      guard(settings, async () => {
        const tokens = await oidc.authorizationCodeGrant(await open(settings), new URL(callbackUrl), {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.codeVerifier,
          idTokenExpected: true,
        })
        return claimOf(settings, tokens.claims())
      }),
    beginDevice: (settings) =>
      guard(settings, async () => {
        const given = await oidc.initiateDeviceAuthorization(await open(settings), { scope: settings.scopes })
        return {
          deviceCode: given.device_code,
          userCode: given.user_code,
          verificationUri: given.verification_uri_complete ?? given.verification_uri,
          intervalSeconds: given.interval ?? 5,
          expiresInSeconds: given.expires_in,
        }
      }),
    pollDevice: (settings, deviceCode) =>
      guard(settings, async () => {
        try {
          const tokens = await oidc.genericGrantRequest(await open(settings), deviceGrant, { device_code: deviceCode })
          return claimOf(settings, tokens.claims())
        } catch (error) {
          if (isPending(error)) return undefined
          throw error
        }
      }),
  }
}

async function discover(settings: SignInSettings, secret: string | undefined): Promise<oidc.Configuration> {
  const server = new URL(settings.issuer)
  const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret)
  // Without TLS anybody between could be the issuer: only on this machine.
  const isHere = server.protocol === 'http:' && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(server.hostname)
  const config = await oidc.discovery(
    server,
    settings.clientId,
    undefined,
    authentication,
    isHere ? { execute: [oidc.allowInsecureRequests] } : {},
  )
  // The signature too, though the token comes from the issuer itself: what it says decides who somebody is.
  oidc.enableNonRepudiationChecks(config)
  return config
}

function claimOf(settings: SignInSettings, claims: oidc.IDToken | undefined): string {
  const value = claims?.[settings.claim]
  if (typeof value === 'string' && value !== '') return value
  throw new DroverError('auth.sign-in-refused', `The ID token of ${settings.issuer} has no claim ${settings.claim}.`, {
    hint: 'Name a claim in signIn of drover.yaml that the issuer puts into ID tokens, and the scope that it needs.',
  })
}

function isPending(error: unknown): boolean {
  return error instanceof oidc.ResponseBodyError && (error.error === 'authorization_pending' || error.error === 'slow_down')
}

async function guard<T>(settings: SignInSettings, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DroverError) throw error
    if (isUnreachable(error)) {
      throw new DroverError('auth.issuer-unreachable', `The issuer ${settings.issuer} did not answer.`, {
        hint: 'Try again; a token of the workspace signs in without it.',
        cause: error,
        isRetryable: true,
      })
    }
    throw new DroverError('auth.sign-in-refused', `The sign-in at ${settings.issuer} was not accepted: ${reasonOf(error)}.`, {
      hint: 'Sign in again. If that does not help, compare signIn of drover.yaml with the registration at the issuer.',
      cause: error,
    })
  }
}

/** Of the issuer's own words its code alone: descriptions may name the person. */
function reasonOf(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) return error.error
  return errorMessage(error).replace(/[.\s]+$/, '')
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed'
    ? true
    : error instanceof oidc.ClientError && error.code === 'OAUTH_TIMEOUT'
}
