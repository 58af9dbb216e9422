import { z } from 'zod'
import type { DataverseClient } from '../client.ts'

const organization = z.object({ Detail: z.object({ EnvironmentId: z.string() }) })

/** The id by which the administration knows the environment. */
export async function fetchEnvironmentId(client: DataverseClient): Promise<string> {
  const { Detail } = await client.call({
    operation: 'RetrieveCurrentOrganization',
    path: "RetrieveCurrentOrganization(AccessType=Microsoft.Dynamics.CRM.EndpointAccessType'Default')",
    reply: organization,
  })
  return Detail.EnvironmentId
}
