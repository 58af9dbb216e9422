import { randomUUID } from 'node:crypto'

export interface TokenReply {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** A refusal of a tenant's sign-in addresses: OAuth error, number of the AADSTS code, text. */
export class SignInRefusal extends Error {
  readonly status: number
  readonly error: string
  readonly code: number

  constructor(status: number, error: string, given: { readonly code: number; readonly text: string }) {
    super(given.text)
    this.name = 'SignInRefusal'
    this.status = status
    this.error = error
    this.code = given.code
  }
}

export function missingParameter(name: string): SignInRefusal {
  const text = `The request body must contain the following parameter: '${name}'.`
  return new SignInRefusal(400, 'invalid_request', { code: 900144, text })
}

export function missingCredential(): SignInRefusal {
  const text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
  return new SignInRefusal(401, 'invalid_client', { code: 7000218, text })
}

export function unknownTenant(tenant: string): SignInRefusal {
  const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`
  return new SignInRefusal(400, 'invalid_request', { code: 90002, text })
}

export function unknownClient(clientId: string, tenant: string): SignInRefusal {
  const text = `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
  return new SignInRefusal(400, 'unauthorized_client', { code: 700016, text })
}

export function wrongSecret(clientId: string): SignInRefusal {
  const text = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`
  return new SignInRefusal(401, 'invalid_client', { code: 7000215, text })
}

export function unknownResource(resource: string, tenant: string): SignInRefusal {
  const text = `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`
  return new SignInRefusal(400, 'invalid_resource', { code: 500011, text })
}

// Texts of assertions and device codes: public issue threads of azure-workload-identity (#340, #1200), azure/login (#180, #482),
// microsoft-authentication-library-for-dotnet (#2604) and azure-docs (#92366).
export function malformedAssertion(): SignInRefusal {
  return new SignInRefusal(400, 'invalid_request', { code: 50027, text: 'JWT token is invalid or malformed.' })
}

export function badSignature(thumbprint: string): SignInRefusal {
  const text = `Client assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '${thumbprint}']`
  return new SignInRefusal(401, 'invalid_client', { code: 700027, text })
}

export function unknownKey(thumbprint: string, clientId: string): SignInRefusal {
  const text = `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.]`
  return new SignInRefusal(401, 'invalid_client', { code: 700027, text })
}

export function outsideValidTime(
  now: Date,
  validity: { readonly from: number | undefined; readonly to: number | undefined },
): SignInRefusal {
  const instant = (seconds: number | undefined): string => new Date((seconds ?? 0) * 1000).toISOString()
  const text = `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion valid from ${instant(validity.from)}, expiry time of assertion ${instant(validity.to)}.`
  return new SignInRefusal(401, 'invalid_client', { code: 700024, text })
}

export function wrongAssertionAudience(): SignInRefusal {
  return new SignInRefusal(401, 'invalid_client', {
    code: 700023,
    text: 'Client assertion audience claim does not match Realm issuer.',
  })
}

const mismatchCodes = { issuer: 700211, audience: 700212, subject: 700213 } as const

export function noFederatedRecord(part: keyof typeof mismatchCodes, value: string): SignInRefusal {
  const text = `No matching federated identity record found for presented assertion ${part} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`
  return new SignInRefusal(401, 'invalid_client', { code: mismatchCodes[part], text })
}

/** Unverified number and text. */
export function issuerUnreachable(issuer: string, reason: string): SignInRefusal {
  return new SignInRefusal(400, 'invalid_request', {
    code: 90061,
    text: `Request to External OIDC endpoint failed. Issuer '${issuer}': ${reason}`,
  })
}

export function badFederatedSignature(): SignInRefusal {
  const text = 'Assertion failed signature validation. [Reason - The key was not found.]'
  return new SignInRefusal(401, 'invalid_client', { code: 50013, text })
}

/** Body as recorded in public issue trackers: {"error":"invalid_client","error_description":"AADSTS7000215: …","error_codes":[7000215],…}. */
export function refusalReply(refusal: SignInRefusal, now: Date): TokenReply {
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`
  const trace = randomUUID()
  const correlation = randomUUID()
  const description = `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`
  return {
    status: refusal.status,
    body: {
      error: refusal.error,
      error_description: description,
      error_codes: [refusal.code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    },
  }
}
