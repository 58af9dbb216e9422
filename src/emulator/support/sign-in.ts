import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const signInSupport: SupportArea = {
  title: 'Sign-in and rights',
  lines: [
    served('Client credentials with a secret at /<tenant>/oauth2/v2.0/token, error bodies with the AADSTS codes', 'web-api D', 'O'),
    refused('Certificates, federated assertions, device codes, user sign-in', 'web-api D', 'V'),
    served(
      '401 with a challenge without a good token, 403 0x80072560 for an application that is no user of the environment',
      'facts-2 §1.5',
      'V',
    ),
    refused('Security roles: a user of the environment may do everything', 'web-api A.5', 'V'),
    refused('Impersonation (CallerObjectId, MSCRMCallerID)', 'web-api C', 'V'),
  ],
}
