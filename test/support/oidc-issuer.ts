import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface Issuer {
  readonly url: string
  close(): Promise<void>
}

/** A real provider with Drover as a public client; whoever types a name is that account, and everybody has the e-mail address of Pat. */
export async function startIssuer(clientId: string): Promise<Issuer> {
  const http = createServer()
  const url = await listenLocally(http)
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/api/v1/sign-in/callback'],
        // A native client's loopback address may have any port, and Drover's is another one in each test.
        application_type: 'native',
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, email: 'pat@contoso.example' }) }),
    cookies: { keys: ['only for tests'] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, DeviceCode: 600 },
  })
  http.on('request', provider.callback())
  return { url, close: () => closeServer(http) }
}

export async function listenLocally(http: Server): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address with a port.
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

export function closeServer(http: Server): Promise<void> {
  http.closeAllConnections()
  return new Promise((resolve) => http.close(() => resolve()))
}
