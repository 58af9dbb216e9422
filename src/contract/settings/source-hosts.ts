import { z } from 'zod'
import { secretReference, webAddress } from './parts.ts'

export const sourceHost = z.strictObject({
  kind: z.enum(['github', 'azure-devops']),
  site: webAddress.describe('What the addresses of its pull requests begin with, such as https://github.com or https://dev.azure.com.'),
  api: webAddress
    .optional()
    .describe(
      'What its REST API begins with. Default: https://api.github.com for https://github.com, <site>/api/v3 for another GitHub, and <site> for Azure DevOps.',
    ),
  token: secretReference
    .optional()
    .describe(
      'Where a token is that may read pull requests, and open them where it keeps the source repository. Default: only what it shows to everybody.',
    ),
})
