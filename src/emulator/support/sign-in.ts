import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const signInSupport: SupportArea = {
  title: 'Sign-in and rights',
  lines: [
    served('Client credentials with a secret at /<tenant>/oauth2/v2.0/token, error bodies with the AADSTS codes', 'web-api D', 'O'),
    served(
      'Certificates: assertions signed RS256 or PS256 that name the certificate by x5t or x5t#S256, checked against its dates',
      'web-api D',
      'V',
    ),
    served('Federated credentials: tokens of another issuer, matched exactly by issuer, subject and audience', 'web-api D', 'V'),
    partly(
      'Device codes: pending, too fast, expired; a person confirms on a page of the tenant with the own password',
      { missing: 'second factors and conditional access; the number of the code for slow_down is unverified' },
      'web-api D',
      'V',
    ),
    served('Refresh tokens of people, for any resource, renewed at each use', 'web-api D', 'V'),
    refused(
      'Sign-in in a browser (authorization codes), passwords in the token request, tokens on behalf of a user, the token address of version 1',
      'web-api D',
      'V',
    ),
    served(
      'Tokens for the administration of environments: https://service.powerapps.com/ and https://api.powerplatform.com, each for its own API',
      'web-api D',
      'V',
    ),
    served(
      '401 with a challenge without a good token, 403 0x80072560 for an application that is no user of the environment',
      'facts-2 §1.5',
      'V',
    ),
    partly(
      'Security roles: System Administrator, System Customizer, Basic User and roles of solutions, held by users and teams; 403 0x80040220 names the missing privilege',
      {
        missing:
          'the full list of privileges of the built-in roles, which are known by rule; append; other business units; a row that is not visible is 404, and an expanded or joined table that may not be read is empty instead of refused',
      },
      'release-facts §5',
      'U',
    ),
    partly(
      'Sharing of rows, flows and connection references: GrantAccess, ModifyAccess, RevokeAccess, RetrieveSharedPrincipalsAndAccess',
      { missing: 'shares that come from a parent row, access teams; that a grant adds to what was granted before is unverified' },
      'facts-2 §3.4',
      'V',
    ),
    served('Teams, and roles of users and teams by $ref; one team of a group and kind of membership', 'release-facts §3', 'V'),
    partly(
      'Members of column security profiles by $ref (systemuserprofiles_association, teamprofiles_association)',
      {
        missing: 'they let nobody read what others may not: secured columns are not enforced; a profile that is removed leaves its members',
      },
      'release-facts §3',
      'V',
    ),
    partly(
      'Impersonation (CallerObjectId, MSCRMCallerID) with prvActOnBehalfOfAnotherUser: what both may do, and rows show both',
      { missing: 'a later change by oneself leaves modifiedonbehalfby as it was' },
      'web-api C',
      'V',
    ),
  ],
}
