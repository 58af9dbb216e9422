import { z } from 'zod'
import { list } from '../schema-parts.ts'
import { purposes } from '../vocabulary.ts'
import { configurationDefaults } from './defaults.ts'
import { address, identifier, secretReference, shownName } from './parts.ts'

const credentials = z.strictObject({
  tokenUrl: address.describe('OAuth 2.0 token endpoint, for example https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token.'),
  clientId: z.string().min(1).describe('Application (client) id that Drover signs in with.'),
  clientSecret: secretReference.describe('Where the secret is; never the secret itself.'),
})

export const environment = z.strictObject({
  id: identifier,
  name: shownName,
  purpose: z.enum(purposes),
  careClass: z.enum(['pet', 'cattle']).describe('pet: protected, nurtured, never rebuilt; cattle: disposable, rebuilt from source.'),
  owner: identifier.describe('Id of the accountable person.'),
  url: address.describe('Dataverse address without /api, for example https://contoso.crm4.dynamics.com.'),
  connectivityUrl: address
    .optional()
    .describe(
      `Base of the connectivity API, for example https://<environment id, split>.environment.api.powerplatform.com/connectivity. Default: url + ${configurationDefaults.connectivityPath}, which is right for local environments only.`,
    ),
  administrationUrl: address
    .optional()
    .describe(
      'Base of the administration API of the tenant, https://api.bap.microsoft.com for most: data policies are read there, where the identity is registered for administration. Default: they are not read.',
    ),
  platformApiUrl: address
    .optional()
    .describe(
      'Base of the Power Platform API, https://api.powerplatform.com for most: restore points, restores and copies are asked for there. Default: they cannot be.',
    ),
  powerAppsUrl: address
    .optional()
    .describe(
      'Base of the API of Power Apps, https://api.powerapps.com for most: canvas apps are shared there, where the identity is registered for administration. Default: sharing is left to people.',
    ),
  credentials: credentials.describe('What Drover deploys with.'),
  observer: credentials
    .optional()
    .describe('What Drover looks at the environment with, which needs to read only. Default: what it deploys with.'),
  administrator: credentials
    .optional()
    .describe(
      'What Drover asks the tenant with, for restore points, copies and new environments; it needs no right to import. Default: what it deploys with.',
    ),
  recovers: identifier
    .optional()
    .describe('Of an environment of purpose recovery: id of the pet whose restore points may be restored into it.'),
  endsAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When a disposable environment is removed, for example 2027-01-31T18:00:00Z. Default: it has no end.'),
  dataOwners: list(identifier).optional().describe('Ids of those who may say that data of this environment may go. Default: its owner.'),
  layerPolicy: z
    .strictObject({
      kind: z
        .enum(['strict', 'register', 'protective'])
        .describe(
          'What may be unmanaged here. strict: nothing; register: registered tweaks; protective: customer-only work may be deployed unmanaged.',
        ),
      reason: z.string().min(1).describe('Why; it is recorded.'),
    })
    .optional()
    .describe('Default: register.'),
})
