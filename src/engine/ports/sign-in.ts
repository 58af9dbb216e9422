import type { SignInSettings } from '#domain/pipeline'

/** What must be remembered of a sign-in until the browser comes back; with the server only. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** A sign-in on another device: the code is typed there. */
export interface DeviceSignIn {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly intervalSeconds: number
  readonly expiresInSeconds: number
}

/**
 * An OpenID Connect issuer. What comes back of a sign-in is the configured claim of an ID token whose signature, issuer, audience, nonce
 * and times hold. Throws `auth.sign-in-refused` where any does not, and `auth.issuer-unreachable`.
 */
export interface OpenIdProvider {
  begin(settings: SignInSettings, redirectUri: string): Promise<{ readonly url: string; readonly pending: PendingSignIn }>
  finish(settings: SignInSettings, pending: PendingSignIn, callbackUrl: string): Promise<string>
  beginDevice(settings: SignInSettings): Promise<DeviceSignIn>
  /** Undefined while the person has not answered. */
  pollDevice(settings: SignInSettings, deviceCode: string): Promise<string | undefined>
}
