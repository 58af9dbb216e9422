/** The resources whose tokens open the administration of environments: BAP and the Power Platform API (web-api D). */
const resources = ['https://service.powerapps.com', 'https://api.powerplatform.com'] as const

export type AdministrationResource = (typeof resources)[number]

/** Which resource of administration an address stands for; clients write it with and without a last slash. */
export function administrationResource(address: string): AdministrationResource | undefined {
  return resources.find((known) => known === address.replace(/\/$/, ''))
}
